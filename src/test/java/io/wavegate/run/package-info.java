/** Tests of a run's life that need no cluster: the decision as a table, the emitted Job, the verdict, the log's end. */
@NullMarked
package io.wavegate.run;

import org.jspecify.annotations.NullMarked;
