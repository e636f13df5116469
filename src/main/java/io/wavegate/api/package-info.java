@NullMarked
package io.wavegate.api;

import org.jspecify.annotations.NullMarked;
