package io.wavegate.run;

import static io.wavegate.run.Draft.RUNNING;
import static io.wavegate.run.Draft.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.MigrationRunStatus.Blocked;
import io.wavegate.api.MigrationRunStatus.Log;
import io.wavegate.api.Reason;
import io.wavegate.api.StartStep;
import io.wavegate.run.RunState.Container;
import io.wavegate.run.RunState.End;
import io.wavegate.run.RunState.Hook;
import io.wavegate.run.RunState.Job;
import io.wavegate.run.RunState.Lock;
import io.wavegate.run.RunState.Outcome;
import io.wavegate.run.RunState.Pod;
import io.wavegate.run.RunState.Role;
import io.wavegate.run.RunState.Told;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a run does while its pod does not start, row by row. The start deadline is 120 s, and the Job was made at 0 s. */
class StartTest {
    private static final Instant T0 = Instant.parse(Draft.T0);
    private static final String END = T0.plusSeconds(60).toString();
    private static final MigrationRunStatus NEVER = RUNNING.withAttempts(0);
    private static final MigrationRunStatus FAILED_ONCE =
            Draft.running(1, 7).withLog(new Log("pod-1", "migrate", "boom", "boom", null));
    private static final MigrationRunStatus NOT_COUNTED = Draft.running(0, 7).withLog(FAILED_ONCE.log());

    private static final Job.Ours JOB = Draft.AT_WORK;
    private static final Job.Ours ONE_FAILED = job(1, 0, false, null);
    private static final Job.Ours DELETING = job(true, 0, 0, 0, false, null);
    private static final Job.Ours ENDING = job(0, 0, true, null);

    private static final Obstacle IMAGE =
            new Obstacle(Reason.ImagePullFailed, null, "container migrate: ErrImagePull: no such tag", StartStep.Start);
    private static final Obstacle IMAGE_LATER = new Obstacle(
            Reason.ImagePullFailed, null, "container migrate: ImagePullBackOff: Back-off", StartStep.Start);
    private static final Obstacle SECRET =
            new Obstacle(Reason.ConfigMissing, "secret/db", "container migrate: no secret", StartStep.Start);
    private static final Obstacle NO_NODE =
            new Obstacle(Reason.Unschedulable, null, "pod pod-1: Unschedulable: 0/1 nodes", StartStep.Schedule);
    private static final Obstacle MOUNT =
            new Obstacle(Reason.ConfigMissing, "secret/db", "pod pod-1: FailedMount: no secret", StartStep.Prepare);
    private static final Obstacle REFUSED =
            new Obstacle(Reason.JobRejected, null, "job migrate-1: FailedCreate: quota", StartStep.Create);

    private static final Pod NO_NODE_YET = open(StartStep.Schedule, null, 0);
    private static final Pod UNSCHEDULABLE = open(StartStep.Schedule, NO_NODE, 0);
    private static final Pod PREPARING = open(StartStep.Prepare, null, 1);
    private static final Pod PULLING = open(StartStep.Start, null, 1);
    private static final Pod STARTED = open(StartStep.Start, null, 1, ran("migrate", null));
    private static final Pod BROKE = new Pod(
            "pod-1", Outcome.FAILED, false, List.of(ran("migrate", 7)), StartStep.Start, null, null, T0.plusSeconds(9));

    private static final String ALL_OF_120 =
            "its pod could not start from 2026-01-01T00:00:02Z to 2026-01-01T00:02:02Z";

