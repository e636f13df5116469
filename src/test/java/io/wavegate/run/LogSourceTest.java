package io.wavegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.MigrationRunStatus;
import io.wavegate.run.RunState.Container;
import io.wavegate.run.RunState.Job;
import io.wavegate.run.RunState.Outcome;
import io.wavegate.run.RunState.Pod;
import io.wavegate.run.RunState.Recorded;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whose log tells the story. */
class LogSourceTest {
    private static final Container NOT_STARTED = new Container("migrate", false, false, 0, null, null);

    @Test
    void theMigrationsOwn() {
        assertThat(of(pod("a", ended("migrate", 0), ended("proxy", 0)))).isEqualTo(new LogSource("a", "migrate"));
    }

    @Test
    void theMigrationsOwnWhereItFailedAndACompanionToo() {
        assertThat(of(pod("a", ended("migrate", 1), ended("proxy", 137)))).isEqualTo(new LogSource("a", "migrate"));
    }

    @Test
    void theCompanionsWhereThatFailed() {
        assertThat(of(pod("a", ended("migrate", 0), ended("proxy", 2)))).isEqualTo(new LogSource("a", "proxy"));
    }

    @Test
    void theMigrationsOwnWhereItEndedWellAndItsSidecarWasKilledAfterwards() {
        var pod = new Pod("a", Outcome.SUCCEEDED, false, List.of(init("proxy", 143), ended("migrate", 0)));
        assertThat(of(pod)).isEqualTo(new LogSource("a", "migrate"));
    }

    @Test
    void theInitContainersWhereThatFailed() {
        assertThat(of(pod("a", init("wait-for-db", 1), NOT_STARTED))).isEqualTo(new LogSource("a", "wait-for-db"));
    }

    @Test
    void theLastPodThatStarted() {
        assertThat(of(pod("a", ended("migrate", 1)), pod("b", ended("migrate", 1)), pod("c", NOT_STARTED)))
                .isEqualTo(new LogSource("b", "migrate"));
    }

    @Test
    void nobodysWhereNothingStarted() {
        assertThat(of(pod("a", NOT_STARTED))).isNull();
        assertThat(of()).isNull();
    }

    private static @Nullable LogSource of(Pod... pods) {
        return LogSource.of(new RunState(
                new Recorded("migrate-1", MigrationRunStatus.EMPTY, null, Set.of(), null, null, null),
                new Job.NotSeen(),
                List.of(pods),
                Set.of(),
                RunState.Hook.PRESENT));
    }

    private static Pod pod(String name, Container... containers) {
        return new Pod(name, Outcome.FAILED, false, List.of(containers));
    }

    private static Container ended(String name, int exitCode) {
        return new Container(name, false, true, 0, exitCode, "Error");
    }

    private static Container init(String name, int exitCode) {
        return new Container(name, true, true, 0, exitCode, "Error");
    }
}
