package io.wavegate.run;

import static io.wavegate.run.Draft.AT_WORK;
import static io.wavegate.run.Draft.RUNNING;
import static io.wavegate.run.Draft.container;
import static io.wavegate.run.Draft.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.MigrationRunStatus.Lingering;
import io.wavegate.api.MigrationRunStatus.Log;
import io.wavegate.api.Reason;
import io.wavegate.api.StartStep;
import io.wavegate.run.RunState.Container;
import io.wavegate.run.RunState.End;
import io.wavegate.run.RunState.Job;
import io.wavegate.run.RunState.Outcome;
import io.wavegate.run.RunState.Pod;
import io.wavegate.run.RunState.Role;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rows of the decision table in which something else than the migration has a say in its end: a container beside it, the cluster. */
class EndRowsTest {
    private static final Instant T0 = Instant.parse(Draft.T0);
    private static final String END = T0.plusSeconds(60).toString();
    private static final String EVICTED = "EvictionByEvictionAPI: Eviction API: evicting";
    private static final Lingering PROXY = new Lingering("migrate", List.of("proxy"));
    private static final MigrationRunStatus LINGERS = RUNNING.withLingering(PROXY);
    private static final MigrationRunStatus TAKEN_AWAY = Draft.running(1, 143)
            .withLog(new Log("pod-1", "migrate", "", null, null))
            .withDisruption(EVICTED);
    private static final Job.Ours LATE = job(1, 0, true, new End(false, "DeadlineExceeded", "", END, false));
    private static final Job.Ours BROKEN = job(1, 0, true, new End(false, "BackoffLimitExceeded", "", END, false));
    private static final LogSource LOG = new LogSource("pod-1", "migrate");

    private static final List<Row> TABLE = List.of(
            // A container beside the migration's own.
            row("both run", 20, RUNNING, AT_WORK, pod(running("migrate"), running("proxy")), atIt()),
            row(
                    "the migration has just ended",
                    14,
                    RUNNING,
                    AT_WORK,
                    pod(ended("migrate", 0, 10), running("proxy")),
                    new RunDecision.Rest("the migration has ended, its pod has not yet", T0.plusSeconds(15))),
            row(
                    "the migration has ended, and its proxy runs on",
                    15,
                    RUNNING,
                    AT_WORK,
                    pod(ended("migrate", 0, 10), running("proxy")),
                    note()),
            row(
                    "the migration has ended, and its native sidecar is still to be stopped by the kubelet",
                    15,
                    RUNNING,
                    AT_WORK,
                    pod(container("mesh", Role.SIDECAR, null), ended("migrate", 0, 10)),
                    atIt()),
            row(
                    "an init container has ended long ago, and the migration goes on",
                    60,
                    RUNNING,
                    AT_WORK,
                    pod(
                            new Container(
                                    "wait-for-db",
                                    Role.INIT,
                                    true,
                                    0,
                                    0,
                                    "Completed",
                                    T0.plusSeconds(1),
                                    null,
                                    null,
                                    null),
                            running("migrate")),
                    atIt()),
            row("and that is noted", 20, LINGERS, AT_WORK, pod(ended("migrate", 0, 10), running("proxy")), atIt()),
            row(
                    "the proxy ends after all",
                    30,
                    LINGERS,
                    AT_WORK,
                    pod(ended("migrate", 0, 10), ended("proxy", 0, 29)),
                    note()),
            row("the migration failed", 20, RUNNING, AT_WORK, pod(ended("migrate", 1, 10), running("proxy")), note()),
            row(
                    "the proxy has ended, the migration has not",
                    20,
                    RUNNING,
                    AT_WORK,
                    pod(running("migrate"), ended("proxy", 0, 10)),
                    atIt()),
            ended(
                    "the proxy ran on until the deadline",
                    LINGERS,
                    LATE,
                    List.of(),
                    Reason.SidecarStillRuns,
                    "container migrate had ended well, and proxy ran on until activeDeadlineSeconds: 300 had passed",
                    null,
                    null),
            ended(
                    "the deadline passed, and no proxy had been seen",
                    RUNNING,
                    LATE,
                    List.of(),
                    Reason.DeadlineExceeded,
                    "the migration had not ended after activeDeadlineSeconds: 300",
                    null,
                    null),
            // The cluster takes the pod away.
            row("its pod is taken away", 20, RUNNING, AT_WORK, evicted(running("migrate")), note()),
            ended(
                    "its pod was taken away",
                    RUNNING,
                    BROKEN,
                    List.of(evicted(ended("migrate", 143, 50))),
                    Reason.Disrupted,
                    "the pod of attempt 1, the last one, was taken away while it ran (" + EVICTED + ")",
                    143,
                    LOG),
            ended(
                    "its pod was taken away, and is gone",
                    TAKEN_AWAY,
                    BROKEN,
                    List.of(),
                    Reason.Disrupted,
                    "the pod of attempt 1, the last one, was taken away while it ran (" + EVICTED + ")",
                    143,
                    null),
            ended(
                    "another pod failed after one that was taken away",
                    TAKEN_AWAY,
                    BROKEN,
                    List.of(failed(ended("migrate", 3, 50))),
                    Reason.MigrationFailed,
                    "container migrate exited with code 3 at attempt 1, the last one (BackoffLimitExceeded)",
                    3,
                    new LogSource("pod-2", "migrate")));

