package io.wavegate.run;

import static io.wavegate.run.Draft.AT_WORK;
import static io.wavegate.run.Draft.BROKEN;
import static io.wavegate.run.Draft.COMPLETE;
import static io.wavegate.run.Draft.DEAD;
import static io.wavegate.run.Draft.DONE;
import static io.wavegate.run.Draft.ENDING;
import static io.wavegate.run.Draft.FAILING;
import static io.wavegate.run.Draft.GOING;
import static io.wavegate.run.Draft.LOGGED;
import static io.wavegate.run.Draft.NOW;
import static io.wavegate.run.Draft.PENDING;
import static io.wavegate.run.Draft.POD_1;
import static io.wavegate.run.Draft.RUNNING;
import static io.wavegate.run.Draft.STOPPED;
import static io.wavegate.run.Draft.T0;
import static io.wavegate.run.Draft.T9;
import static io.wavegate.run.Draft.WELL;
import static io.wavegate.run.Draft.WORKING;
import static io.wavegate.run.Draft.container;
import static io.wavegate.run.Draft.job;
import static io.wavegate.run.Draft.migrate;
import static io.wavegate.run.Draft.notStarted;
import static io.wavegate.run.Draft.pod;
import static io.wavegate.run.Draft.recorded;
import static io.wavegate.run.Draft.rest;

import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.MigrationRunStatus.Changed;
import io.wavegate.api.MigrationRunStatus.JobReference;
import io.wavegate.api.MigrationRunStatus.Log;
import io.wavegate.api.Reason;
import io.wavegate.run.RunState.Container;
import io.wavegate.run.RunState.End;
import io.wavegate.run.RunState.Hook;
import io.wavegate.run.RunState.Job;
import io.wavegate.run.RunState.Lock;
import io.wavegate.run.RunState.Outcome;
import io.wavegate.run.RunState.Pod;
import io.wavegate.run.RunState.Recorded;
import io.wavegate.run.RunState.Role;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a run does next, row by row; rows of one matter are in {@code AbortRowsTest}, {@code EndRowsTest}, {@code LockRowsTest}, {@code TidyRowsTest}. */
class RunDecisionTest {
    private static final MigrationRunStatus UNOPENED = MigrationRunStatus.EMPTY;
    private static final Job.Ours ONE_FAILED = job(1, 0, false, null);
    private static final End DEADLINE =
            new End(false, "DeadlineExceeded", "Job was active longer than specified deadline", T9, false);

    private static final RunDecision LOOK_FOR_PODS =
            new RunDecision.LookForPods("the Job has ended, and a pod of it has not as far as our cache knows");
    private static final End POLICY = new End(false, "PodFailurePolicy", "matching FailJob rule at index 1", T9, false);
    private static final LogSource CHECK_1 = new LogSource("pod-1", "wavegate-check");

    private static final RunDecision LOST = new RunDecision.Conclude(
            "the first record was lost",
            new Verdict(
                    Reason.RecordLost,
                    "the record migrationrun/migrate-1 was deleted after the migration may have been started",
                    0,
                    0,
                    null,
                    null),
            null);

