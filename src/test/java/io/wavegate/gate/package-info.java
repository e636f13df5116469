/** Tests of the front door that need no cluster: the decision as a table, the fields it reads and writes. */
@NullMarked
package io.wavegate.gate;

import org.jspecify.annotations.NullMarked;
