package io.wavegate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.MigrationRunStatus.Blocked;
import io.wavegate.api.MigrationRunStatus.Changed;
import io.wavegate.api.MigrationRunStatus.JobReference;
import io.wavegate.api.Options;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.api.StartStep;
import io.wavegate.gate.GateState.Hook;
import io.wavegate.gate.GateState.Run;
import io.wavegate.gate.GateState.Shown;
import io.wavegate.gate.Release.Earlier;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the gate does next, row by row. */
class GateDecisionTest {
    private static final Changed UNCHANGED = new Changed(300L, null);
    private static final Changed TERMINATED = new Changed(300L, "by hand");
    private static final Changed DELETED = new Changed(300L, "its hook Job was deleted");
    private static final Shown NOTHING = new Shown(0, 0, null);
    private static final Hook NEW = new Hook(false, false, false, false, false, NOTHING, UNCHANGED);
    private static final Hook STARTED = new Hook(false, false, false, false, true, new Shown(1, 0, null), UNCHANGED);
    private static final Hook ACTIVE = new Hook(false, false, false, false, true, new Shown(1, 0, null), UNCHANGED);
    private static final Hook FINISHED = new Hook(true, false, false, false, true, NOTHING, UNCHANGED);
    private static final Hook DELETING = new Hook(false, false, false, false, false, NOTHING, DELETED);
    private static final Hook SUSPENDED = new Hook(false, false, true, false, false, NOTHING, UNCHANGED);

    private static final Hook HELD = new Hook(false, false, true, true, false, NOTHING, UNCHANGED);
    private static final Hook RESUMED = new Hook(false, false, false, true, false, NOTHING, UNCHANGED);

    private static final MigrationRunStatus UNOPENED = MigrationRunStatus.EMPTY;
    private static final MigrationRunStatus PENDING =
            UNOPENED.withPhase(Phase.Pending).withRelease(null);
    private static final MigrationRunStatus RUNNING =
            PENDING.running(new JobReference("migrate-1", "job"), "2026-01-01T00:00:00Z", 1, 0, null);
    private static final MigrationRunStatus RETRYING =
            PENDING.running(new JobReference("migrate-1", "job"), "2026-01-01T00:00:00Z", 2, 1, 1);
    private static final MigrationRunStatus SUCCEEDED =
            RUNNING.concluded(Reason.Migrated, "Migrated: well.", 1, 0, 0, "2026-01-01T00:00:09Z");
    private static final MigrationRunStatus REFUSED =
            PENDING.concluded(Reason.InvalidOption, "InvalidOption: no.", 0, 0, null, "2026-01-01T00:00:00Z");

    private static final MigrationRunStatus BLOCKED = RUNNING.withBlocked(new Blocked(
            Reason.JobRejected,
            null,
            "no quota",
            StartStep.Create,
            false,
            "2026-01-01T00:00:02Z",
            "2026-01-01T00:02:02Z"));
    private static final MigrationRunStatus WAITING = PENDING.waiting(
            new MigrationRunStatus.Lock("shop/orders", "lease-1", "2026-01-01T00:00:02Z"), "waits for the lock");
    private static final Hook SHOWS_WAITING =
            new Hook(false, false, false, false, true, new Shown(0, 0, "The migration waits for the lock."), UNCHANGED);
    private static final Hook SHOWS_BLOCKED = new Hook(
            false,
            false,
            false,
            false,
            true,
            new Shown(
                    1,
                    0,
                    "The migration can not start: no quota. It fails as JobRejected at 2026-01-01T00:02:02Z, unless it starts"
                            + " before."),
            UNCHANGED);

    private record Row(
            String given,
            Hook hook,
            Run run,
            boolean emittedJob,
            @Nullable Release release,
            GateDecision want) {
        Row(String given, Hook hook, Run run, GateDecision want) {
            this(given, hook, run, false, null, want);
        }

        Row(String given, Hook hook, Run run, boolean emittedJob, GateDecision want) {
            this(given, hook, run, emittedJob, null, want);
        }

        Row(String given, Hook hook, Run run, Release release, GateDecision want) {
            this(given, hook, run, false, release, want);
        }
    }

    private static Release release(Earlier... earlier) {
        return new Release(
                "op",
                "migrate",
                "f",
                Options.NONE,
                true,
                false,
                false,
                Instant.EPOCH,
                SyncEvent.NONE,
                Set.of(),
                List.of(earlier));
    }