    private static final List<Row> TABLE = List.of(
            // Nothing before the front door is open.
            row(
                    "no phase",
                    UNOPENED,
                    new Job.NotSeen(),
                    List.of(),
                    new RunDecision.Rest("the front door is not open yet", NOW.plus(RunDecision.LOOK))),
            new Row(
                    "no phase for long",
                    unopened(Hook.UNKNOWN),
                    new RunDecision.LookForHook("not opened for long; its hook Job may be gone")),
            new Row(
                    "no phase, and nobody left to open it",
                    unopened(Hook.GONE),
                    new RunDecision.Conclude(
                            "never opened",
                            new Verdict(
                                    Reason.Aborted,
                                    "nothing was run, since its hook Job was deleted",
                                    0,
                                    0,
                                    null,
                                    null),
                            null)),
            // The Job.
            row("open", PENDING, new Job.NotSeen(), List.of(), new RunDecision.Emit("open, and no Job yet")),
            row(
                    "open, and looked for a Job",
                    PENDING,
                    new Job.Absent(),
                    List.of(),
                    new RunDecision.Emit("open, and no Job yet")),
            new Row(
                    "open, and can not be run",
                    state(
                            Draft.recorded(PENDING, "spec.parallelism is 2", false, Set.of(), false, null, null, null),
                            new Job.NotSeen()),
                    new RunDecision.Conclude(
                            "can not be run",
                            new Verdict(Reason.InvalidOption, "spec.parallelism is 2", 0, 0, null, null),
                            null)),
            new Row(
                    "stands for a record that was lost, and a cache that may be behind",
                    lost(new Job.NotSeen()),
                    new RunDecision.LookAgain(
                            "the first record was lost; its Job may have been created at that very moment")),
            new Row("stands for a record that was lost", lost(new Job.Absent()), LOST),
            new Row("stands for a record that was lost, whose pod has ended", lost(new Job.Absent(), DEAD), LOST),
            new Row(
                    "stands for a record that was lost, whose Job is still there",
                    lost(new Job.Foreign()),
                    rest("the first record was lost, and its Job or a pod of it is still ending")),
            new Row(
                    "stands for a record that was lost, whose pod is still ending",
                    lost(new Job.Absent(), GOING),
                    rest("the first record was lost, and its Job or a pod of it is still ending")),
            row(
                    "another's Job",
                    PENDING,
                    new Job.Foreign(),
                    List.of(),
                    new RunDecision.Conclude(
                            "the name is taken",
                            new Verdict(
                                    Reason.NameTaken, "job/migrate-1 is there and is not Wavegate's", 0, 0, null, null),
                            null)),
            row(
                    "another's Job, where its own was before, of which a pod is left",
                    RUNNING,
                    new Job.Foreign(),
                    List.of(GOING),
                    rest("the Job was deleted, its pods are still ending")),
            row("its Job, not noted yet", PENDING, AT_WORK, List.of(), new RunDecision.Note("the Job went on", null)),
            row("at work", RUNNING, AT_WORK, List.of(WORKING), rest("the Job is at it")),
            row(
                    "a pod failed, another attempt follows",
                    RUNNING,
                    ONE_FAILED,
                    List.of(DEAD),
                    new RunDecision.Note("a pod has ended, or is going", POD_1)),
            row(
                    "a pod failed, its log kept, and the Job controller has counted it",
                    LOGGED,
                    ONE_FAILED,
                    List.of(DEAD),
                    new RunDecision.Note("the Job went on", null)),
            // Logs are read before they go.
            row(
                    "a pod is being deleted",
                    RUNNING,
                    AT_WORK,
                    List.of(GOING),
                    new RunDecision.Note("a pod has ended, or is going", POD_1)),
            row("a pod is being deleted, its log kept", LOGGED, AT_WORK, List.of(GOING), rest("the Job is at it")),
            row(
                    "a pod has succeeded, and the Job controller has not counted it yet",
                    RUNNING,
                    AT_WORK,
                    List.of(WELL),
                    new RunDecision.Note("a pod has ended, or is going", POD_1)),
            row(
                    "the Job is about to succeed, the log of its pod kept",
                    LOGGED,
                    job(0, 1, true, null),
                    List.of(WELL),
                    rest("the Job is at it")),
            row(
                    "the Job is about to fail",
                    RUNNING,
                    ENDING,
                    List.of(DEAD),
                    new RunDecision.Note("a pod has ended, or is going", POD_1)),
            new Row(
                    "the Job is about to fail, the log was asked for and is not to be had",
                    seen(recorded(FAILING), ENDING, List.of(DEAD), true, Set.of(POD_1)),
                    rest("the Job is at it")),
            // A Job and its pods are two watches: the end of one may be heard before that of the other.
            cached("complete, and its pod at work as far as our cache knows", DONE, List.of(WORKING), LOOK_FOR_PODS),
            cached(
                    "complete, and our cache has one of its two pods",
                    job(1, 1, true, COMPLETE),
                    List.of(WELL),
                    LOOK_FOR_PODS),
            cached("failed, and its pod not there as far as our cache knows", BROKEN, List.of(), LOOK_FOR_PODS),
            cached("stopped, and its pod at work as far as our cache knows", STOPPED, List.of(WORKING), LOOK_FOR_PODS),
            cached(
                    "failed, and so has its pod",
                    BROKEN,
                    List.of(DEAD),
                    new RunDecision.Conclude("the Job has ended", failed(1), POD_1)),
            row(
                    "failed, and its pod is not there any more",
                    RUNNING,
                    BROKEN,
                    List.of(),
                    new RunDecision.Conclude("the Job has ended", failed(null), null)),
            // The verdict comes from the terminal condition, never from a count of failed pods.
            row(
                    "complete",
                    RUNNING,
                    DONE,
                    List.of(WELL),
                    new RunDecision.Conclude(
                            "the Job has ended",
                            new Verdict(Reason.Migrated, "the migration ended well", 1, 0, 0, T9),
                            POD_1)),
            row(
                    "complete, and its log was read when its pod had ended",
                    LOGGED,
                    DONE,
                    List.of(WELL),
                    new RunDecision.Conclude(
                            "the Job has ended",
                            new Verdict(Reason.Migrated, "the migration ended well", 1, 0, 0, T9),
                            null)),
            row(
                    "complete, and its log was not to be had when its pod had ended",
                    RUNNING.withLog(new Log("pod-1", "migrate", null, null, "the kubelet is away")),
                    DONE,
                    List.of(WELL),
                    new RunDecision.Conclude(
                            "the Job has ended",
                            new Verdict(Reason.Migrated, "the migration ended well", 1, 0, 0, T9),
                            POD_1)),
            row(
                    "complete, and its log may be one that was read while its pod was being deleted",
                    LOGGED,
                    DONE,
                    List.of(pod("pod-1", Outcome.SUCCEEDED, true, migrate(0))),
                    new RunDecision.Conclude(
                            "the Job has ended",
                            new Verdict(Reason.Migrated, "the migration ended well", 1, 0, 0, T9),
                            POD_1)),
            row(
                    "complete at the second attempt",
                    RUNNING,
                    job(1, 1, true, COMPLETE),
                    List.of(DEAD, pod("pod-2", Outcome.SUCCEEDED, false, migrate(0))),
                    new RunDecision.Conclude(
                            "the Job has ended",
                            new Verdict(Reason.Migrated, "the migration ended well at attempt 2", 2, 1, 0, T9),
                            new LogSource("pod-2", "migrate"))),
            row(
                    "complete before it was seen running",
                    PENDING,
                    DONE,
                    List.of(WELL),
                    new RunDecision.Conclude(
                            "the Job has ended",
                            new Verdict(Reason.Migrated, "the migration ended well", 1, 0, 0, T9),
                            POD_1)),
            row(
                    "failed",
                    LOGGED,
                    BROKEN,
                    List.of(DEAD),
                    new RunDecision.Conclude(
                            "the Job has ended",
                            new Verdict(
                                    Reason.MigrationFailed,
                                    "container migrate exited with code 1 at attempt 1, the last one (BackoffLimitExceeded)",
                                    1,
                                    1,
                                    1,
                                    T9),
                            null)),
            row(
                    "failed, and its log may be one that was read while its pod was being deleted",
                    LOGGED,
                    BROKEN,
                    List.of(pod("pod-1", Outcome.FAILED, true, migrate(1))),
                    new RunDecision.Conclude(
                            "the Job has ended",
                            new Verdict(
                                    Reason.MigrationFailed,
                                    "container migrate exited with code 1 at attempt 1, the last one (BackoffLimitExceeded)",
                                    1,
                                    1,
                                    1,
                                    T9),
                            POD_1)),
            row(
                    "failed, its pod gone, its end in the record",
                    LOGGED.running(new JobReference("migrate-1", "job"), T0, 4, 0, 3),
                    BROKEN,
                    List.of(),
                    new RunDecision.Conclude(
                            "the Job has ended",
                            new Verdict(
                                    Reason.MigrationFailed,
                                    "container migrate exited with code 3 at attempt 4, the last one (BackoffLimitExceeded)",
                                    4,
                                    1,
                                    3,
                                    T9),
                            null)),
            row(
                    "failed, and nothing is known of its pod",
                    RUNNING,
                    BROKEN,
                    List.of(),
                    new RunDecision.Conclude(
                            "the Job has ended",
                            new Verdict(
                                    Reason.MigrationFailed,
                                    "the Job failed with BackoffLimitExceeded: Job has reached the specified backoff limit",
                                    1,
                                    1,
                                    null,
                                    T9),
                            null)),
            new Row(
                    "its deadline passed",
                    state(recorded(LOGGED), job(1, 0, true, DEADLINE)),
                    new RunDecision.Conclude(
                            "the Job has ended",
                            new Verdict(
                                    Reason.DeadlineExceeded,
                                    "the migration had not ended after activeDeadlineSeconds: 300",
                                    1,
                                    1,
                                    null,
                                    T9),
                            null)),
            new Row(
                    "its deadline passed, which was changed while it ran",
                    state(recorded(LOGGED), withDeadline(job(1, 0, true, DEADLINE), 1L)),
                    new RunDecision.Conclude(
                            "the Job has ended",
                            new Verdict(
                                    Reason.DeadlineExceeded,
                                    "the migration had not ended after activeDeadlineSeconds: 1 (changed while it ran, from 300)",
                                    1,
                                    1,
                                    null,
                                    T9),
                            null)),
            row(
                    "terminated by Argo CD's action on the emitted Job",
                    LOGGED,
                    job(
                            1,
                            0,
                            true,
                            new End(
                                    false,
                                    "ManuallyTerminated",
                                    "Job was terminated explicitly through Argo CD",
                                    T9,
                                    false)),
                    List.of(DEAD),
                    new RunDecision.Conclude(
                            "the Job has ended",
                            new Verdict(
                                    Reason.Aborted,
                                    "the migration was stopped, since Job was terminated explicitly through Argo CD",
                                    1,
                                    1,
                                    null,
                                    T9),
                            null)),
            row(
                    "one index of several failed",
                    LOGGED,
                    job(1, 1, true, new End(false, "FailedIndexes", "Job has failed indexes", T9, false)),
                    List.of(DEAD, pod("pod-2", Outcome.SUCCEEDED, false, migrate(0))),
                    new RunDecision.Conclude(
                            "the Job has ended",
                            new Verdict(
                                    Reason.MigrationFailed,
                                    "container migrate exited with code 1 (FailedIndexes)",
                                    2,
                                    1,
                                    1,
                                    T9),
                            null)),
            // The check.
            checked(
                    "the check failed",
                    job(1, 0, true, POLICY),
                    List.of(unchecked("pod-1", 1, "Error")),
                    new Verdict(
                            Reason.CheckFailed,
                            "the check `manage.py check` exited with code 1; the database was not touched",
                            0,
                            1,
                            1,
                            T9),
                    CHECK_1),
            row(
                    "an init container of the user's that is called as a check's, and failed",
                    RUNNING,
                    BROKEN,
                    List.of(unchecked("pod-1", 1, "Error")),
                    new RunDecision.Conclude(
                            "the Job has ended",
                            new Verdict(
                                    Reason.MigrationFailed,
                                    "container wavegate-check exited with code 1 at attempt 1, the last one"
                                            + " (BackoffLimitExceeded)",
                                    1,
                                    1,
                                    1,
                                    T9),
                            CHECK_1)),
            checked(
                    "the check reached its memory limit",
                    job(1, 0, true, POLICY),
                    List.of(unchecked("pod-1", 137, "OOMKilled")),
                    new Verdict(
                            Reason.CheckFailed,
                            "the check `manage.py check` exited with code 137 (OOMKilled: it reached its memory limit); the database was not touched",
                            0,
                            1,
                            137,
                            T9),
                    CHECK_1),
            checked(
                    "the check was killed, and containerd did not see why",
                    job(1, 0, true, POLICY),
                    List.of(unchecked("pod-1", 137, "Error")),
                    new Verdict(
                            Reason.CheckFailed,
                            "the check `manage.py check` exited with code 137 (SIGKILL: out of memory, or killed from outside); the database was not touched",
                            0,
                            1,
                            137,
                            T9),
                    CHECK_1),
            checked(
                    "the check of a second attempt failed",
                    job(2, 0, true, POLICY),
                    List.of(DEAD, unchecked("pod-2", 1, "Error")),
                    new Verdict(
                            Reason.CheckFailed,
                            "the check `manage.py check` exited with code 1; an earlier attempt had begun the migration",
                            1,
                            2,
                            1,
                            T9),
                    new LogSource("pod-2", "wavegate-check")),
            checked(
                    "the check failed after a pod that was evicted at work, which counts as no attempt",
                    job(1, 0, true, POLICY),
                    List.of(DEAD, unchecked("pod-2", 1, "Error")),
                    new Verdict(
                            Reason.CheckFailed,
                            "the check `manage.py check` exited with code 1; an earlier attempt had begun the migration",
                            0,
                            1,
                            1,
                            T9),
                    new LogSource("pod-2", "wavegate-check")),
            checked(
                    "the deadline passed while it was checked",
                    job(1, 0, true, DEADLINE),
                    List.of(unchecked("pod-1", 143, "Error")),
                    new Verdict(
                            Reason.DeadlineExceeded,
                            "the check `manage.py check` had not ended after activeDeadlineSeconds: 300; the database was not"
                                    + " touched",
                            0,
                            1,
                            143,
                            T9),
                    CHECK_1),
            new Row(
                    "the deadline passed while it was checked, and its pod is gone",
                    state(
                            withCheck(RUNNING.withLog(new Log("pod-1", "wavegate-check", "looking", "looking", null))),
                            job(1, 0, true, DEADLINE)),
                    new RunDecision.Conclude(
                            "the Job has ended",
                            new Verdict(
                                    Reason.DeadlineExceeded,
                                    "the check `manage.py check` had not ended after activeDeadlineSeconds: 300; the database was"
                                            + " not touched",
                                    0,
                                    1,
                                    null,
                                    T9),
                            null)),
            checked(
                    "the check went well, the migration not",
                    BROKEN,
                    List.of(pod("pod-1", Outcome.FAILED, false, container("wavegate-check", Role.INIT, 0), migrate(1))),
                    new Verdict(
                            Reason.MigrationFailed,
                            "container migrate exited with code 1 at attempt 1, the last one (BackoffLimitExceeded)",
                            1,
                            1,
                            1,
                            T9),
                    POD_1),
            // The hook Job's deadline may be changed while it runs.
            row(
                    "another deadline",
                    RUNNING.withChanged(new Changed(1L, null)),
                    AT_WORK,
                    List.of(WORKING),
                    new RunDecision.SetDeadline("the hook Job's activeDeadlineSeconds was changed", AT_WORK, 1L)),
            row(
                    "no deadline any more",
                    RUNNING.withChanged(new Changed(null, null)),
                    AT_WORK,
                    List.of(WORKING),
                    new RunDecision.SetDeadline("the hook Job's activeDeadlineSeconds was changed", AT_WORK, null)),
            row(
                    "another deadline, which the Job has",
                    RUNNING.withChanged(new Changed(1L, null)),
                    withDeadline(AT_WORK, 1L),
                    List.of(WORKING),
                    rest("the Job is at it")),
            row(
                    "another deadline, and the Job is ending",
                    FAILING.withChanged(new Changed(1L, null)).withLog(LOGGED.log()),
                    ENDING,
                    List.of(DEAD),
                    rest("the Job is at it")),
            row(
                    "a deadline that somebody gave the emitted Job",
                    RUNNING,
                    withDeadline(AT_WORK, 900L),
                    List.of(WORKING),
                    rest("the Job is at it")),
            // The Job was deleted: no second one, and no verdict while a pod still runs.
            row(
                    "its Job not in the cache",
                    RUNNING,
                    new Job.NotSeen(),
                    List.of(),
                    new RunDecision.LookAgain("the record has a Job that our cache has not")),
            row(
                    "its Job gone, a pod not",
                    RUNNING,
                    new Job.Absent(),
                    List.of(GOING),
                    rest("the Job was deleted, its pods are still ending")),
            row(
                    "its Job gone, its pods ended",
                    LOGGED,
                    new Job.Absent(),
                    List.of(DEAD),
                    new RunDecision.Conclude(
                            "the Job and its pods are gone",
                            new Verdict(
                                    Reason.JobDeleted, "the emitted Job was deleted before it ended", 1, 0, null, null),
                            POD_1)));

