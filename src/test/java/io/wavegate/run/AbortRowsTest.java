package io.wavegate.run;

import static io.wavegate.run.Draft.AT_WORK;
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
import static io.wavegate.run.Draft.T9;
import static io.wavegate.run.Draft.WELL;
import static io.wavegate.run.Draft.WORKING;
import static io.wavegate.run.Draft.job;
import static io.wavegate.run.Draft.recorded;
import static io.wavegate.run.Draft.rest;

import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Reason;
import io.wavegate.run.RunState.Hook;
import io.wavegate.run.RunState.Job;
import io.wavegate.run.RunState.Pod;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The rows in which the hook Job is gone, or somebody asks for an end: the Job goes, and the verdict waits for its pods. */
class AbortRowsTest {
    private static final Job.Ours STOPPING = job(true, 0, 0, 0, false, null);

    private static final List<Row> TABLE = List.of(
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
                    new RunDecision.Stop("its hook Job is gone, or it was called off")),
            abort(
                    "at work, and annotated",
                    " ",
                    Hook.PRESENT,
                    RUNNING,
                    AT_WORK,
                    List.of(WORKING),
                    new RunDecision.Stop("its hook Job is gone, or it was called off")),
            abort(
                    "its Job is noted first, so that no other is made for it",
                    null,
                    Hook.GONE,
                    PENDING,
                    AT_WORK,
                    List.of(WORKING),
                    new RunDecision.Note("the Job went on", null)),
            abort(
                    "being stopped: the log of its pod first",
                    null,
                    Hook.GONE,
                    RUNNING,
                    STOPPING,
                    List.of(GOING),
                    new RunDecision.Note("a pod has ended, or is going", POD_1)),
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
                    "its Job failed by being stopped, and a pod is there",
                    null,
                    Hook.GONE,
                    LOGGED,
                    STOPPED,
                    List.of(GOING),
                    rest("the Job was deleted, its pods are still ending")),
            abort(
                    "its Job failed by being stopped, and nobody looked for the hook",
                    null,
                    Hook.UNKNOWN,
                    LOGGED,
                    STOPPED,
                    List.of(DEAD),
                    new RunDecision.LookForHook("the Job and its pods are gone; so may be its hook Job")),
            abort(
                    "its Job failed by being stopped",
                    null,
                    Hook.GONE,
                    LOGGED,
                    STOPPED,
                    List.of(DEAD),
                    stopped("the migration was stopped, since its hook Job was deleted", POD_1)),
            abort(
                    "its Job, its pods and the hook gone",
                    null,
                    Hook.GONE,
                    LOGGED,
                    new Job.Absent(),
                    List.of(),
                    stopped("the migration was stopped, since its hook Job was deleted", null)));

    @TestFactory
    Stream<DynamicTest> table() {
        return TABLE.stream().map(Row::test);
    }

    private static Row abort(
            String given,
            @Nullable String annotation,
            Hook hook,
            MigrationRunStatus status,
            Job job,
            List<Pod> pods,
            RunDecision want) {
        return new Row(given, Draft.state(recorded(status, annotation), job, pods, hook, NOW), want);
    }

    private static RunDecision stopped(String detail, @Nullable LogSource log) {
        return new RunDecision.Conclude(
                "the Job and its pods are gone", new Verdict(Reason.Aborted, detail, 1, 0, null, null), log);
    }

    private static RunDecision notBegun(String why) {
        return new RunDecision.Conclude(
                "stopped before it began",
                new Verdict(Reason.Aborted, "nothing was run, since " + why, 0, 0, null, null),
                null);
    }
}
