package io.wavegate.gate;

import static io.wavegate.gate.SyncEvent.Kind.install;
import static io.wavegate.gate.SyncEvent.Kind.rollback;
import static io.wavegate.gate.SyncEvent.Kind.upgrade;
import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Phase;
import io.wavegate.api.Records;
import io.wavegate.argocd.Before;
import io.wavegate.gate.SyncEvent.Kind;
import io.wavegate.gate.SyncEvent.Sync;
import io.wavegate.gate.SyncEvent.Trace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a sync of Argo CD is in Helm's words, row by row: the sync is "app/now", of revision C. */
class SyncEventTest {
    private static final Set<String> PRE = Set.of("pre-install");
    private static final Set<String> POST = Set.of("post-install");
    private static final Trace HAS_FAILED = new Trace("run-1", "app/before", null, false);
    private static final Trace HAS_SUCCEEDED = new Trace("run-1", "app/before", null, true);
    private static final Trace SUCCEEDED_ELSEWHERE = new Trace("run-1", "deleted-app/before", null, true);

    private record Row(String given, Sync sync, @Nullable Kind want) {}

    private static Sync first(Before before, Set<String> events, Trace... traces) {
        return new Sync("app/now", "app", List.of(), "C", before, events, List.of(traces));
    }

    private static Sync later(@Nullable String revision, String... history) {
        return new Sync("app/now", "app", List.of(history), revision, Before.NOTHING, PRE, List.of());
    }

    private static final List<Row> TABLE = List.of(
            new Row("the first of all", first(Before.NOTHING, PRE), install),
            new Row("the first, asked after it was applied", first(Before.NOTHING, POST), install),
            new Row("what was live is not known", first(Before.UNKNOWN, PRE), null),
            new Row("what was live was not told in time", first(Before.NOT_YET, PRE), null),
            new Row("an Application made anew over what is live", first(Before.WORKLOAD, PRE), upgrade),
            new Row("a workload that an earlier sync may have applied", first(Before.WORKLOAD, POST), null),
            new Row(
                    "for before and after: the one and the other",
                    first(Before.WORKLOAD, Set.of("pre-install", "post-install")),
                    null),
            new Row("a second try, by a new sync, of what has failed", first(Before.NOTHING, PRE, HAS_FAILED), null),
            new Row("the same over what is live", first(Before.WORKLOAD, PRE, HAS_FAILED), null),
            new Row("the hook was well, something else was not", first(Before.NOTHING, PRE, HAS_SUCCEEDED), upgrade),
            new Row(
                    "another Application has installed it, and all of it is gone",
                    first(Before.NOTHING, PRE, SUCCEEDED_ELSEWHERE),
                    null),
            new Row(
                    "another Application has installed it, and it is live",
                    first(Before.WORKLOAD, PRE, SUCCEEDED_ELSEWHERE),
                    upgrade),
            new Row(
                    "a hook of the Helm CLI's before",
                    first(Before.NOTHING, PRE, new Trace("r", "uid", null, true)),
                    null),
            // A retry, and a hook Job made a second time, is what the first was.
            new Row(
                    "a retry of an install, applied meanwhile",
                    first(Before.UNKNOWN, PRE, new Trace("r", "app/now", "install", false)),
                    install),
            new Row(
                    "a retry of what could not be told",
                    first(Before.NOTHING, PRE, new Trace("r", "app/now", null, false)),
                    null),
            new Row(
                    "a retry of what an older Wavegate, or another hand, has written",
                    first(Before.NOTHING, PRE, new Trace("r", "app/now", "reinstall", false)),
                    null),
            // Argo CD's history.
            new Row("a new revision", later("C", "A", "B"), upgrade),
            new Row("the deployed one again", later("B", "A", "B"), upgrade),
            new Row("the one before", later("A", "A", "B"), rollback),
            new Row("back once more", later("A", "A", "B", "C"), rollback),
            new Row("forward again", later("B", "A", "B", "A"), upgrade),
            new Row("a branch, or what is not resolved yet", later("main", "A", "B"), upgrade),
            new Row("no revision", later(null, "A", "B"), upgrade),
            new Row("several sources, whose revisions are not compared", later(null, "", ""), upgrade));

    @TestFactory
    Stream<DynamicTest> table() {
        return TABLE.stream()
                .map(row -> DynamicTest.dynamicTest(
                        row.given(),
                        () -> assertThat(SyncEvent.of(row.sync()).kind()).isEqualTo(row.want())));
    }

