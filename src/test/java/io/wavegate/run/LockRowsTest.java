package io.wavegate.run;

import static io.wavegate.run.Draft.AT_WORK;
import static io.wavegate.run.Draft.PENDING;
import static io.wavegate.run.Draft.RUNNING;
import static io.wavegate.run.Draft.T0;
import static io.wavegate.run.Draft.container;
import static io.wavegate.run.Draft.job;
import static io.wavegate.run.Draft.pod;

import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Reason;
import io.wavegate.run.RunState.End;
import io.wavegate.run.RunState.Hook;
import io.wavegate.run.RunState.Job;
import io.wavegate.run.RunState.Lock;
import io.wavegate.run.RunState.Outcome;
import io.wavegate.run.RunState.Pod;
import io.wavegate.run.RunState.Role;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** How a run comes by the lock of its database, and gives it back, row by row. The lock is waited for 60 s. */
class LockRowsTest {
    private static final String T60 = "2026-01-01T00:01:00Z";
    private static final Lock FREE = new Lock.Free();
    private static final Lock MINE = new Lock.Mine();
    private static final Lock HELD = new Lock.Held("shop/other-1", T0);
    private static final Lock BY_HAND = new Lock.Held("anna, restoring the backup", null);
    private static final Lock PROMISED = new Lock.Promised("shop/earlier-1");
    private static final String HELD_BY_OTHER =
            "waits for the lock of database shop/orders (lease lease-1): held by shop/other-1 since " + T0;

    private static final MigrationRunStatus WAITING = waiting(T0, HELD_BY_OTHER);
    private static final MigrationRunStatus OVER = RUNNING.concluded(Reason.Migrated, "Migrated.", 1, 0, 0, T60);

    private static final Job NONE = new Job.NotSeen();
    private static final Job DONE = job(0, 1, true, new End(true, "", "", T60, false));
    private static final Pod ENDED = pod("pod-1", Outcome.SUCCEEDED, false, container("migrate", Role.MAIN, 0));
    private static final Pod OPEN = pod("pod-1", Outcome.OPEN, false, container("migrate", Role.MAIN, null));

