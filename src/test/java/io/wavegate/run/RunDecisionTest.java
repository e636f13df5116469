package io.wavegate.run;

import static io.wavegate.api.DeletePolicy.BEFORE_HOOK_CREATION;
import static io.wavegate.api.DeletePolicy.HOOK_FAILED;
import static io.wavegate.api.DeletePolicy.HOOK_SUCCEEDED;

import io.wavegate.api.DeletePolicy;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.MigrationRunStatus.Changed;
import io.wavegate.api.MigrationRunStatus.JobReference;
import io.wavegate.api.MigrationRunStatus.Log;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.api.StartStep;
import io.wavegate.run.RunState.Container;
import io.wavegate.run.RunState.End;
import io.wavegate.run.RunState.Hook;
import io.wavegate.run.RunState.Job;
import io.wavegate.run.RunState.Lock;
import io.wavegate.run.RunState.Outcome;
import io.wavegate.run.RunState.Pod;
import io.wavegate.run.RunState.Recorded;
import io.wavegate.run.RunState.Role;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a run does next, row by row. */
class RunDecisionTest {
    private static final String T0 = "2026-01-01T00:00:00Z";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:05Z");
    private static final String T9 = "2026-01-01T00:00:09Z";

    private static final MigrationRunStatus UNOPENED = MigrationRunStatus.EMPTY;
    private static final MigrationRunStatus PENDING = UNOPENED.withPhase(Phase.Pending);
    private static final MigrationRunStatus RUNNING =
            PENDING.running(new JobReference("migrate-1", "job"), T0, 1, 0, null);
    private static final MigrationRunStatus FAILING =
            PENDING.running(new JobReference("migrate-1", "job"), T0, 1, 1, 1);
    private static final MigrationRunStatus LOGGED =
            RUNNING.withLog(new Log("pod-1", "migrate", "the end", "the end", null));
    private static final MigrationRunStatus SUCCEEDED = RUNNING.concluded(Reason.Migrated, "Migrated.", 1, 0, 0, T9);
    private static final MigrationRunStatus FAILED =
            RUNNING.concluded(Reason.MigrationFailed, "MigrationFailed.", 1, 1, 1, T9);

    private static final Job.Ours AT_WORK = job(0, 0, false, null);
    private static final Job.Ours ONE_FAILED = job(1, 0, false, null);
    private static final Job.Ours ENDING = job(1, 0, true, null);
    private static final End COMPLETE = new End(true, "CompletionsReached", "", T9);
    private static final End BACKOFF =
            new End(false, "BackoffLimitExceeded", "Job has reached the specified backoff limit", T9);
    private static final End DEADLINE =
            new End(false, "DeadlineExceeded", "Job was active longer than specified deadline", T9);
    private static final Job.Ours STOPPING = new Job.Ours("job", true, T0, 0, 0, 0, false, false, null, false, 300L);
    private static final Job.Ours DONE = job(0, 1, true, COMPLETE);
    private static final Job.Ours BROKEN = job(1, 0, true, BACKOFF);