    @TestFactory
    Stream<DynamicTest> table() {
        return TABLE.stream().map(Row::test);
    }

    private static Row row(String given, MigrationRunStatus status, Job job, List<Pod> pods, RunDecision want) {
        return new Row(given, Draft.state(recorded(status), job, pods, NOW), want);
    }

    private static Row checked(String given, Job.Ours job, List<Pod> pods, Verdict want, LogSource log) {
        return new Row(
                given,
                Draft.state(withCheck(RUNNING), job, pods, NOW),
                new RunDecision.Conclude("the Job has ended", want, log));
    }

    /** A pod whose check did not end well. */
    private static Pod unchecked(String name, int exitCode, String reason) {
        return pod(
                name,
                Outcome.FAILED,
                false,
                container("proxy", Role.SIDECAR, 137),
                new Container("wavegate-check", Role.INIT, true, 0, exitCode, reason, null, null, null, null),
                notStarted("migrate"));
    }

    private static Job.Ours withDeadline(Job.Ours job, Long seconds) {
        return new Job.Ours(
                job.uid(),
                job.deleting(),
                job.startTime(),
                job.failed(),
                job.succeeded(),
                job.open(),
                job.ending(),
                job.failing(),
                job.end(),
                job.ttlSet(),
                seconds);
    }

