package io.wavegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.MigrationRunStatus;
import io.wavegate.run.RunState.Container;
import io.wavegate.run.RunState.Job;
import io.wavegate.run.RunState.Outcome;
import io.wavegate.run.RunState.Pod;
import io.wavegate.run.RunState.Role;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whose log tells the story. */
class LogSourceTest {
    private static final Container NOT_STARTED = Draft.notStarted("migrate");

    @Test
    void theMigrationsOwn() {
        assertThat(of(pod("a", ended("migrate", 0), ended("proxy", 0)))).isEqualTo(new LogSource("a", "migrate"));
    }

    @Test
    void theMigrationsOwnBehindAnInitContainer() {
        assertThat(of(pod("a", Outcome.SUCCEEDED, init("wait-for-db", 0), ended("migrate", 0))))
                .isEqualTo(new LogSource("a", "migrate"));
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
        var pod = pod("a", Outcome.SUCCEEDED, sidecar("proxy", 143), ended("migrate", 0));
        assertThat(of(pod)).isEqualTo(new LogSource("a", "migrate"));
    }

    @Test
    void theCompanionsWhereThatFailedAndANativeSidecarWasKilledAfterwards() {
        assertThat(of(pod("a", sidecar("proxy", 143), ended("migrate", 0), ended("exporter", 2))))
                .isEqualTo(new LogSource("a", "exporter"));
    }

    @Test
    void theInitContainersWhereThatFailedBesideANativeSidecar() {
        assertThat(of(pod("a", init("wait-for-db", 1), sidecar("proxy", 137), NOT_STARTED)))
                .isEqualTo(new LogSource("a", "wait-for-db"));
    }

    @Test
    void theNativeSidecarsWhereNothingElseStarted() {
        assertThat(of(pod("a", sidecar("proxy", 1), NOT_STARTED))).isEqualTo(new LogSource("a", "proxy"));
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
    void ofAFailedJobThatOfThePodThatFailedThoughALaterOneSucceeded() {
        assertThat(of(end(false), pod("a", ended("migrate", 1)), succeeded("b")))
                .isEqualTo(new LogSource("a", "migrate"));
    }

    @Test
    void ofACompleteJobThatOfThePodThatSucceededThoughALaterOneWasStopped() {
        assertThat(of(end(true), succeeded("a"), pod("b", ended("migrate", 143))))
                .isEqualTo(new LogSource("a", "migrate"));
    }

    @Test
    void nobodysWhereNothingStarted() {
        assertThat(of(pod("a", NOT_STARTED))).isNull();
        assertThat(of()).isNull();
    }

    @Test
    void whatItsOwnContainerSaidInItsOwnPod() {
        RunState state = Draft.state(
                Draft.recorded(MigrationRunStatus.EMPTY),
                new Job.NotSeen(),
                List.of(
                        pod("a", saying("migrate", "first")),
                        pod("b", saying("proxy", "aside"), saying("migrate", "second")),
                        pod("c", ended("migrate", 1))),
                Instant.EPOCH);
        assertThat(new LogSource("a", "migrate").said(state)).isEqualTo("first");
        assertThat(new LogSource("b", "migrate").said(state)).isEqualTo("second");
        assertThat(new LogSource("c", "migrate").said(state)).isNull();
        assertThat(new LogSource("d", "migrate").said(state)).isNull();
    }

    private static Container saying(String name, String words) {
        return new Container(name, Role.MAIN, true, 0, 1, "Error", null, null, null, words);
    }

    private static Job end(boolean complete) {
        return Draft.job(1, 1, true, new RunState.End(complete, "", "", "", false));
    }

    private static Pod succeeded(String name) {
        return pod(name, Outcome.SUCCEEDED, ended("migrate", 0));
    }

    private static @Nullable LogSource of(Pod... pods) {
        return of(new Job.NotSeen(), pods);
    }

    private static @Nullable LogSource of(Job job, Pod... pods) {
        return LogSource.of(Draft.state(Draft.recorded(MigrationRunStatus.EMPTY), job, List.of(pods), Instant.EPOCH));
    }

    private static Pod pod(String name, Container... containers) {
        return pod(name, Outcome.FAILED, containers);
    }

    private static Pod pod(String name, Outcome outcome, Container... containers) {
        return Draft.pod(name, outcome, false, containers);
    }

    private static Container ended(String name, int exitCode) {
        return Draft.container(name, Role.MAIN, exitCode);
    }

    private static Container init(String name, int exitCode) {
        return Draft.container(name, Role.INIT, exitCode);
    }

    private static Container sidecar(String name, int exitCode) {
        return Draft.container(name, Role.SIDECAR, exitCode);
    }
}
