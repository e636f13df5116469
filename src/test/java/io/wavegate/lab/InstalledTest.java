package io.wavegate.lab;

import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A {@link LabTest} of what only an installation has; its methods may also take the {@link InstalledController}. */
@Target(TYPE)
@Retention(RUNTIME)
@LabTest
@EnabledIfSystemProperty(
        named = Controller.EXECUTABLE,
        matches = ".+",
        disabledReason =
                "the controller under test is a process and not installed; make test-lab installs it where there is a GraalVM")
@interface InstalledTest {}
