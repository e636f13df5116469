package io.wavegate.run;

import static io.wavegate.api.DeletePolicy.BEFORE_HOOK_CREATION;
import static io.wavegate.api.DeletePolicy.HOOK_FAILED;
import static io.wavegate.api.DeletePolicy.HOOK_SUCCEEDED;
import static io.wavegate.run.Draft.BROKEN;
import static io.wavegate.run.Draft.COMPLETE;
import static io.wavegate.run.Draft.DONE;
import static io.wavegate.run.Draft.NOW;
import static io.wavegate.run.Draft.RUNNING;
import static io.wavegate.run.Draft.T0;
import static io.wavegate.run.Draft.T9;
import static io.wavegate.run.Draft.job;
import static io.wavegate.run.Draft.recorded;
import static io.wavegate.run.Draft.rest;

import io.wavegate.api.DeletePolicy;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Reason;
import io.wavegate.run.RunState.Hook;
import io.wavegate.run.RunState.Job;
import io.wavegate.run.RunState.Recorded;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The rows of a run that is over: it is tidied up only after the record says how it ended. */
class TidyRowsTest {
    private static final MigrationRunStatus SUCCEEDED = RUNNING.concluded(Reason.Migrated, "Migrated.", 1, 0, 0, T9);
    private static final MigrationRunStatus FAILED =
            RUNNING.concluded(Reason.MigrationFailed, "MigrationFailed.", 1, 1, 1, T9);

    private static final List<Row> TABLE = List.of(
            tidy(
                    "over, default policy",
                    SUCCEEDED,
                    DONE,
                    Set.of(BEFORE_HOOK_CREATION),
                    null,
                    rest("over, nothing left to tidy up")),
            tidy(
                    "over, and no Job",
                    SUCCEEDED,
                    new Job.NotSeen(),
                    Set.of(BEFORE_HOOK_CREATION),
                    null,
                    rest("over, nothing left to tidy up")),
            tidy(
                    "over, another's Job",
                    FAILED,
                    new Job.Foreign(),
                    Set.of(BEFORE_HOOK_CREATION),
                    null,
                    rest("over, nothing left to tidy up")),
            tidy(
                    "success, hook-succeeded",
                    SUCCEEDED,
                    DONE,
                    Set.of(HOOK_SUCCEEDED),
                    null,
                    new RunDecision.DeleteJob("its delete policy is hook-succeeded")),
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
                    new RunDecision.DeleteJob("its delete policy is hook-failed")),
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
                    new RunDecision.SetTtl("the record is written", 60)),
            tidy(
                    "deleted rather than left to live",
                    SUCCEEDED,
                    DONE,
                    Set.of(HOOK_SUCCEEDED),
                    60,
                    new RunDecision.DeleteJob("its delete policy is hook-succeeded")),
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
                    job(true, 0, 1, 0, true, COMPLETE),
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
                    new RunDecision.DeleteJob("its delete policy is hook-succeeded")),
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
                    new RunDecision.DeleteJob("its delete policy is hook-failed")),
            tidyWithHook(
                    "success, default policy, the hook deleted",
                    SUCCEEDED,
                    DONE,
                    Set.of(BEFORE_HOOK_CREATION),
                    false,
                    Hook.GONE,
                    new RunDecision.DeleteJob("it has succeeded, and its hook Job is gone")),
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

    private static Row tidy(
            String given,
            MigrationRunStatus status,
            Job job,
            Set<DeletePolicy> policies,
            @Nullable Integer ttl,
            RunDecision want) {
        return new Row(
                given,
                Draft.state(recorded(status, null, false, policies, false, ttl, null, null), job, List.of(), NOW),
                want);
    }

    private static Row tidyWithHook(
            String given,
            MigrationRunStatus status,
            Job job,
            Set<DeletePolicy> policies,
            boolean logPutOut,
            Hook hook,
            RunDecision want) {
        Recorded recorded = recorded(status, null, false, policies, logPutOut, null, null, null);
        return new Row(given, Draft.state(recorded, job, List.of(), hook, NOW), want);
    }
}
