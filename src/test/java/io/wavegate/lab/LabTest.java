package io.wavegate.lab;

import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test on the real cluster. Its methods may take a {@link Lab}, a {@link Project} of their own and the {@link Controller} that the
 * methods of the class share; asking for a project or the controller has it running and ready.
 */
@Target(TYPE)
@Retention(RUNTIME)
@ExtendWith(LabExtension.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@interface LabTest {}
