package io.wavegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The message of a verdict. */
class ReasonTest {
    @Test
    void isReasonDetailAdviceAndLastLogLines() {
        assertThat(Reason.MigrationFailed.sentence("container migrate exited with code 1", "boom"))
                .isEqualTo(
                        "MigrationFailed: container migrate exited with code 1. Mend the migration and push a new commit:"
                                + " Argo CD does not sync the same commit again by itself. Last log lines: boom");
        assertThat(Reason.Migrated.sentence("the migration ended well", null))
                .isEqualTo("Migrated: the migration ended well.");
    }

    @Test
    void isOneLineOfBoundedLengthWhateverItTellsOf() {
        assertThat(Reason.InvalidOption.sentence("the word 'a\u001b[31m\r\n\tb' is wrong", null))
                .startsWith("InvalidOption: the word 'a [31m b' is wrong. ");
        assertThat(Reason.JobRejected.sentence("x".repeat(100_000), null)).hasSizeLessThan(1300);
        assertThat(Reason.Migrated.sentence("x".repeat(1024), null)).isEqualTo("Migrated: " + "x".repeat(1024) + ".");
        assertThat(Reason.Migrated.sentence("x".repeat(1025), null)).contains("x".repeat(1024) + "..");
    }

    @ParameterizedTest
    @EnumSource
    void everyFailureHasAdviceAndNoSuccess(Reason reason) {
        if (reason.phase() == Phase.Succeeded) {
            assertThat(reason.advice()).isEmpty();
        } else {
            assertThat(reason.phase()).isEqualTo(Phase.Failed);
            assertThat(reason.advice()).endsWith(".");
        }
    }
}
