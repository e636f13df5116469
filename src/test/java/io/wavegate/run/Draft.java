package io.wavegate.run;

import io.wavegate.api.DeletePolicy;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.MigrationRunStatus.JobReference;
import io.wavegate.api.MigrationRunStatus.Log;
import io.wavegate.api.Phase;
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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the tables are about, in few words; what is not named is as it mostly is, and what a row is about is said by the row. */
final class Draft {
    static final String T0 = "2026-01-01T00:00:00Z";
    static final String T9 = "2026-01-01T00:00:09Z";
    static final Instant NOW = Instant.parse(T9);

    static final MigrationRunStatus PENDING = MigrationRunStatus.EMPTY.withPhase(Phase.Pending);
    static final MigrationRunStatus RUNNING = running(0, null);
    static final MigrationRunStatus FAILING = running(1, 1);
    static final MigrationRunStatus LOGGED = RUNNING.withLog(new Log("pod-1", "migrate", "the end", "the end", null));

    static final Job.Ours AT_WORK = job(0, 0, false, null);
    static final Job.Ours ENDING = job(1, 0, true, null);
    static final End COMPLETE = new End(true, "CompletionsReached", "", T9, false);
    static final End BACKOFF =
            new End(false, "BackoffLimitExceeded", "Job has reached the specified backoff limit", T9, false);
    static final Job.Ours DONE = job(0, 1, true, COMPLETE);
    static final Job.Ours BROKEN = job(1, 0, true, BACKOFF);
    /** Called failed after its deletion began. */
    static final Job.Ours STOPPED =
            job(true, 0, 0, 0, true, new End(false, "PodFailurePolicy", "exit code 137", T9, true));

    static final Pod WORKING = pod("pod-1", Outcome.OPEN, false, migrate(null));
    static final Pod GOING = pod("pod-1", Outcome.OPEN, true, migrate(null));
    static final Pod DEAD = pod("pod-1", Outcome.FAILED, false, migrate(1));
    static final Pod WELL = pod("pod-1", Outcome.SUCCEEDED, false, migrate(0));
    static final LogSource POD_1 = new LogSource("pod-1", "migrate");

    private Draft() {}

    /** The status of a run at its first attempt. */
    static MigrationRunStatus running(int failed, @Nullable Integer exitCode) {
        return PENDING.running(new JobReference("migrate-1", "job"), T0, 1, failed, exitCode);
    }

    /** A record of database shop/orders, 60 s for its lock, 2 minutes to start, 300 s to run. */
    static Recorded recorded(MigrationRunStatus status) {
        return recorded(status, null);
    }

    /** One that somebody may have called off. */
    static Recorded recorded(MigrationRunStatus status, @Nullable String abort) {
        return recorded(status, null, false, Set.of(DeletePolicy.BEFORE_HOOK_CREATION), false, null, null, abort);
    }

    static Recorded recorded(
            MigrationRunStatus status,
            @Nullable String problem,
            boolean lost,
            Set<DeletePolicy> policies,
            boolean logPutOut,
            @Nullable Integer ttl,
            @Nullable String check,
            @Nullable String abort) {
        return new Recorded(
                "migrate-1",
                status,
                "shop/orders",
                "lease-1",
                Duration.ofSeconds(60),
                problem,
                lost,
                policies,
                logPutOut,
                ttl,
                300L,
                check,
                abort,
                Duration.ofMinutes(2));
    }

    /** Of a run whose hook Job is there. */
    static RunState state(Recorded recorded, Job job, List<Pod> pods, Instant now) {
        return state(recorded, job, pods, Hook.PRESENT, now);
    }

    /** The pods are read, no log and no event was asked for, and the run has its lock until it is over. */
    static RunState state(Recorded recorded, Job job, List<Pod> pods, Hook hook, Instant now) {
        Lock lock = recorded.status().terminal() ? new Lock.Free() : new Lock.Mine();
        return new RunState(recorded, job, pods, true, 0, Set.of(), hook, lock, null, now);
    }

    static Job.Ours job(int failed, int succeeded, boolean ending, @Nullable End end) {
        return job(false, failed, succeeded, 0, ending, end);
    }

    /** It fails when it is about to end and none of its pods has succeeded, or when its end says so. */
    static Job.Ours job(boolean deleting, int failed, int succeeded, int open, boolean ending, @Nullable End end) {
        boolean failing = ending && (end == null ? succeeded == 0 : !end.complete());
        return new Job.Ours("job", deleting, T0, failed, succeeded, open, ending, failing, end, false, 300L);
    }

    static Pod pod(String name, Outcome outcome, boolean deleting, Container... containers) {
        return new Pod(name, outcome, deleting, List.of(containers), StartStep.Start, null, null, Instant.parse(T0));
    }

    /** One that runs, or has ended so. */
    static Container container(String name, Role role, @Nullable Integer exitCode) {
        String reason = exitCode == null ? null : exitCode == 0 ? "Completed" : "Error";
        return new Container(name, role, true, 0, exitCode, reason, null, null, null, null);
    }

    static Container notStarted(String name) {
        return new Container(name, Role.MAIN, false, 0, null, null, null, null, null, null);
    }

    static Container migrate(@Nullable Integer exitCode) {
        return container("migrate", Role.MAIN, exitCode);
    }

    static RunDecision rest(String why) {
        return new RunDecision.Rest(why);
    }
}