    private static final RunDecision LOOK_FOR_PODS =
            new RunDecision.LookForPods("the Job has ended, and a pod of it has not as far as our cache knows");
    private static final Pod WORKING = pod("pod-1", Outcome.OPEN, false, null);
    private static final Pod GOING = pod("pod-1", Outcome.OPEN, true, null);
    private static final Pod DEAD = pod("pod-1", Outcome.FAILED, false, 1);
    private static final Pod WELL = pod("pod-1", Outcome.SUCCEEDED, false, 0);
    private static final End POLICY = new End(false, "PodFailurePolicy", "matching FailJob rule at index 1", T9);
    private static final LogSource CHECK_1 = new LogSource("pod-1", "wavegate-check");
    private static final LogSource POD_1 = new LogSource("pod-1", "migrate");

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
                    new RunDecision.Rest(
                            "the front door is not open yet", Instant.parse(T9).plus(RunDecision.LOOK))),
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
                    state(PENDING, "spec.parallelism is 2", Set.of(), null, new Job.NotSeen()),
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
            row(
                    "its Job, not noted yet",
                    PENDING,
                    AT_WORK,
                    List.of(),
                    new RunDecision.Note("the Job went on", AT_WORK, null)),
            row("at work", RUNNING, AT_WORK, List.of(WORKING), rest("the Job is at it")),
            row(
                    "a pod failed, another attempt follows",
                    RUNNING,
                    ONE_FAILED,
                    List.of(DEAD),
                    new RunDecision.Note("a pod has ended, or is going", ONE_FAILED, POD_1)),
            row(
                    "a pod failed, its log kept, and the Job controller has counted it",
                    LOGGED,
                    ONE_FAILED,
                    List.of(DEAD),
                    new RunDecision.Note("the Job went on", ONE_FAILED, null)),
            // Logs are read before they go.
            row(
                    "a pod is being deleted",
                    RUNNING,
                    AT_WORK,
                    List.of(GOING),
                    new RunDecision.Note("a pod has ended, or is going", AT_WORK, POD_1)),
            row("a pod is being deleted, its log kept", LOGGED, AT_WORK, List.of(GOING), rest("the Job is at it")),
            row(
                    "a pod has succeeded, and the Job controller has not counted it yet",
                    RUNNING,
                    AT_WORK,
                    List.of(WELL),
                    new RunDecision.Note("a pod has ended, or is going", AT_WORK, POD_1)),
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
                    new RunDecision.Note("a pod has ended, or is going", ENDING, POD_1)),
            new Row(
                    "the Job is about to fail, the log was asked for and is not to be had",
                    observed(
                            recorded(FAILING, null, Set.of(BEFORE_HOOK_CREATION), null, null),
                            ENDING,
                            List.of(DEAD),
                            Set.of(POD_1),
                            Hook.PRESENT),
                    rest("the Job is at it")),
            // A Job and its pods are two watches: the end of one may be heard before that of the other.
            cached("complete, and its pod at work as far as our cache knows", DONE, List.of(WORKING), LOOK_FOR_PODS),
            cached("failed, and its pod not there as far as our cache knows", BROKEN, List.of(), LOOK_FOR_PODS),
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
                    List.of(pod("pod-1", Outcome.SUCCEEDED, true, 0)),
                    new RunDecision.Conclude(
                            "the Job has ended",
                            new Verdict(Reason.Migrated, "the migration ended well", 1, 0, 0, T9),
                            POD_1)),
            row(
                    "complete at the second attempt",
                    RUNNING,
                    job(1, 1, true, COMPLETE),
                    List.of(DEAD, pod("pod-2", Outcome.SUCCEEDED, false, 0)),
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
                    List.of(pod("pod-1", Outcome.FAILED, true, 1)),
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
                    state(LOGGED, null, Set.of(), null, job(1, 0, true, DEADLINE)),
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
                    state(LOGGED, null, Set.of(), null, withDeadline(job(1, 0, true, DEADLINE), 1L)),
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
                            new End(false, "ManuallyTerminated", "Job was terminated explicitly through Argo CD", T9)),
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
                    job(1, 1, true, new End(false, "FailedIndexes", "Job has failed indexes", T9)),
                    List.of(DEAD, pod("pod-2", Outcome.SUCCEEDED, false, 0)),
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
                    observed(
                            recorded(
                                    RUNNING.withLog(new Log("pod-1", "wavegate-check", "looking", "looking", null)),
                                    "manage.py check"),
                            job(1, 0, true, DEADLINE),
                            List.of(),
                            Set.of(),
                            Hook.PRESENT),
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
                    List.of(new Pod(
                            "pod-1",
                            Outcome.FAILED,
                            false,
                            List.of(
                                    new Container("wavegate-check", Role.INIT, true, 0, 0, "Completed", null, null),
                                    new Container("migrate", Role.MAIN, true, 0, 1, "Error", null, null)),
                            StartStep.Start,
                            null,
                            null,
                            NOW)),
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
                            POD_1)),
            // Its hook Job is gone, or somebody asks for an end: the Job goes, and the verdict waits for its pods.
            abort(
                    "open, and nobody looked for the hook",
                    null,
                    Hook.UNKNOWN,
                    PENDING,
                    new Job.NotSeen(),
                    List.of(),
                    new RunDecision.LookForHook("open, and no Job yet; its hook Job may be gone meanwhile")),
            abort(
                    "open, and the hook is gone",
                    null,
                    Hook.GONE,
                    PENDING,
                    new Job.NotSeen(),
                    List.of(),
                    notBegun("its hook Job was deleted")),
            abort(
                    "open, and annotated",
                    "wrong database",
                    Hook.UNKNOWN,
                    PENDING,
                    new Job.NotSeen(),
                    List.of(),
                    notBegun("wrong database")),
            abort(
                    "at work, and the hook is gone",
                    null,
                    Hook.GONE,
                    RUNNING,
                    AT_WORK,
                    List.of(WORKING),
                    new RunDecision.Stop("its hook Job is gone, or it was called off", AT_WORK)),
            abort(
                    "at work, and annotated",
                    " ",
                    Hook.PRESENT,
                    RUNNING,
                    AT_WORK,
                    List.of(WORKING),
                    new RunDecision.Stop("its hook Job is gone, or it was called off", AT_WORK)),
            abort(
                    "its Job is noted first, so that no other is made for it",
                    null,
                    Hook.GONE,
                    PENDING,
                    AT_WORK,
                    List.of(WORKING),
                    new RunDecision.Note("the Job went on", AT_WORK, null)),
            abort(
                    "being stopped: the log of its pod first",
                    null,
                    Hook.GONE,
                    RUNNING,
                    STOPPING,
                    List.of(GOING),
                    new RunDecision.Note("a pod has ended, or is going", STOPPING, POD_1)),
            abort(
                    "being stopped",
                    null,
                    Hook.GONE,
                    LOGGED,
                    STOPPING,
                    List.of(GOING),
                    rest("being stopped, its pods are still ending")),
            abort(
                    "about to end: it keeps its verdict",
                    null,
                    Hook.GONE,
                    FAILING.withLog(LOGGED.log()),
                    ENDING,
                    List.of(DEAD),
                    rest("the Job is at it")),
            abort(
                    "just ended: it keeps its verdict",
                    null,
                    Hook.GONE,
                    RUNNING,
                    DONE,
                    List.of(WELL),
                    new RunDecision.Conclude(
                            "the Job has ended",
                            new Verdict(Reason.Migrated, "the migration ended well", 1, 0, 0, T9),
                            POD_1)),
            abort(
                    "its Job gone, a pod not",
                    null,
                    Hook.UNKNOWN,
                    LOGGED,
                    new Job.Absent(),
                    List.of(GOING),
                    rest("the Job was deleted, its pods are still ending")),
            abort(
                    "its Job and its pods gone, and nobody looked for the hook",
                    null,
                    Hook.UNKNOWN,
                    LOGGED,
                    new Job.Absent(),
                    List.of(),
                    new RunDecision.LookForHook("the Job and its pods are gone; so may be its hook Job")),
            abort(
                    "its Job, its pods and the hook gone",
                    null,
                    Hook.GONE,
                    LOGGED,
                    new Job.Absent(),
                    List.of(),
                    new RunDecision.Conclude(
                            "the Job and its pods are gone",
                            new Verdict(
                                    Reason.Aborted,
                                    "the migration was stopped, since its hook Job was deleted",
                                    1,
                                    0,
                                    null,
                                    null),
                            null)),
            // Tidied up only after the record says how it ended.
            row("over, default policy", SUCCEEDED, DONE, List.of(), rest("over, nothing left to tidy up")),
            row("over, and no Job", SUCCEEDED, new Job.NotSeen(), List.of(), rest("over, nothing left to tidy up")),
            row("over, another's Job", FAILED, new Job.Foreign(), List.of(), rest("over, nothing left to tidy up")),
            tidy(
                    "success, hook-succeeded",
                    SUCCEEDED,
                    DONE,
                    Set.of(HOOK_SUCCEEDED),
                    null,
                    new RunDecision.DeleteJob("its delete policy is hook-succeeded", DONE)),
            tidy(
                    "success, hook-failed",
                    SUCCEEDED,
                    DONE,
                    Set.of(HOOK_FAILED),
                    null,
                    rest("over, nothing left to tidy up")),
            tidy(
                    "failure, hook-failed",
                    FAILED,
                    BROKEN,
                    Set.of(HOOK_FAILED),
                    null,
                    new RunDecision.DeleteJob("its delete policy is hook-failed", BROKEN)),
            tidy(
                    "failure, hook-succeeded",
                    FAILED,
                    BROKEN,
                    Set.of(HOOK_SUCCEEDED),
                    null,
                    rest("over, nothing left to tidy up")),
            tidy(
                    "over, time to live",
                    SUCCEEDED,
                    DONE,
                    Set.of(BEFORE_HOOK_CREATION),
                    60,
                    new RunDecision.SetTtl("the record is written", DONE, 60)),
            tidy(
                    "deleted rather than left to live",
                    SUCCEEDED,
                    DONE,
                    Set.of(HOOK_SUCCEEDED),
                    60,
                    new RunDecision.DeleteJob("its delete policy is hook-succeeded", DONE)),
            tidy(
                    "over, time to live given",
                    SUCCEEDED,
                    new Job.Ours("job", false, T0, 0, 1, 0, true, false, COMPLETE, true, 300L),
                    Set.of(BEFORE_HOOK_CREATION),
                    60,
                    rest("over, nothing left to tidy up")),
            tidy(
                    "over, its Job being deleted",
                    SUCCEEDED,
                    new Job.Ours("job", true, T0, 0, 1, 0, true, false, COMPLETE, false, 300L),
                    Set.of(HOOK_SUCCEEDED),
                    null,
                    rest("over, nothing left to tidy up")),
            tidyWithHook(
                    "success, hook-succeeded, its log to be printed by Helm",
                    SUCCEEDED,
                    DONE,
                    Set.of(HOOK_SUCCEEDED),
                    true,
                    Hook.PRESENT,
                    rest("over, nothing left to tidy up")),
            tidyWithHook(
                    "success, hook-succeeded, its log printed, and the hook deleted by Helm",
                    SUCCEEDED,
                    DONE,
                    Set.of(HOOK_SUCCEEDED),
                    true,
                    Hook.GONE,
                    new RunDecision.DeleteJob("its delete policy is hook-succeeded", DONE)),
            tidyWithHook(
                    "failure, hook-failed, its log to be printed by Helm",
                    FAILED,
                    BROKEN,
                    Set.of(HOOK_FAILED),
                    true,
                    Hook.PRESENT,
                    rest("over, nothing left to tidy up")),
            tidyWithHook(
                    "failure, hook-failed, its log printed, and the hook deleted by Helm",
                    FAILED,
                    BROKEN,
                    Set.of(HOOK_FAILED),
                    true,
                    Hook.GONE,
                    new RunDecision.DeleteJob("its delete policy is hook-failed", BROKEN)),
            tidyWithHook(
                    "success, default policy, the hook deleted",
                    SUCCEEDED,
                    DONE,
                    Set.of(BEFORE_HOOK_CREATION),
                    false,
                    Hook.GONE,
                    new RunDecision.DeleteJob("it has succeeded, and its hook Job is gone", DONE)),
            tidyWithHook(
                    "failure, default policy, the hook deleted",
                    FAILED,
                    BROKEN,
                    Set.of(BEFORE_HOOK_CREATION),
                    false,
                    Hook.GONE,
                    rest("over, nothing left to tidy up")));

    @TestFactory
    Stream<DynamicTest> table() {
        return TABLE.stream().map(Row::test);
    }

    private static Row row(String given, MigrationRunStatus status, Job job, List<Pod> pods, RunDecision want) {
        return new Row(
                given,
                observed(
                        recorded(status, null, Set.of(BEFORE_HOOK_CREATION), null, null),
                        job,
                        pods,
                        Set.of(),
                        Hook.PRESENT),
                want);
    }

    private static Row checked(String given, Job.Ours job, List<Pod> pods, Verdict want, LogSource log) {
        return new Row(
                given,
                observed(recorded(RUNNING, "manage.py check"), job, pods, Set.of(), Hook.PRESENT),
                new RunDecision.Conclude("the Job has ended", want, log));
    }

    /** A pod whose check did not end well. */
    private static Pod unchecked(String name, int exitCode, String reason) {
        return new Pod(
                name,
                Outcome.FAILED,
                false,
                List.of(
                        new Container("proxy", Role.SIDECAR, true, 0, 137, "Error", null, null),
                        new Container("wavegate-check", Role.INIT, true, 0, exitCode, reason, null, null),
                        new Container("migrate", Role.MAIN, false, 0, null, null, null, null)),
                StartStep.Start,
                null,
                null,
                NOW);
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

    private static Row abort(
            String given,
            @Nullable String annotation,
            Hook hook,
            MigrationRunStatus status,
            Job job,
            List<Pod> pods,
            RunDecision want) {
        return new Row(
                given,
                observed(
                        recorded(status, null, Set.of(BEFORE_HOOK_CREATION), null, annotation),
                        job,
                        pods,
                        Set.of(),
                        hook),
                want);
    }

    private static RunDecision notBegun(String why) {
        return new RunDecision.Conclude(
                "stopped before it began",
                new Verdict(Reason.Aborted, "nothing was run, since " + why, 0, 0, null, null),
                null);
    }

    private static Row tidy(
            String given,
            MigrationRunStatus status,
            Job job,
            Set<DeletePolicy> policies,
            @Nullable Integer ttl,
            RunDecision want) {
        return new Row(given, state(status, null, policies, ttl, job), want);
    }

    private static Row tidyWithHook(
            String given,
            MigrationRunStatus status,
            Job job,
            Set<DeletePolicy> policies,
            boolean logPutOut,
            Hook hook,
            RunDecision want) {
        Recorded recorded = Draft.recorded(status, null, false, policies, logPutOut, null, null, null);
        return new Row(given, observed(recorded, job, List.of(), Set.of(), hook), want);
    }

    private static RunState state(
            MigrationRunStatus status,
            @Nullable String problem,
            Set<DeletePolicy> policies,
            @Nullable Integer ttl,
            Job job) {
        return observed(recorded(status, problem, policies, ttl, null), job, List.of(), Set.of(), Hook.PRESENT);
    }

    /** With the pods as our cache has them, and not as the API server has. */
    private static Row cached(String given, Job job, List<Pod> pods, RunDecision want) {
        return new Row(
                given,
                new RunState(
                        recorded(RUNNING, null, Set.of(), null, null),
                        job,
                        pods,
                        false,
                        0,
                        Set.of(),
                        Hook.PRESENT,
                        new Lock.Mine(),
                        null,
                        Instant.parse(T9)),
                want);
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
        return observed(recorded(UNOPENED, null, Set.of(), null, null), new Job.NotSeen(), List.of(), Set.of(), hook);
    }

    private static RunState lost(Job job, Pod... pods) {
        return observed(
                recorded(PENDING, null, true, Set.of(), null, null), job, List.of(pods), Set.of(), Hook.PRESENT);
    }

    private static Recorded recorded(
            MigrationRunStatus status,
            @Nullable String problem,
            Set<DeletePolicy> policies,
            @Nullable Integer ttl,
            @Nullable String abort) {
        return recorded(status, problem, false, policies, ttl, abort);
    }

    private static Recorded recorded(
            MigrationRunStatus status,
            @Nullable String problem,
            boolean lost,
            Set<DeletePolicy> policies,
            @Nullable Integer ttl,
            @Nullable String abort) {
        return Draft.recorded(status, problem, lost, policies, false, ttl, null, abort);
    }

    private static Recorded recorded(MigrationRunStatus status, @Nullable String check) {
        return Draft.recorded(status, null, false, Set.of(BEFORE_HOOK_CREATION), false, null, check, null);
    }

    /** A run that has its lock until it is over. */
    private static RunState observed(Recorded recorded, Job job, List<Pod> pods, Set<LogSource> tried, Hook hook) {
        Lock lock = recorded.status().terminal() ? new Lock.Free() : new Lock.Mine();
        return new RunState(recorded, job, pods, true, 0, tried, hook, lock, null, Instant.parse(T9));
    }

    private static RunDecision rest(String why) {
        return new RunDecision.Rest(why);
    }

    private static Job.Ours job(int failed, int succeeded, boolean ending, @Nullable End end) {
        return new Job.Ours("job", false, T0, failed, succeeded, 0, ending, ending && failed > 0, end, false, 300L);
    }

    private static Pod pod(String name, Outcome outcome, boolean deleting, @Nullable Integer exitCode) {
        return new Pod(
                name,
                outcome,
                deleting,
                List.of(new Container(
                        "migrate", Role.MAIN, true, 0, exitCode, exitCode == null ? null : "Error", null, null)),
                StartStep.Start,
                null,
                null,
                NOW);
    }
}
