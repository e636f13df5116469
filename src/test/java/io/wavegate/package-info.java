/** The rules of the house as a whole. */
@NullMarked
package io.wavegate;

import org.jspecify.annotations.NullMarked;