    private static final List<Row> TABLE = List.of(
            // Without an error there is no end to waiting, and events are asked for only where nothing else tells.
            row("no pod yet", 1, RUNNING, JOB, null, List.of(), until(3)),
            row("no pod after 3 s", 3, RUNNING, JOB, null, List.of(), askForJob()),
            row("no pod, and no event says why", 3, RUNNING, JOB, told(null), List.of(), until(6)),
            row("no pod for long: pauses grow to 30 s", 100, RUNNING, JOB, told(null), List.of(), until(130)),
            row("our clock is behind: it is asked all the same", -60, RUNNING, JOB, null, List.of(), askForJob()),
            row("a pod that nobody has looked at", 60, RUNNING, JOB, null, List.of(NO_NODE_YET), rest()),
            row("a pod being prepared", 3, RUNNING, JOB, null, List.of(PREPARING), until(4)),
            row("a pod being prepared for 3 s", 4, RUNNING, JOB, null, List.of(PREPARING), askForPod()),
            row("pulling its image never counts", 4000, RUNNING, JOB, null, List.of(PULLING), rest()),
            row("started", 2, RUNNING, JOB, null, List.of(STARTED), rest()),
            // The first error state is written down.
            row("an image that can not be pulled", 2, RUNNING, JOB, null, List.of(pod(IMAGE)), block(IMAGE, 2, 122)),
            row("no Secret", 2, RUNNING, JOB, null, List.of(pod(SECRET)), block(SECRET, 2, 122)),
            row("no node: 10 minutes", 2, RUNNING, JOB, null, List.of(UNSCHEDULABLE), block(NO_NODE, 2, 602)),
            row("no pod, and an event says why", 3, RUNNING, JOB, told(REFUSED), List.of(), block(REFUSED, 3, 123)),
            row("no volume", 4, RUNNING, JOB, told(MOUNT), List.of(PREPARING), block(MOUNT, 4, 124)),
            row("an event of a step that is past", 4, RUNNING, JOB, told(REFUSED), List.of(PREPARING), until(7)),
            row("and then it waits", 3, blocked(IMAGE, 2, 122), JOB, null, List.of(pod(IMAGE)), until(122)),
            row("events are asked for again", 9, blocked(REFUSED, 3, 123), JOB, null, List.of(), askForJob()),
            row("and waited for", 9, blocked(REFUSED, 3, 123), JOB, told(REFUSED), List.of(), until(18)),
            row("to the deadline", 110, blocked(REFUSED, 3, 123), JOB, told(null), List.of(), until(123)),
            // Its first time is kept, as are its first words.
            row("other words", 9, blocked(IMAGE, 2, 122), JOB, null, List.of(pod(IMAGE_LATER)), until(122)),
            row("another object", 9, blocked(IMAGE, 2, 122), JOB, null, List.of(pod(SECRET)), block(SECRET, 2, 122)),
            row("its pod is replaced", 9, blocked(IMAGE, 2, 122), JOB, null, List.of(NO_NODE_YET), until(122)),
            row("it waits for another pod", 9, blocked(IMAGE, 2, 122), JOB, told(null), List.of(), until(18)),
            row(
                    "a node was found, and now its image is wrong: time anew",
                    300,
                    blocked(NO_NODE, 2, 602),
                    JOB,
                    null,
                    List.of(pod(IMAGE)),
                    block(IMAGE, 300, 420)),
            row(
                    "its pod says nothing while it tries again",
                    9,
                    blocked(IMAGE, 2, 122),
                    JOB,
                    null,
                    List.of(PULLING),
                    until(122)),
            // It goes on.
            row("its node is found", 99, blocked(NO_NODE, 2, 602), JOB, told(null), List.of(PREPARING), over()),
            row("its pod is made", 99, blocked(REFUSED, 3, 123), JOB, null, List.of(NO_NODE_YET), over()),
            row("its volume is there", 99, blocked(MOUNT, 3, 123), JOB, null, List.of(PULLING), over()),
            row("it has started", 99, blocked(IMAGE, 2, 122), JOB, null, List.of(STARTED), over()),
            row("at the last moment", 125, blocked(IMAGE, 2, 122), JOB, null, List.of(STARTED), over()),
            row(
                    "it has started and failed",
                    99,
                    blocked(IMAGE, 2, 122),
                    JOB,
                    told(null),
                    List.of(BROKE),
                    new RunDecision.Note("a pod has ended, or is going", new LogSource("pod-1", "migrate"))),
            row(
                    "it has started and failed, its log kept",
                    99,
                    NOT_COUNTED.withBlocked(record(IMAGE, 2, 122)),
                    JOB,
                    told(null),
                    List.of(BROKE),
                    over()),
            row(
                    "its next pod could not be made after one that had failed, which is all there is",
                    20,
                    NOT_COUNTED.withBlocked(record(REFUSED, 15, 135)),
                    JOB,
                    told(null),
                    List.of(BROKE),
                    until(39)),
            row(
                    "its next pod was made, started and failed",
                    20,
                    NOT_COUNTED.withBlocked(record(REFUSED, 3, 123)),
                    JOB,
                    told(null),
                    List.of(BROKE),
                    over()),
            // Its time is over.
            row("at its node", 122, blocked(IMAGE, 2, 122), JOB, null, List.of(pod(IMAGE)), giveUp(false)),
            row("without a node", 602, blocked(NO_NODE, 2, 602), JOB, null, List.of(UNSCHEDULABLE), giveUp(true)),
            row("without a pod", 123, blocked(REFUSED, 3, 123), JOB, told(REFUSED), List.of(), giveUp(true)),
            row("between two pods", 130, blocked(IMAGE, 2, 122), JOB, told(null), List.of(), giveUp(true)),
            row(
                    "a sidecar that runs is not the migration",
                    122,
                    blocked(IMAGE, 2, 122),
                    JOB,
                    null,
                    List.of(open(StartStep.Start, IMAGE, 1, sidecar())),
                    giveUp(false)),
            // That nothing has begun is written down while it can be seen.
            row(
                    "stopped, its pod not yet",
                    122,
                    blocked(IMAGE, 2, 122),
                    DELETING,
                    null,
                    List.of(pod(IMAGE)),
                    new RunDecision.Rest("being stopped, its pods are still ending")),
            row(
                    "stopped, its pod going",
                    123,
                    blocked(IMAGE, 2, 122),
                    DELETING,
                    null,
                    List.of(going()),
                    new RunDecision.Note("the Job went on", null)),
            row(
                    "stopped, its pod going, written down",
                    123,
                    blocked(IMAGE, 2, 122).withAttempts(0),
                    DELETING,
                    null,
                    List.of(going()),
                    new RunDecision.Rest("being stopped, its pods are still ending")),
            row(
                    "its deadline has passed, its pod going without an error: it may have started a moment ago",
                    60,
                    RUNNING,
                    ENDING,
                    null,
                    List.of(going()),
                    rest()),
            row(
                    "its deadline has passed, and its pod has ended without a start",
                    60,
                    RUNNING,
                    ENDING,
                    null,
                    List.of(gone()),
                    new RunDecision.Note("the Job went on", null)),
            row(
                    "stopped, and it has started after all",
                    123,
                    blocked(IMAGE, 2, 122),
                    DELETING,
                    null,
                    List.of(going(ran("migrate", null))),
                    new RunDecision.Note("a pod has ended, or is going", new LogSource("pod-1", "migrate"))),
            // The verdict.
            verdict(
                    "given up",
                    blocked(IMAGE, 2, 122).withAttempts(0),
                    Reason.ImagePullFailed,
                    "container migrate: ErrImagePull: no such tag (" + ALL_OF_120 + ")",
                    0),
            verdict(
                    "given up, and nobody saw whether it began: in doubt it did",
                    blocked(IMAGE, 2, 122),
                    Reason.JobDeleted,
                    "the migration was stopped: " + ALL_OF_120 + "; it began when its time to start was already over",
                    1),
            verdict(
                    "given up after an attempt that ran",
                    FAILED_ONCE.withBlocked(new Blocked(
                            Reason.ConfigMissing,
                            "secret/db",
                            "container migrate: no secret",
                            StartStep.Start,
                            true,
                            T0.plusSeconds(2).toString(),
                            T0.plusSeconds(122).toString())),
                    Reason.MigrationFailed,
                    "container migrate exited with code 7, and it could not go on: " + ALL_OF_120
                            + ": container migrate: no secret",
                    1),
            verdict(
                    "deleted by somebody before it began",
                    NEVER,
                    Reason.StartFailed,
                    "its Job was deleted before anything had started, and no error was seen: an image may still have been pulled",
                    0),
            verdict(
                    "deleted by somebody before its time was over",
                    blocked(SECRET, 500, 620).withAttempts(0),
                    Reason.ConfigMissing,
                    "container migrate: no secret (its Job was deleted before anything had started)",
                    0),
            aborted("called off before it began", NEVER, "nothing was run, since wrong database", 0),
            aborted("called off in doubt", RUNNING, "the migration was stopped, since wrong database", 1),
            ended(
                    "activeDeadlineSeconds before it began",
                    blocked(SECRET, 2, 122),
                    "DeadlineExceeded",
                    List.of(gone()),
                    Reason.ConfigMissing,
                    "container migrate: no secret (activeDeadlineSeconds: 300 passed before anything had started)",
                    0),
            ended(
                    "activeDeadlineSeconds before it began, and its pod is gone",
                    NEVER,
                    "DeadlineExceeded",
                    List.of(),
                    Reason.StartFailed,
                    "activeDeadlineSeconds: 300 passed before anything had started, and no error was seen: an image may still"
                            + " have been pulled",
                    0),
            ended(
                    "activeDeadlineSeconds, and nobody saw whether it began",
                    blocked(SECRET, 2, 122),
                    "DeadlineExceeded",
                    List.of(),
                    Reason.DeadlineExceeded,
                    "the migration had not ended after activeDeadlineSeconds: 300",
                    1),
            unplaced(
                    "activeDeadlineSeconds, and its pod is gone that had no node",
                    blocked(NO_NODE, 2, 602),
                    Reason.Unschedulable,
                    "pod pod-1: Unschedulable: 0/1 nodes (activeDeadlineSeconds: 300 passed before anything had started)"),
            ended(
                    "its command does not exist",
                    RUNNING,
                    "BackoffLimitExceeded",
                    List.of(new Pod(
                            "pod-1",
                            Outcome.FAILED,
                            false,
                            List.of(Draft.notStarted("migrate")),
                            StartStep.Start,
                            new Obstacle(
                                    Reason.StartFailed, null, "container migrate: StartError: no go", StartStep.Start),
                            null,
                            T0)),
                    Reason.StartFailed,
                    "container migrate: StartError: no go (the Job failed with BackoffLimitExceeded before anything had started)",
                    0),
            ended(
                    "an attempt that nobody saw, and one that did not start: in doubt it ran",
                    blocked(SECRET, 2, 122),
                    "DeadlineExceeded",
                    List.of(going()),
                    Reason.DeadlineExceeded,
                    "the migration had not ended after activeDeadlineSeconds: 300",
                    1),
            // A second attempt that can not start.
            row("between two attempts", 12, FAILED_ONCE, ONE_FAILED, null, List.of(BROKE), until(39)),
            row("no second pod after 30 s", 39, FAILED_ONCE, ONE_FAILED, null, List.of(BROKE), askForJob()),
            row(
                    "a second attempt that can not start",
                    40,
                    FAILED_ONCE,
                    ONE_FAILED,
                    null,
                    List.of(BROKE, pod(SECRET)),
                    new RunDecision.NoteStart(
                            "it can not start: container migrate: no secret",
                            new Blocked(
                                    Reason.ConfigMissing,
                                    "secret/db",
                                    "container migrate: no secret",
                                    StartStep.Start,
                                    true,
                                    T0.plusSeconds(40).toString(),
                                    T0.plusSeconds(160).toString()))));

