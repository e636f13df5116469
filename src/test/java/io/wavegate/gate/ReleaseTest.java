package io.wavegate.gate;

import static io.wavegate.api.Options.RunPolicy.OnChange;
import static io.wavegate.api.Options.SyncRetry.Replay;
import static io.wavegate.api.Options.SyncRetry.Rerun;
import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Options;
import io.wavegate.api.Options.RunPolicy;
import io.wavegate.api.Options.SyncRetry;
import io.wavegate.api.Reason;
import io.wavegate.api.Records;
import io.wavegate.gate.Release.Answer;
import io.wavegate.gate.Release.Earlier;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A release runs once: which hook Jobs an earlier run answers, row by row. */
class ReleaseTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:30:00Z");
    private static final Options PLAIN = Options.NONE;

    /** The hook Job asked about: of operation "op", named migrate, fingerprint "f". */
    private static Release operation(Options options, Earlier... earlier) {
        return new Release(
                "op", "migrate", "f", options, true, false, false, NOW, SyncEvent.NONE, Set.of(), List.of(earlier));
    }

    private static Release endless(Options options, Earlier... earlier) {
        return new Release(
                "op", "migrate", "f", options, true, true, false, NOW, SyncEvent.NONE, Set.of(), List.of(earlier));
    }

    private static final SyncEvent INSTALL = new SyncEvent(SyncEvent.Kind.install, "it was told so");

    private static Release installing(Set<String> events, Earlier... earlier) {
        return new Release("op", "migrate", "f", PLAIN, true, false, false, NOW, INSTALL, events, List.of(earlier));
    }

    private static Release outOfSight(Options options, Earlier... earlier) {
        return new Release(
                "uid", "migrate", "f", options, false, false, false, NOW, SyncEvent.NONE, Set.of(), List.of(earlier));
    }

    private static Options options(@Nullable RunPolicy run, @Nullable SyncRetry retry, @Nullable String release) {
        return new Options(null, null, null, run, retry, null, null, null, release);
    }

    private static Earlier ran(String release, String hook, String fingerprint, Reason reason, int minutesAgo) {
        return new Earlier(
                "run-" + minutesAgo,
                release,
                null,
                hook,
                fingerprint,
                reason,
                "boom",
                NOW.minusSeconds(60L * minutesAgo));
    }

    private static Earlier named(String name, Reason reason, int minutesAgo) {
        return new Earlier(
                "run-" + minutesAgo, "u0", name, "migrate", "f", reason, "boom", NOW.minusSeconds(60L * minutesAgo));
    }

    private record Row(
            String given,
            Release release,
            @Nullable Reason answer,
            @Nullable String run) {
        Row(String given, Release release) {
            this(given, release, null, null);
        }
    }

    private static final List<Row> TABLE = List.of(
            new Row("a first release", operation(PLAIN)),
            // Argo CD's retry of the same operation.
            new Row(
                    "a failure that ran is replayed",
                    operation(PLAIN, ran("op", "migrate", "f", Reason.MigrationFailed, 1)),
                    Reason.AlreadyFailed,
                    "run-1"),
            new Row(
                    "one that was stopped at its deadline too",
                    operation(PLAIN, ran("op", "migrate", "f", Reason.DeadlineExceeded, 1)),
                    Reason.AlreadyFailed,
                    "run-1"),
            new Row(
                    "one whose Job was deleted by hand too",
                    operation(PLAIN, ran("op", "migrate", "f", Reason.JobDeleted, 1)),
                    Reason.AlreadyFailed,
                    "run-1"),
            new Row(
                    "one that never began is run again: the API server refused its Job",
                    operation(PLAIN, ran("op", "migrate", "f", Reason.JobRejected, 1))),
            new Row(
                    "its image could not be pulled",
                    operation(PLAIN, ran("op", "migrate", "f", Reason.ImagePullFailed, 1))),
            new Row("its Secret was missing", operation(PLAIN, ran("op", "migrate", "f", Reason.ConfigMissing, 1))),
            new Row("no node took it", operation(PLAIN, ran("op", "migrate", "f", Reason.Unschedulable, 1))),
            new Row("it could not start", operation(PLAIN, ran("op", "migrate", "f", Reason.StartFailed, 1))),
            new Row(
                    "one whose check failed is replayed",
                    operation(PLAIN, ran("op", "migrate", "f", Reason.CheckFailed, 1)),
                    Reason.AlreadyFailed,
                    "run-1"),
            new Row(
                    "one whose record was lost too: it may have run",
                    operation(PLAIN, ran("op", "migrate", "f", Reason.RecordLost, 1)),
                    Reason.AlreadyFailed,
                    "run-1"),
            new Row(
                    "one that the cluster took away half-way too",
                    operation(PLAIN, ran("op", "migrate", "f", Reason.Disrupted, 1)),
                    Reason.AlreadyFailed,
                    "run-1"),
            new Row(
                    "one that had ended well, unlike a container beside it, too",
                    operation(PLAIN, ran("op", "migrate", "f", Reason.SidecarStillRuns, 1)),
                    Reason.AlreadyFailed,
                    "run-1"),
            new Row("it was aborted", operation(PLAIN, ran("op", "migrate", "f", Reason.Aborted, 1))),
            new Row(
                    "it waited too long for its lock",
                    operation(PLAIN, ran("op", "migrate", "f", Reason.LockTimeout, 1))),
            new Row("it could not be run at all", operation(PLAIN, ran("op", "migrate", "f", Reason.InvalidOption, 1))),
            new Row("its name was taken", operation(PLAIN, ran("op", "migrate", "f", Reason.NameTaken, 1))),
            new Row(
                    "a success is replayed: a later phase failed",
                    operation(PLAIN, ran("op", "migrate", "f", Reason.Migrated, 1)),
                    Reason.AlreadyMigrated,
                    "run-1"),
            new Row(
                    "the latest run counts",
                    operation(
                            PLAIN,
                            ran("op", "migrate", "f", Reason.Migrated, 1),
                            ran("op", "migrate", "f", Reason.MigrationFailed, 2)),
                    Reason.AlreadyMigrated,
                    "run-1"),
            new Row(
                    "the latest run never began",
                    operation(
                            PLAIN,
                            ran("op", "migrate", "f", Reason.MigrationFailed, 2),
                            ran("op", "migrate", "f", Reason.JobRejected, 1))),
            new Row(
                    "another hook of the same release",
                    operation(PLAIN, ran("op", "seed", "f", Reason.MigrationFailed, 1))),
            new Row(
                    "the template changed meanwhile (retry.refresh)",
                    operation(PLAIN, ran("op", "migrate", "g", Reason.MigrationFailed, 1))),
            new Row(
                    "another operation: a new commit, or a sync by hand",
                    operation(PLAIN, ran("op0", "migrate", "f", Reason.MigrationFailed, 1))),
            new Row(
                    "the hook Job asks for a rerun",
                    operation(options(null, Rerun, null), ran("op", "migrate", "f", Reason.MigrationFailed, 1))),
            new Row(
                    "a rerun is never asked for after a success",
                    operation(options(null, Rerun, null), ran("op", "migrate", "f", Reason.Migrated, 1)),
                    Reason.AlreadyMigrated,
                    "run-1"),
            new Row(
                    "an operation that is retried without end would never end",
                    endless(PLAIN, ran("op", "migrate", "f", Reason.MigrationFailed, 1))),
            new Row(
                    "unless the hook Job says so",
                    endless(options(null, Replay, null), ran("op", "migrate", "f", Reason.MigrationFailed, 1)),
                    Reason.AlreadyFailed,
                    "run-1"),
            // Out of Argo CD's sight each hook Job is a release of its own.
            new Row(
                    "a hook Job that is created again",
                    outOfSight(PLAIN, ran("u0", "migrate", "f", Reason.MigrationFailed, 1))),
            new Row(
                    "a named release that has failed",
                    outOfSight(options(null, null, "v7"), named("v7", Reason.MigrationFailed, 14)),
                    Reason.AlreadyFailed,
                    "run-14"),
            new Row(
                    "a named release that has failed long ago",
                    outOfSight(options(null, null, "v7"), named("v7", Reason.MigrationFailed, 15))),
            new Row(
                    "a named release that has succeeded: it comes again by a rollback",
                    outOfSight(options(null, null, "v7"), named("v7", Reason.Migrated, 1))),
            new Row("another name", outOfSight(options(null, null, "v8"), named("v7", Reason.MigrationFailed, 1))),
            new Row(
                    "a named release, run again on demand",
                    outOfSight(options(null, Rerun, "v7"), named("v7", Reason.MigrationFailed, 1))),
            new Row(
                    "the name does not matter where Argo CD is seen",
                    operation(options(null, null, "v7"), named("v7", Reason.MigrationFailed, 1))),
            // OnChange.
            new Row(
                    "unchanged since a success",
                    operation(options(OnChange, null, null), ran("op0", "migrate", "f", Reason.Migrated, 1000)),
                    Reason.AlreadyMigrated,
                    "run-1000"),
            new Row(
                    "unchanged since a failure",
                    operation(options(OnChange, null, null), ran("op0", "migrate", "f", Reason.MigrationFailed, 1000))),
            new Row(
                    "changed",
                    operation(options(OnChange, null, null), ran("op0", "migrate", "g", Reason.Migrated, 1000))),
            new Row("unchanged, but EveryRelease", operation(PLAIN, ran("op0", "migrate", "f", Reason.Migrated, 1000))),
            // What can not be run is said by its own record.
            new Row(
                    "a hook Job with a problem",
                    new Release(
                            "op",
                            "migrate",
                            "f",
                            PLAIN,
                            true,
                            false,
                            true,
                            NOW,
                            SyncEvent.NONE,
                            Set.of(),
                            List.of(ran("op", "migrate", "f", Reason.Migrated, 1)))));

    @TestFactory
    Stream<DynamicTest> table() {
        return TABLE.stream()
                .map(row -> DynamicTest.dynamicTest(row.given(), () -> {
                    Optional<Answer> answer = row.release().answer();
                    assertThat(answer.map(Answer::reason)).isEqualTo(Optional.ofNullable(row.answer()));
                    answer.ifPresent(given -> assertThat(given.message())
                            .startsWith(row.answer() + ": migrationrun/" + row.run())
                            .endsWith("Last log lines: boom"));
                }));
    }

    @Test
    void onlyWhatWasRunByAnotherReleaseIsLeftOutOnTrust() {
        Options onChange = options(OnChange, null, null);
        assertThat(operation(onChange, ran("op0", "migrate", "f", Reason.Migrated, 1))
                        .answer()
                        .map(Answer::onTrust))
                .contains(true);
        assertThat(operation(onChange, ran("op", "migrate", "f", Reason.Migrated, 1))
                        .answer()
                        .map(Answer::onTrust))
                .contains(false);
    }

    @Test
    void aHookForAnotherEventIsLeftOut() {
        assertThat(installing(Set.of("pre-upgrade", "post-upgrade")).answer().map(Answer::message))
                .contains(
                        "NotForThisEvent: this sync is taken for an install, since it was told so; the hook Job is for"
                                + " post-upgrade, pre-upgrade.");
        assertThat(installing(Set.of("pre-install", "pre-upgrade")).answer()).isEmpty();
        assertThat(installing(Set.of()).answer()).isEmpty();
    }

    @Test
    void whatHasFailedInThisSyncDoesNotBecomeNotForThisEvent() {
        assertThat(installing(Set.of("pre-upgrade"), ran("op", "migrate", "f", Reason.MigrationFailed, 1))
                        .answer()
                        .map(Answer::reason))
                .contains(Reason.AlreadyFailed);
    }

    @Test
    void aRecordIsAnEarlierRunWhenItHasAVerdictAndATime() {
        MigrationRunStatus failed = MigrationRunStatus.EMPTY
                .withLog(new MigrationRunStatus.Log("pod", "migrate", "a\nboom", "boom", null))
                .concluded(Reason.MigrationFailed, "MigrationFailed.", 1, 1, 1, "2026-01-01T00:29:00Z");
        assertThat(Earlier.of(record(failed)))
                .contains(new Earlier(
                        "migrate-1",
                        "op",
                        "v7",
                        "migrate",
                        "fingerprint",
                        Reason.MigrationFailed,
                        "boom",
                        Instant.parse("2026-01-01T00:29:00Z")));
        assertThat(Earlier.of(record(MigrationRunStatus.EMPTY))).isEmpty();
        assertThat(Earlier.of(record(MigrationRunStatus.EMPTY.concluded(
                        Reason.MigrationFailed, "MigrationFailed.", 1, 1, 1, "yesterday"))))
                .as("written by another hand than ours")
                .isEmpty();
    }

    private static MigrationRun record(MigrationRunStatus status) {
        MigrationRun run = Records.of(Records.release("op", null), options(null, null, "v7"), Map.of());
        run.setStatus(status);
        return run;
    }
}
