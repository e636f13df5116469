/** The way in: which of its two programs the binary is this time. */
@NullMarked
package io.wavegate;

import org.jspecify.annotations.NullMarked;