    private static Hook asking(Hook hook, Changed asks) {
        return new Hook(
                hook.finished(),
                asks.equals(TERMINATED),
                hook.suspended(),
                hook.held(),
                hook.started(),
                hook.shown(),
                asks);
    }

    private static Run recorded(MigrationRunStatus status) {
        return new Run.Present(status, false, UNCHANGED);
    }

    private static final List<Row> TABLE = List.of(
            // The way of a release: record, startTime, Pending, and then its state is shown.
            new Row("a new hook", NEW, new Run.NotSeen(), new GateDecision.Ask("a new hook Job")),
            new Row(
                    "a new hook whose migration is due",
                    NEW,
                    new Run.NotSeen(),
                    release(),
                    new GateDecision.Open("a new hook Job, and no run answers for it")),
            new Row(
                    "a new hook of an operation that has migrated",
                    NEW,
                    new Run.NotSeen(),
                    release(new Earlier(
                            "migrate-0", "op", null, "migrate", "f", Reason.Migrated, "done", Instant.EPOCH)),
                    new GateDecision.Answer(
                            "run migrate-0 has ended with Migrated",
                            Reason.AlreadyMigrated,
                            "AlreadyMigrated: migrationrun/migrate-0 has run this very migration with the result Migrated; it was"
                                    + " not run again. Last log lines: done",
                            false)),
            new Row(
                    "a new hook whose record another pass made",
                    NEW,
                    recorded(UNOPENED),
                    new GateDecision.Start("the record is there")),
            new Row(
                    "a marked hook",
                    STARTED,
                    recorded(UNOPENED),
                    new GateDecision.Admit("the hook Job is marked as started")),
            new Row(
                    "a pending run",
                    STARTED,
                    recorded(PENDING),
                    new GateDecision.Rest("the hook Job shows the run as it is")),
            new Row(
                    "a run that waits for its turn",
                    STARTED,
                    recorded(WAITING),
                    new GateDecision.Show("the run went on", WAITING)),
            new Row(
                    "a run that waits for its turn, and its hook shows it",
                    SHOWS_WAITING,
                    recorded(WAITING),
                    new GateDecision.Rest("the hook Job shows the run as it is")),
            new Row(
                    "a run whose turn has come",
                    SHOWS_WAITING,
                    recorded(RUNNING),
                    new GateDecision.Show("the run went on", RUNNING)),
            new Row(
                    "a running run that is shown",
                    ACTIVE,
                    recorded(RUNNING),
                    new GateDecision.Rest("the hook Job shows the run as it is")),
            new Row(
                    "a run at its second attempt",
                    ACTIVE,
                    recorded(RETRYING),
                    new GateDecision.Show("the run went on", RETRYING)),
            new Row(
                    "a run that can not start",
                    ACTIVE,
                    recorded(BLOCKED),
                    new GateDecision.Show("the run went on", BLOCKED)),
            new Row(
                    "a run that can not start, and its hook shows it",
                    SHOWS_BLOCKED,
                    recorded(BLOCKED),
                    new GateDecision.Rest("the hook Job shows the run as it is")),
            new Row(
                    "a run that has started after all",
                    SHOWS_BLOCKED,
                    recorded(RUNNING),
                    new GateDecision.Show("the run went on", RUNNING)),
            new Row(
                    "a record that stands for a lost one, and its hook shows a pod that failed: a count is never taken back",
                    new Hook(false, false, false, false, true, new Shown(1, 1, null), UNCHANGED),
                    recorded(PENDING),
                    new GateDecision.Rest("the hook Job shows the run as it is")),
            new Row(
                    "a run that is being stopped, and its hook has FailureTarget, beside which nothing is told",
                    new Hook(false, true, false, false, true, new Shown(1, 0, null), TERMINATED),
                    recorded(BLOCKED.withChanged(TERMINATED)),
                    new GateDecision.Rest("the hook Job shows the run as it is")),
            new Row(
                    "success",
                    ACTIVE,
                    recorded(SUCCEEDED),
                    new GateDecision.Show("the verdict is Migrated", SUCCEEDED)),
            new Row(
                    "nothing could be run",
                    STARTED,
                    recorded(REFUSED),
                    new GateDecision.Show("the verdict is InvalidOption", REFUSED)),
            new Row(
                    "a verdict that is shown",
                    FINISHED,
                    recorded(SUCCEEDED),
                    new GateDecision.Rest("the hook Job shows the run as it is")),
            new Row(
                    "the hook deleted while it runs",
                    new Hook(false, false, false, false, true, new Shown(1, 0, null), DELETED),
                    recorded(SUCCEEDED),
                    new GateDecision.Show("the verdict is Migrated", SUCCEEDED)),
            // Not yet, or not at all.
            new Row(
                    "a suspended hook",
                    SUSPENDED,
                    new Run.NotSeen(),
                    new GateDecision.Hold("the hook Job is suspended")),
            new Row(
                    "a suspended hook that shows it",
                    HELD,
                    new Run.NotSeen(),
                    new GateDecision.Rest("the hook Job is suspended; it starts when it is resumed")),
            new Row("a resumed hook", RESUMED, new Run.NotSeen(), new GateDecision.Ask("a new hook Job")),
            new Row(
                    "a resumed hook whose record is there",
                    RESUMED,
                    recorded(UNOPENED),
                    new GateDecision.Start("the record is there")),
            // Deleted, and held by a finalizer.
            new Row(
                    "a hook deleted before it began",
                    DELETING,
                    new Run.NotSeen(),
                    new GateDecision.Abort(
                            "the hook Job was terminated, or deleted, before it began",
                            "nothing was run, since its hook Job was deleted")),
            new Row(
                    "a hook deleted while it waits for approval",
                    new Hook(false, false, true, true, false, NOTHING, DELETED),
                    new Run.NotSeen(),
                    new GateDecision.Abort(
                            "the hook Job was terminated, or deleted, before it began",
                            "nothing was run, since its hook Job was deleted")),
            new Row(
                    "a hook deleted before its run was opened: the run is to see it",
                    new Hook(false, false, false, false, true, new Shown(1, 0, null), DELETED),
                    recorded(UNOPENED),
                    new GateDecision.Admit("the hook Job is marked as started")),
            new Row(
                    "a hook deleted before its migration began",
                    new Hook(false, false, false, false, true, new Shown(1, 0, null), DELETED),
                    recorded(PENDING),
                    new GateDecision.Tell("the hook Job was changed", DELETED)),
            new Row(
                    "a hook deleted while it runs",
                    new Hook(false, false, false, false, true, new Shown(1, 0, null), DELETED),
                    recorded(RUNNING),
                    new GateDecision.Tell("the hook Job was changed", DELETED)),
            new Row(
                    "a hook deleted, its run being stopped",
                    new Hook(false, false, false, false, true, new Shown(1, 0, null), DELETED),
                    recorded(RUNNING.withChanged(DELETED)),
                    new GateDecision.Rest("the hook Job shows the run as it is")),
            new Row(
                    "a finished hook deleted",
                    new Hook(true, false, false, false, true, NOTHING, DELETED),
                    recorded(SUCCEEDED),
                    new GateDecision.Rest("the hook Job shows the run as it is")),
            new Row(
                    "the record's name taken",
                    NEW,
                    new Run.Foreign(),
                    new GateDecision.Refuse("the record's name belongs to another hook")),
            new Row(
                    "a finished hook and another's record",
                    FINISHED,
                    new Run.Foreign(),
                    new GateDecision.Rest("the hook Job has its verdict; a finished Job is never run")),
            // A lost record never runs a migration twice.
            new Row(
                    "a finished hook without a record",
                    FINISHED,
                    new Run.NotSeen(),
                    new GateDecision.Rest("the hook Job has its verdict; a finished Job is never run")),
            new Row(
                    "a marked hook, and a cache that may be behind",
                    STARTED,
                    new Run.NotSeen(),
                    new GateDecision.LookAgain("our cache has no record of a hook Job that was started")),
            new Row(
                    "a marked hook whose record is gone: for whose release is it to be told",
                    STARTED,
                    new Run.Absent(),
                    new GateDecision.Ask("the record is gone and nothing of the run is left")),
            new Row(
                    "a marked hook whose record is gone, its release known",
                    STARTED,
                    new Run.Absent(),
                    release(),
                    new GateDecision.Lose("the record is gone and nothing of the run is left")),
            new Row(
                    "a lost record, and a Job that was being created when it was lost",
                    ACTIVE,
                    new Run.Present(PENDING, true, UNCHANGED),
                    true,
                    new GateDecision.Stop("the first record is gone; its Job goes with it")),
            new Row(
                    "the same, the verdict shown",
                    FINISHED,
                    new Run.Present(SUCCEEDED, true, UNCHANGED),
                    true,
                    new GateDecision.Stop("the first record is gone; its Job goes with it")),
            new Row(
                    "a lost record, and nothing of the first one is left",
                    STARTED,
                    new Run.Present(UNOPENED, true, UNCHANGED),
                    new GateDecision.Admit("the hook Job is marked as started")),
            new Row(
                    "a marked hook whose record is gone, its Job not",
                    ACTIVE,
                    new Run.Absent(),
                    true,
                    new GateDecision.Stop("the record is gone; its Job goes with it")),
            new Row(
                    "a finished hook, its Job there and no record cached",
                    FINISHED,
                    new Run.NotSeen(),
                    true,
                    new GateDecision.LookAgain("our cache has no record of a Job that was emitted")),
            new Row(
                    "a finished hook whose record is gone, its Job emitted all the same",
                    FINISHED,
                    new Run.Absent(),
                    true,
                    new GateDecision.Stop("the record is gone; its Job goes with it")),
            new Row(
                    "an unmarked hook whose record is gone",
                    NEW,
                    new Run.Absent(),
                    release(),
                    new GateDecision.Open("a new hook Job, and no run answers for it")),
            // What is changed on the hook Job while it runs.
            new Row(
                    "a running run whose hook has another deadline",
                    asking(ACTIVE, new Changed(1L, null)),
                    recorded(RUNNING),
                    new GateDecision.Tell("the hook Job was changed", new Changed(1L, null))),
            new Row(
                    "a running run whose hook has lost its deadline",
                    asking(ACTIVE, new Changed(null, null)),
                    recorded(RUNNING),
                    new GateDecision.Tell("the hook Job was changed", new Changed(null, null))),
            new Row(
                    "a pending run whose hook was terminated",
                    asking(STARTED, TERMINATED),
                    recorded(PENDING),
                    new GateDecision.Tell("the hook Job was changed", TERMINATED)),
            new Row(
                    "a running run that was told",
                    asking(ACTIVE, TERMINATED),
                    recorded(RUNNING.withChanged(TERMINATED)),
                    new GateDecision.Rest("the hook Job shows the run as it is")),
            new Row(
                    "a run whose hook was changed and changed back",
                    ACTIVE,
                    recorded(RUNNING.withChanged(new Changed(1L, null))),
                    new GateDecision.Tell("the hook Job was changed", UNCHANGED)),
            new Row(
                    "a terminated hook before its run is opened",
                    asking(STARTED, TERMINATED),
                    recorded(UNOPENED),
                    new GateDecision.Admit("the hook Job is marked as started")),
            new Row(
                    "a terminated hook whose migration ended well all the same",
                    asking(ACTIVE, TERMINATED),
                    recorded(SUCCEEDED),
                    new GateDecision.Abort(
                            "Kubernetes lets no Job succeed that was terminated",
                            "the hook Job was terminated when its migration had ended with success (by hand)")),
            new Row(
                    "a terminated hook whose migration failed",
                    asking(ACTIVE, TERMINATED),
                    recorded(REFUSED),
                    new GateDecision.Show("the verdict is InvalidOption", REFUSED)),
            new Row(
                    "a new hook that was terminated",
                    asking(NEW, TERMINATED),
                    new Run.NotSeen(),
                    new GateDecision.Abort(
                            "the hook Job was terminated, or deleted, before it began",
                            "nothing was run, since by hand")),
            new Row(
                    "a held hook that was terminated",
                    asking(HELD, TERMINATED),
                    new Run.NotSeen(),
                    new GateDecision.Abort(
                            "the hook Job was terminated, or deleted, before it began",
                            "nothing was run, since by hand")));

    @TestFactory
    Stream<DynamicTest> table() {
        return TABLE.stream()
                .map(row -> DynamicTest.dynamicTest(
                        row.given(),
                        () -> assertThat(GateDecision.decide(
                                        new GateState(row.hook(), row.run(), row.emittedJob(), row.release())))
                                .isEqualTo(row.want())));
    }
}