    private static final List<Row> TABLE = List.of(
            row("free", PENDING, FREE, 0, new RunDecision.TakeLock("nobody has the lock of database shop/orders")),
            row("mine", PENDING, MINE, 0, new RunDecision.Emit("open, and no Job yet")),
            row("another's", PENDING, HELD, 5, wait(at(5), HELD_BY_OTHER)),
            row(
                    "another's, and nobody has looked for the hook",
                    PENDING,
                    HELD,
                    Hook.UNKNOWN,
                    null,
                    5,
                    new RunDecision.LookForHook("open, and no Job yet; its hook Job may be gone meanwhile")),
            row("another's, told so", WAITING, HELD, 10, new RunDecision.Rest("another has the lock", at(40))),
            row(
                    "another's, told so, time nearly over",
                    WAITING,
                    HELD,
                    59,
                    new RunDecision.Rest("another has the lock", at(60))),
            row(
                    "another's, and the hook is gone",
                    WAITING,
                    HELD,
                    Hook.GONE,
                    null,
                    5,
                    new RunDecision.Conclude(
                            "stopped before it began",
                            Verdict.notRun(Reason.Aborted, "nothing was run, since its hook Job was deleted"),
                            null)),
            row(
                    "another's again",
                    waiting(T0, "waits for somebody else"),
                    HELD,
                    20,
                    wait(Instant.parse(T0), HELD_BY_OTHER)),
            row(
                    "somebody's who took it by hand",
                    WAITING,
                    BY_HAND,
                    20,
                    wait(
                            Instant.parse(T0),
                            "waits for the lock of database shop/orders (lease lease-1): held by anna, restoring the backup")),
            row("another's for too long", WAITING, HELD, 60, timeout("held by shop/other-1 since " + T0)),
            row(
                    "free, and another came first",
                    PENDING,
                    PROMISED,
                    5,
                    wait(at(5), "waits for the lock of database shop/orders (lease lease-1): shop/earlier-1 is next")),
            row(
                    "free, and another that waits came first",
                    WAITING,
                    PROMISED,
                    20,
                    new RunDecision.Rest("another is next", at(21))),
            row(
                    "free, and another that came first never takes it",
                    WAITING,
                    PROMISED,
                    60,
                    timeout("shop/earlier-1 is next")),
            row(
                    "free after a wait",
                    WAITING,
                    FREE,
                    59,
                    new RunDecision.TakeLock("nobody has the lock of database shop/orders")),
            row(
                    "free when the time is over",
                    WAITING,
                    FREE,
                    61,
                    new RunDecision.TakeLock("nobody has the lock of database shop/orders")),
            // Clocks that differ: the wait is never over at once, and never without end.
            row(
                    "the record says that the wait begins in the future",
                    waiting("2027-01-01T00:00:00Z", HELD_BY_OTHER),
                    HELD,
                    5,
                    wait(at(5), HELD_BY_OTHER)),
            row("the record's time is no time", waiting("soon", HELD_BY_OTHER), HELD, 5, wait(at(5), HELD_BY_OTHER)),
            // Called off while it waits.
            row(
                    "another's, and annotated",
                    WAITING,
                    HELD,
                    Hook.UNKNOWN,
                    "wrong database",
                    5,
                    new RunDecision.Conclude(
                            "stopped before it began",
                            Verdict.notRun(Reason.Aborted, "nothing was run, since wrong database"),
                            null)),
            row(
                    "free, and nobody has looked for the hook",
                    WAITING,
                    FREE,
                    Hook.UNKNOWN,
                    null,
                    5,
                    new RunDecision.LookForHook("open, and no Job yet; its hook Job may be gone meanwhile")),
            row(
                    "mine after a restart, and nobody has looked for the hook",
                    PENDING,
                    MINE,
                    Hook.UNKNOWN,
                    null,
                    5,
                    new RunDecision.LookForHook("open, and no Job yet; its hook Job may be gone meanwhile")),
            // A Job that is there is followed, whoever has the lock: a person may have given it to the next.
            running(
                    "at work, and the lock was opened by hand",
                    RUNNING,
                    AT_WORK,
                    OPEN,
                    FREE,
                    new RunDecision.Rest("the Job is at it")),
            running(
                    "at work, and another has the lock",
                    RUNNING,
                    AT_WORK,
                    OPEN,
                    HELD,
                    new RunDecision.Rest("the Job is at it")),
            // It is given back when no pod can be at work.
            running("over", OVER, DONE, ENDED, MINE, new RunDecision.FreeLock("over, and so are its pods")),
            running("over, a pod not", OVER, NONE, OPEN, MINE, new RunDecision.Rest("over, nothing left to tidy up")),
            running(
                    "over, and another has the lock",
                    OVER,
                    DONE,
                    ENDED,
                    HELD,
                    new RunDecision.Rest("over, nothing left to tidy up")));

    @TestFactory
    Stream<DynamicTest> table() {
        return TABLE.stream().map(Row::test);
    }

    private static Row row(String given, MigrationRunStatus status, Lock lock, int seconds, RunDecision want) {
        return row(given, status, lock, Hook.PRESENT, null, seconds, want);
    }

    private static Row row(
            String given,
            MigrationRunStatus status,
            Lock lock,
            Hook hook,
            @Nullable String abort,
            int seconds,
            RunDecision want) {
        return new Row(given, state(status, abort, NONE, List.of(), hook, lock, seconds), want);
    }

    private static Row running(String given, MigrationRunStatus status, Job job, Pod pod, Lock lock, RunDecision want) {
        return new Row(given, state(status, null, job, List.of(pod), Hook.PRESENT, lock, 0), want);
    }

    private static RunState state(
            MigrationRunStatus status,
            @Nullable String abort,
            Job job,
            List<Pod> pods,
            Hook hook,
            Lock lock,
            int seconds) {
        return new RunState(Draft.recorded(status, abort), job, pods, true, 0, Set.of(), hook, lock, null, at(seconds));
    }

    private static MigrationRunStatus waiting(String since, String message) {
        return PENDING.waiting(new MigrationRunStatus.Lock("shop/orders", "lease-1", since), message);
    }

    private static RunDecision wait(Instant since, String message) {
        return new RunDecision.Wait(
                "another has the lock",
                new MigrationRunStatus.Lock("shop/orders", "lease-1", since.toString()),
                message);
    }

    private static RunDecision timeout(String holder) {
        return new RunDecision.Conclude(
                "waited long enough",
                Verdict.notRun(
                        Reason.LockTimeout,
                        "after 60 s another run still had the lock of database shop/orders (lease lease-1): " + holder),
                null);
    }

    private static Instant at(int seconds) {
        return Instant.parse(T0).plusSeconds(seconds);
    }
}