    @TestFactory
    Stream<DynamicTest> table() {
        return TABLE.stream().map(Row::test);
    }

    @Test
    void anAttemptThatRanIsNotForgottenWithItsPod() {
        assertThat(Start.neverBegan(state(50, FAILED_ONCE, DELETING, null, null, List.of(going()))))
                .as("its exit code is in the record")
                .isFalse();
        var begun = new Blocked(
                Reason.ConfigMissing, null, "no secret", StartStep.Start, true, T0.toString(), T0.toString());
        assertThat(Start.neverBegan(state(50, RUNNING.withBlocked(begun), DELETING, null, null, List.of(going()))))
                .as("it had begun when the next one was kept")
                .isFalse();
        var succeeded = job(true, 0, 1, 0, false, null);
        assertThat(Start.neverBegan(state(50, RUNNING, succeeded, null, null, List.of())))
                .as("the Job counts one that we never saw")
                .isFalse();
    }

    /** We may hear of a Job later than of its pods. */
    @Test
    void aPodThatTheJobStillCountsAndNobodySeesMayHaveRun() {
        Job.Ours behind = job(false, 0, 0, 1, true, null);

        assertThat(Start.neverBegan(state(50, RUNNING, behind, null, null, List.of())))
                .isFalse();
        assertThat(Start.neverBegan(state(50, RUNNING, behind, null, null, List.of(), 1)))
                .as("it is known to have had no node")
                .isTrue();
    }