    private static RunState state(Recorded recorded, Job job) {
        return Draft.state(recorded, job, List.of(), NOW);
    }

    /** With the pods as our cache has them, and not as the API server has. */
    private static Row cached(String given, Job job, List<Pod> pods, RunDecision want) {
        return new Row(given, seen(recorded(RUNNING), job, pods, false, Set.of()), want);
    }

    private static Verdict failed(@Nullable Integer exitCode) {
        return new Verdict(
                Reason.MigrationFailed,
                exitCode == null
                        ? "the Job failed with BackoffLimitExceeded: Job has reached the specified backoff limit"
                        : "container migrate exited with code %d at attempt 1, the last one (BackoffLimitExceeded)"
                                .formatted(exitCode),
                1,
                1,
                exitCode,
                T9);
    }

    private static RunState unopened(Hook hook) {
        return Draft.state(Draft.recorded(UNOPENED), new Job.NotSeen(), List.of(), hook, NOW);
    }

    private static RunState lost(Job job, Pod... pods) {
        return Draft.state(
                Draft.recorded(PENDING, null, true, Set.of(), false, null, null, null), job, List.of(pods), NOW);
    }

    private static Recorded withCheck(MigrationRunStatus status) {
        return Draft.recorded(status, null, false, Set.of(), false, null, "manage.py check", null);
    }

    private static RunState seen(Recorded recorded, Job job, List<Pod> pods, boolean read, Set<LogSource> tried) {
        return new RunState(recorded, job, pods, read, 0, tried, Hook.PRESENT, new Lock.Mine(), null, NOW);
    }
}
