package io.wavegate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.MigrationRunStatus.JobReference;
import io.wavegate.api.Options;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.gate.GateState.Hook;
import io.wavegate.gate.GateState.Run;
import io.wavegate.gate.GateState.Shown;
import io.wavegate.gate.Release.Earlier;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the gate does next, row by row. */
class GateDecisionTest {
    private static final Shown NOTHING = new Shown(0, 0);
    private static final Hook NEW = new Hook(false, false, false, false, false, NOTHING);
    private static final Hook STARTED = new Hook(false, false, false, false, true, NOTHING);
    private static final Hook ACTIVE = new Hook(false, false, false, false, true, new Shown(1, 0));
    private static final Hook FINISHED = new Hook(true, false, false, false, true, NOTHING);
    private static final Hook DELETING = new Hook(false, true, false, false, false, NOTHING);
    private static final Hook SUSPENDED = new Hook(false, false, true, false, false, NOTHING);

    private static final Hook HELD = new Hook(false, false, true, true, false, NOTHING);
    private static final Hook RESUMED = new Hook(false, false, false, true, false, NOTHING);

    private static final MigrationRunStatus UNOPENED = MigrationRunStatus.EMPTY;
    private static final MigrationRunStatus PENDING =
            UNOPENED.withPhase(Phase.Pending).withRelease(null, false);
    private static final MigrationRunStatus RUNNING =
            PENDING.running(new JobReference("migrate-1", "job"), "2026-01-01T00:00:00Z", 1, 0, null);
    private static final MigrationRunStatus RETRYING =
            PENDING.running(new JobReference("migrate-1", "job"), "2026-01-01T00:00:00Z", 2, 1, 1);
    private static final MigrationRunStatus SUCCEEDED =
            RUNNING.concluded(Reason.Migrated, "Migrated: well.", 1, 0, 0, "2026-01-01T00:00:09Z");
    private static final MigrationRunStatus REFUSED =
            PENDING.concluded(Reason.InvalidOption, "InvalidOption: no.", 0, 0, null, "2026-01-01T00:00:00Z");

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
                new Options(null, null, null),
                true,
                false,
                false,
                Instant.EPOCH,
                List.of(earlier));
    }

    private static Run unclaimed(MigrationRunStatus status) {
        return new Run.Present(status, false, false);
    }

    private static Run claimed(MigrationRunStatus status) {
        return new Run.Present(status, true, false);
    }

    private static Run asked(MigrationRunStatus status) {
        return new Run.Present(status, true, true);
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
                                    + " not run again. Last log lines: done")),
            new Row(
                    "a new hook whose record another pass made",
                    NEW,
                    unclaimed(UNOPENED),
                    new GateDecision.Start("the record is there")),
            new Row(
                    "a marked hook",
                    STARTED,
                    unclaimed(UNOPENED),
                    new GateDecision.Admit("the hook Job is marked as started")),
            new Row(
                    "a pending run",
                    STARTED,
                    unclaimed(PENDING),
                    new GateDecision.Rest("the hook Job shows the run as it is")),
            new Row("a running run", STARTED, unclaimed(RUNNING), new GateDecision.Show("the run went on", RUNNING)),
            new Row(
                    "a running run that is shown",
                    ACTIVE,
                    unclaimed(RUNNING),
                    new GateDecision.Rest("the hook Job shows the run as it is")),
            new Row(
                    "a run at its second attempt",
                    ACTIVE,
                    unclaimed(RETRYING),
                    new GateDecision.Show("the run went on", RETRYING)),
            new Row(
                    "success",
                    ACTIVE,
                    unclaimed(SUCCEEDED),
                    new GateDecision.Show("the verdict is Migrated", SUCCEEDED)),
            new Row(
                    "nothing could be run",
                    STARTED,
                    unclaimed(REFUSED),
                    new GateDecision.Show("the verdict is InvalidOption", REFUSED)),
            new Row(
                    "a verdict that is shown",
                    FINISHED,
                    unclaimed(SUCCEEDED),
                    new GateDecision.Rest("the hook Job shows the run as it is")),
            new Row(
                    "the hook deleted while it runs",
                    new Hook(false, true, false, false, true, new Shown(1, 0)),
                    unclaimed(SUCCEEDED),
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
                    unclaimed(UNOPENED),
                    new GateDecision.Start("the record is there")),
            new Row(
                    "a hook deleted before it began",
                    DELETING,
                    new Run.NotSeen(),
                    new GateDecision.Rest("the hook Job is being deleted; nothing was started")),
            new Row(
                    "a hook deleted before its run was opened",
                    new Hook(false, true, false, false, true, NOTHING),
                    unclaimed(UNOPENED),
                    new GateDecision.Rest("the hook Job is being deleted; nothing was started")),
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
                    "a marked hook whose record is gone",
                    STARTED,
                    new Run.Absent(),
                    new GateDecision.Lose("the record is gone and nothing of the run is left")),
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
            // A claim becomes a fact when the Application confirms it.
            new Row(
                    "a claimed run that has not begun",
                    STARTED,
                    claimed(PENDING),
                    new GateDecision.Rest("the hook Job shows the run as it is")),
            new Row(
                    "a claimed run at work",
                    ACTIVE,
                    claimed(RUNNING),
                    new GateDecision.Verify("the Application has not confirmed the hook yet")),
            new Row(
                    "a claimed run asked in this pass",
                    ACTIVE,
                    asked(RUNNING),
                    new GateDecision.Rest("the hook Job shows the run as it is")),
            new Row(
                    "a claimed run: the verdict first",
                    ACTIVE,
                    claimed(SUCCEEDED),
                    new GateDecision.Show("the verdict is Migrated", SUCCEEDED)),
            new Row(
                    "a claimed run of which nothing could be run, its verdict shown",
                    FINISHED,
                    claimed(REFUSED),
                    new GateDecision.Verify("the Application has not confirmed the hook yet")),
            new Row(
                    "a claimed run, its verdict shown",
                    FINISHED,
                    claimed(SUCCEEDED),
                    new GateDecision.Verify("the Application has not confirmed the hook yet")),
            new Row(
                    "a verified run",
                    FINISHED,
                    claimed(SUCCEEDED.withRelease("abc", true)),
                    new GateDecision.Rest("the hook Job shows the run as it is")));

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