    @Test
    void theExitCodeOfAnAttemptOutlivesItsPod() {
        assertThat(Verdict.exitCode(state(50, FAILED_ONCE, DELETING, null, null, List.of(going()))))
                .isEqualTo(7);
    }

    private static Row row(
            String given,
            int second,
            MigrationRunStatus status,
            Job job,
            @Nullable Told told,
            List<Pod> pods,
            RunDecision want) {
        return new Row(given, state(second, status, job, null, told, pods), want);
    }

    private static Row verdict(String given, MigrationRunStatus status, Reason reason, String detail, int attempts) {
        int failed = status.failed() == null ? 0 : status.failed();
        return new Row(
                given,
                state(200, status, new Job.Absent(), null, null, List.of()),
                new RunDecision.Conclude(
                        "the Job and its pods are gone",
                        new Verdict(reason, detail, attempts, failed, null, null),
                        null));
    }

    private static Row aborted(String given, MigrationRunStatus status, String detail, int attempts) {
        return new Row(
                given,
                state(9, status, new Job.Absent(), "wrong database", null, List.of()),
                new RunDecision.Conclude(
                        "the Job and its pods are gone",
                        new Verdict(Reason.Aborted, detail, attempts, 0, null, null),
                        null));
    }

    private static Row ended(
            String given,
            MigrationRunStatus status,
            String why,
            List<Pod> pods,
            Reason reason,
            String detail,
            int attempts) {
        return new Row(
                given,
                state(60, status, failed(why), null, null, pods),
                conclude(new Verdict(reason, detail, attempts, 1, null, END)));
    }

