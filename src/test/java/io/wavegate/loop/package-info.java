/** Tests of what the loop asks of an API server. */
@NullMarked
package io.wavegate.loop;

import org.jspecify.annotations.NullMarked;
