/**
 * The engine against real servers, as a process, beside the Flyway command line. {@code lab/engine-tools} brings all of them; no cluster is
 * needed. With {@code -Dwavegate.executable} the native executable is tested, else the JVM build.
 */
@NullMarked
package io.wavegate.flyway;

import org.jspecify.annotations.NullMarked;