    private static Row unplaced(String given, MigrationRunStatus status, Reason reason, String detail) {
        return new Row(
                given,
                state(60, status, failed("DeadlineExceeded"), null, null, List.of(), 1),
                conclude(new Verdict(reason, detail, 0, 1, null, END)));
    }

    private static Job.Ours failed(String why) {
        return job(1, 0, true, new End(false, why, "", END, false));
    }

    private static RunDecision conclude(Verdict verdict) {
        return new RunDecision.Conclude("the Job has ended", verdict, null);
    }

    private static RunState state(
            int second,
            MigrationRunStatus status,
            Job job,
            @Nullable String abort,
            @Nullable Told told,
            List<Pod> pods) {
        return state(second, status, job, abort, told, pods, 0);
    }

    private static RunState state(
            int second,
            MigrationRunStatus status,
            Job job,
            @Nullable String abort,
            @Nullable Told told,
            List<Pod> pods,
            int unplaced) {
        return new RunState(
                Draft.recorded(status, abort),
                job,
                pods,
                true,
                unplaced,
                Set.of(),
                Hook.PRESENT,
                new Lock.Mine(),
                told,
                T0.plusSeconds(second));
    }

    private static MigrationRunStatus blocked(Obstacle by, int since, int deadline) {
        return RUNNING.withBlocked(record(by, since, deadline));
    }

    private static Blocked record(Obstacle by, int since, int deadline) {
        return new Blocked(
                by.reason(),
                by.object(),
                by.message(),
                by.step(),
                false,
                T0.plusSeconds(since).toString(),
                T0.plusSeconds(deadline).toString());
    }

    private static RunDecision block(Obstacle by, int since, int deadline) {
        return new RunDecision.NoteStart("it can not start: " + by.message(), record(by, since, deadline));
    }

    private static RunDecision over() {
        return new RunDecision.NoteStart("what kept it from starting is over", null);
    }

    private static RunDecision giveUp(boolean settled) {
        return new RunDecision.GiveUp("it could not start in time", settled);
    }

    private static RunDecision until(int second) {
        return new RunDecision.Rest("its pod has not started yet", T0.plusSeconds(second));
    }

    private static RunDecision rest() {
        return new RunDecision.Rest("the Job is at it");
    }

    private static RunDecision askForJob() {
        return new RunDecision.LookForEvents("it has no pod", StartStep.Create, "Job", "migrate-1");
    }

    private static RunDecision askForPod() {
        return new RunDecision.LookForEvents("its pod is not prepared", StartStep.Prepare, "Pod", "pod-1");
    }

    private static Told told(@Nullable Obstacle obstacle) {
        return new Told(obstacle);
    }

    private static Pod pod(Obstacle obstacle) {
        return open(StartStep.Start, obstacle, 1);
    }

    private static Pod open(StartStep step, @Nullable Obstacle obstacle, int changed, Container... containers) {
        return new Pod(
                "pod-1", Outcome.OPEN, false, List.of(containers), step, obstacle, null, T0.plusSeconds(changed));
    }

    private static Pod going(Container... containers) {
        return Draft.pod("pod-1", Outcome.OPEN, true, containers);
    }

    private static Pod gone() {
        return Draft.pod("pod-1", Outcome.FAILED, true);
    }

    private static Container ran(String name, @Nullable Integer exitCode) {
        return Draft.container(name, Role.MAIN, exitCode);
    }

    private static Container sidecar() {
        return Draft.container("proxy", Role.SIDECAR, null);
    }
}