    @Test
    void aHookIsLeftOutOnlyWhereItsEventsAndTheSyncsAreKnown() {
        assertThat(concerned(install)).containsExactly("pre-install", "post-install", "pre-install,pre-upgrade", "");
        assertThat(concerned(upgrade)).containsExactly("pre-upgrade", "pre-install,pre-upgrade", "");
        assertThat(concerned(rollback))
                .as("what is for upgrades is run at a rollback")
                .containsExactly("pre-upgrade", "pre-rollback", "pre-install,pre-upgrade", "");
        assertThat(concerned(null)).isEqualTo(HOOKS);
        assertThat(SyncEvent.NONE.concerns(Set.of("pre-delete"))).isTrue();
    }

    private static final List<String> HOOKS = List.of(
            "pre-install", "post-install", "pre-upgrade", "pre-rollback", "pre-delete", "pre-install,pre-upgrade", "");

    private static List<String> concerned(@Nullable Kind kind) {
        return HOOKS.stream()
                .filter(hook -> new SyncEvent(kind, "").concerns(hook.isEmpty() ? Set.of() : Set.of(hook.split(","))))
                .toList();
    }

    @Test
    void recordsAreReadFromTheApiServerBeforeAHookIsLeftOutAtAnInstall() {
        assertThat(SyncEvent.asksForRecords(List.of(), Set.of("pre-upgrade"))).isTrue();
        assertThat(SyncEvent.asksForRecords(List.of(), Set.of("pre-install", "pre-upgrade")))
                .isFalse();
        assertThat(SyncEvent.asksForRecords(List.of(), Set.of())).isFalse();
        assertThat(SyncEvent.asksForRecords(List.of("A"), Set.of("pre-upgrade")))
                .isFalse();
    }

    @Test
    void onlyAHookThatMayBeLeftOutWaitsForWhatArgoCdHasNotWrittenYet() {
        Duration young = Duration.ofSeconds(1);
        Set<String> upgrade = Set.of("pre-upgrade");
        assertThat(SyncEvent.isTooEarly(Before.NOT_YET, List.of(), upgrade, young))
                .isTrue();
        assertThat(SyncEvent.isTooEarly(Before.UNKNOWN, List.of(), upgrade, young))
                .as("written, and it does not tell")
                .isFalse();
        assertThat(SyncEvent.isTooEarly(Before.NOT_YET, List.of("a"), upgrade, young))
                .as("the history tells")
                .isFalse();
        assertThat(SyncEvent.isTooEarly(Before.NOT_YET, List.of(), PRE, young))
                .as("it is run at an install, and so whatever this is")
                .isFalse();
        assertThat(SyncEvent.isTooEarly(Before.NOT_YET, List.of(), Set.of(), young))
                .as("it is always run")
                .isFalse();
        assertThat(SyncEvent.isTooEarly(Before.NOT_YET, List.of(), upgrade, Duration.ofSeconds(5)))
                .as("it has waited long enough")
                .isFalse();
        assertThat(SyncEvent.isTooEarly(Before.NOT_YET, List.of(), upgrade, Duration.ofSeconds(-1)))
                .as("another machine's clock")
                .isFalse();
    }

    @Test
    void whatOneHookOfASyncHasFoundHoldsForTheOthers() {
        assertThat(SyncEvent.before(Before.UNKNOWN, "app/now", Stream.of(record("app/now", "install"))))
                .isEqualTo(Before.NOTHING);
        assertThat(SyncEvent.before(
                        Before.UNKNOWN,
                        "app/now",
                        Stream.of(
                                record("app/now", null),
                                record("app/now", "upgrade"),
                                record("app/then", "install"),
                                record("other/now", "install"))))
                .isEqualTo(Before.UNKNOWN);
    }

    @Test
    void aTraceIsWhatARecordTells() {
        MigrationRun run = record("app/then", "install");
        assertThat(Trace.of(run)).isEqualTo(new Trace("migrate-1", "app/then", "install", false));
        run.setStatus(MigrationRunStatus.EMPTY.withPhase(Phase.Succeeded));
        assertThat(Trace.of(run)).isEqualTo(new Trace("migrate-1", "app/then", "install", true));
    }

    private static MigrationRun record(String release, @Nullable String event) {
        return Records.of(Records.release(release, event), null, Map.of());
    }
}
