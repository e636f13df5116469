/** Tests of the locks that need no cluster: names, and what a Lease says of its holder. */
@NullMarked
package io.wavegate.lock;

import org.jspecify.annotations.NullMarked;