    @TestFactory
    Stream<DynamicTest> table() {
        return TABLE.stream().map(Row::test);
    }

    @Test
    void theImageIsThatOfTheLastPodThatRan() {
        assertThat(Verdict.image(state(20, RUNNING, AT_WORK, List.of(pod(running("migrate"))))))
                .isEqualTo("shop/web@sha256:1");
        assertThat(Verdict.image(state(20, RUNNING.withImage("shop/web@sha256:1"), AT_WORK, List.of())))
                .isEqualTo("shop/web@sha256:1");
        assertThat(Verdict.image(state(20, RUNNING, AT_WORK, List.of()))).isNull();
    }

    @Test
    void theImageIsNotThatOfAContainerBesideIt() {
        var mesh = new Container("mesh", Role.SIDECAR, true, 0, null, null, null, "mesh@sha256:2", null, null);
        assertThat(Verdict.image(state(20, RUNNING, AT_WORK, List.of(pod(mesh, running("migrate"))))))
                .isEqualTo("shop/web@sha256:1");
    }

    @Test
    void theImageOfAPodThatHasNotStartedIsNotTheOneThatRan() {
        var waiting = new Container("migrate", Role.MAIN, false, 0, null, null, null, "shop/web@sha256:2", null, null);
        assertThat(Verdict.image(state(20, RUNNING, AT_WORK, List.of(pod(running("migrate")), pod(waiting)))))
                .isEqualTo("shop/web@sha256:1");
    }

    @Test
    void theImageOfTwoPodsIsTheLaterOnes() {
        Container before = main("migrate", 1, null, "0");
        assertThat(Verdict.image(state(20, RUNNING, AT_WORK, List.of(pod(before), pod(running("migrate"))))))
                .isEqualTo("shop/web@sha256:1");
    }

    private static Row row(
            String given, int second, MigrationRunStatus status, Job.Ours job, Pod pod, RunDecision want) {
        return new Row(given, state(second, status, job, List.of(pod)), want);
    }

    private static Row ended(
            String given,
            MigrationRunStatus status,
            Job.Ours job,
            List<Pod> pods,
            Reason reason,
            String detail,
            @Nullable Integer exitCode,
            @Nullable LogSource log) {
        return new Row(
                given,
                state(60, status, job, pods),
                new RunDecision.Conclude("the Job has ended", new Verdict(reason, detail, 1, 1, exitCode, END), log));
    }

    private static RunState state(int second, MigrationRunStatus status, Job.Ours job, List<Pod> pods) {
        return Draft.state(Draft.recorded(status), job, pods, T0.plusSeconds(second));
    }

    private static RunDecision atIt() {
        return new RunDecision.Rest("the Job is at it");
    }

    private static RunDecision note() {
        return new RunDecision.Note("the Job went on", null);
    }

    private static Pod pod(Container... containers) {
        return pod(Outcome.OPEN, null, containers);
    }

    private static Pod evicted(Container container) {
        return pod(container.running() ? Outcome.OPEN : Outcome.FAILED, EVICTED, container);
    }

    private static Pod failed(Container container) {
        return Draft.pod("pod-2", Outcome.FAILED, false, container);
    }

    private static Pod pod(Outcome outcome, @Nullable String disruption, Container... containers) {
        return new Pod("pod-1", outcome, false, List.of(containers), StartStep.Start, null, disruption, T0);
    }

    private static Container running(String name) {
        return main(name, null, null, "1");
    }

    private static Container ended(String name, int exitCode, int second) {
        return main(name, exitCode, T0.plusSeconds(second), "1");
    }

    private static Container main(String name, @Nullable Integer exitCode, @Nullable Instant ended, String digest) {
        return new Container(name, Role.MAIN, true, 0, exitCode, null, ended, "shop/web@sha256:" + digest, null, null);
    }
}
