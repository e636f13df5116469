package io.wavegate.web;

import static io.wavegate.mark.Draft.application;
import static io.wavegate.mark.Draft.applyOnly;
import static io.wavegate.mark.Draft.condition;
import static io.wavegate.mark.Draft.entry;
import static io.wavegate.mark.Draft.run;
import static io.wavegate.mark.Draft.selfHeal;
import static io.wavegate.mark.Draft.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.ApplicationName;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.argocd.WatchedApplication;
import io.wavegate.ledger.Entry;
import io.wavegate.mark.Draft;
import io.wavegate.web.Releases.Status;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** How far an Application has come with commit r2, row by row. A run of minute N is of revision rN. */
class ReleasesTest {
    private static final Entry GOOD = run("migrate-2", 2, Phase.Succeeded, Reason.Migrated);
    private static final Entry BAD = run("migrate-2", 2, Phase.Failed, Reason.MigrationFailed);
    private static final Entry ABORTED = run("migrate-2", 2, Phase.Failed, Reason.Aborted);
    private static final Entry BEGUN =
            entry("migrate-2", "migrate", 2, Phase.Running, null, true, Set.of("r2"), Set.of());
    private static final Entry OLD = run("migrate-1", 1, Phase.Succeeded, Reason.Migrated);

    private static final Entry OF_BRANCH =
            entry("migrate-2", "migrate", 2, Phase.Failed, Reason.MigrationFailed, true, Set.of("main"), Set.of());

    private record Row(String given, WatchedApplication application, List<Entry> runs, boolean seen, Status want) {}

    private static final List<Row> TABLE = List.of(
            new Row("an older commit is deployed", at(sync(1, "Succeeded")), List.of(OLD), false, Status.UNKNOWN),
            new Row("it was compared", compared(false), List.of(OLD), false, Status.RUNNING),
            new Row("it was compared and changes nothing", compared(true), List.of(OLD), false, Status.MIGRATED),
            new Row("its sync has begun", at(sync(2, "Running")), List.of(OLD), false, Status.RUNNING),
            new Row("its migration runs", at(sync(2, "Running")), List.of(OLD, BEGUN), false, Status.RUNNING),
            new Row(
                    "its migration has succeeded, the pods are still being replaced",
                    at(sync(2, "Running")),
                    List.of(GOOD),
                    false,
                    Status.RUNNING),
            new Row(
                    "its sync has succeeded",
                    at(sync(2, "Succeeded", "migrate")),
                    List.of(GOOD),
                    false,
                    Status.MIGRATED),
            new Row("its migration has failed", at(sync(2, "Running")), List.of(OLD, BAD), false, Status.FAILED),
            new Row("its sync has failed with it", at(sync(2, "Failed")), List.of(OLD, BAD), false, Status.FAILED),
            new Row(
                    "its sync has failed, and the verdict of its migration has not been heard yet",
                    at(sync(2, "Failed")),
                    List.of(OLD, BEGUN),
                    false,
                    Status.RUNNING),
            new Row(
                    "its sync has succeeded, and its migration has failed all the same",
                    deployed(sync(2, "Succeeded", "migrate"), 2),
                    List.of(BAD),
                    true,
                    Status.FAILED),
            new Row(
                    "its sync has succeeded, and its migration goes on all the same",
                    deployed(sync(2, "Succeeded", "migrate"), 2),
                    List.of(BEGUN),
                    true,
                    Status.RUNNING),
            new Row("its sync has failed otherwise", at(sync(2, "Failed")), List.of(OLD), false, Status.FAILED),
            new Row(
                    "a sync of selected resources of it has succeeded",
                    at(selfHeal(2, "Succeeded")),
                    List.of(OLD),
                    false,
                    Status.UNKNOWN),
            new Row(
                    "it was skipped",
                    application(
                            selfHeal(2, "Succeeded"),
                            List.of(condition("MigrationSkippedWarning", "skipped")),
                            List.of(),
                            Set.of(),
                            true,
                            Set.of("r2")),
                    List.of(OLD),
                    false,
                    Status.FAILED),
            new Row(
                    "a newer one is being synced after it",
                    deployed(sync(3, "Running"), 2),
                    List.of(GOOD),
                    true,
                    Status.MIGRATED),
            new Row("a newer one took its place", at(sync(3, "Running")), List.of(OLD), true, Status.OVERTAKEN),
            new Row("a newer one aborted it", at(sync(3, "Running")), List.of(ABORTED), false, Status.OVERTAKEN),
            new Row("a newer one repaired it", deployed(sync(3, "Succeeded"), 3), List.of(BAD), true, Status.FAILED),
            new Row(
                    "somebody synced it again and it failed, and a self-heal has succeeded since",
                    deployed(selfHeal(4, "Succeeded"), 2),
                    List.of(again(Phase.Failed, Reason.MigrationFailed)),
                    false,
                    Status.FAILED),
            new Row(
                    "somebody synced it again, and that went well without its migration",
                    at(again("Succeeded")),
                    List.of(BAD),
                    true,
                    Status.MIGRATED),
            new Row(
                    "the same, and a newer one is being synced since",
                    history(sync(4, "Running"), Map.of(3, "r2")),
                    List.of(BAD),
                    true,
                    Status.MIGRATED),
            new Row(
                    "somebody synced it again and it failed, and a newer one has succeeded",
                    history(sync(3, "Succeeded"), Map.of(1, "r2", 3, "r3")),
                    List.of(BAD),
                    true,
                    Status.FAILED),
            new Row(
                    "the same, and the newer one is not in the history yet",
                    history(sync(3, "Succeeded"), Map.of(1, "r2")),
                    List.of(BAD),
                    true,
                    Status.FAILED),
            new Row(
                    "the same, and it is being synced once more",
                    history(again("Running"), Map.of(1, "r2")),
                    List.of(BAD),
                    true,
                    Status.FAILED),
            new Row(
                    "the same, and a self-heal of it has succeeded",
                    history(
                            new WatchedApplication.Sync(
                                    "Succeeded", Draft.at(3), Set.of("r2"), true, true, false, false, Set.of(), ""),
                            Map.of(1, "r2")),
                    List.of(BAD),
                    true,
                    Status.FAILED),
            new Row(
                    "its migration goes on though a newer one is being synced",
                    at(sync(3, "Running")),
                    List.of(BEGUN),
                    false,
                    Status.RUNNING),
            new Row(
                    "its record knows it by its branch, and its sync by the commit",
                    at(sync(2, "Running")),
                    List.of(OF_BRANCH),
                    false,
                    Status.FAILED),
            new Row(
                    "its migration has ended well, and nothing shows it any more",
                    at(sync(3, "Running")),
                    List.of(GOOD),
                    false,
                    Status.OVERTAKEN),
            new Row(
                    "the record of another operation knows the branch only",
                    at(sync(3, "Running")),
                    List.of(OF_BRANCH),
                    false,
                    Status.UNKNOWN),
            new Row(
                    "somebody synced it again and it succeeded",
                    deployed(sync(4, "Running"), 2),
                    List.of(BAD, again(Phase.Succeeded, Reason.Migrated)),
                    true,
                    Status.MIGRATED),
            new Row(
                    "it was only applied, without its hook",
                    warned(applyOnly(2), Set.of("r2"), 1, 2),
                    List.of(OLD),
                    true,
                    Status.FAILED),
            new Row(
                    "it was only applied, without its hook, and the marker has not said so yet",
                    warned(applyOnly(2), Set.of("r2"), List.of(), 1, 2),
                    List.of(OLD),
                    true,
                    Status.FAILED),
            new Row(
                    "a self-heal of it went without its hook, and the marker has not said so yet",
                    warned(selfHeal(2, "Succeeded"), Set.of("r2"), List.of(), 1),
                    List.of(OLD),
                    true,
                    Status.FAILED),
            new Row(
                    "somebody went back to it, whose migration was never run, and its branch is at another",
                    warned(applyOnly(2), Set.of("r1"), 1, 2),
                    List.of(OLD),
                    true,
                    Status.FAILED),
            new Row(
                    "it was only applied, and a self-heal has succeeded since",
                    warned(ofIt(3, "Succeeded", true, false, false), Set.of("r2"), 1, 2),
                    List.of(OLD),
                    true,
                    Status.FAILED),
            new Row(
                    "its sync has succeeded without its hook, and the marker has not taken an older warning away yet",
                    warned(sync(2, "Succeeded"), Set.of("r2"), 1, 2),
                    List.of(OLD),
                    true,
                    Status.MIGRATED),
            new Row(
                    "it was migrated, and a newer one was only applied since",
                    warned(applyOnly(3), Set.of("r3"), 2, 3),
                    List.of(),
                    true,
                    Status.MIGRATED),
            new Row(
                    "it was migrated, and somebody went back to it since",
                    warned(ofIt(4, "Succeeded", false, true, false), Set.of("r2"), 2, 3),
                    List.of(GOOD),
                    true,
                    Status.MIGRATED),
            new Row(
                    "its migration has failed, and it was only applied since",
                    history(ofIt(3, "Succeeded", false, true, false), Map.of(3, "r2")),
                    List.of(BAD),
                    true,
                    Status.FAILED),
            new Row(
                    "its migration has failed, and it is only being applied since",
                    history(ofIt(3, "Running", false, true, false), Map.of(3, "r2")),
                    List.of(BAD),
                    true,
                    Status.FAILED),
            new Row(
                    "a dry run of it has failed",
                    at(ofIt(3, "Failed", false, false, true)),
                    List.of(OLD),
                    false,
                    Status.UNKNOWN),
            new Row(
                    "a dry run of it has failed since it was compared",
                    warned(ofIt(3, "Failed", false, false, true), Set.of("r2"), List.of(), 1),
                    List.of(OLD),
                    false,
                    Status.MIGRATED),
            new Row(
                    "a dry run of it goes on",
                    at(ofIt(3, "Running", false, false, true)),
                    List.of(OLD),
                    false,
                    Status.UNKNOWN),
            new Row(
                    "a newer one aborted it, and a dry run of it has ended since",
                    at(ofIt(3, "Succeeded", false, false, true)),
                    List.of(ABORTED),
                    false,
                    Status.OVERTAKEN));

    /** An operation of commit r2. */
    private static WatchedApplication.Sync ofIt(
            int minute, String phase, boolean partial, boolean applyOnly, boolean dryRun) {
        return new WatchedApplication.Sync(
                phase, Draft.at(minute), Set.of("r2"), partial, false, applyOnly, dryRun, Set.of(), "no");
    }

    /** With the warning that a migration was skipped; of what its history has, minute N deployed rN. */
    private static WatchedApplication warned(WatchedApplication.Sync sync, Set<String> compared, int... deployed) {
        return warned(sync, compared, List.of(condition("MigrationSkippedWarning", "skipped")), deployed);
    }

    private static WatchedApplication warned(
            WatchedApplication.Sync sync, Set<String> compared, List<Map<String, Object>> conditions, int... deployed) {
        return application(
                sync,
                conditions,
                Arrays.stream(deployed)
                        .mapToObj(minute -> new WatchedApplication.Deployment(Draft.at(minute), Set.of("r" + minute)))
                        .toList(),
                Set.of(),
                true,
                compared);
    }

    private record Now(String given, Optional<WatchedApplication> application, List<Entry> runs, Status want) {}

    private static final List<Now> NOW = List.of(
            new Now("there is no such Application", Optional.empty(), List.of(GOOD), Status.UNKNOWN),
            new Now("none of its hooks was run", Optional.of(at(sync(2, "Succeeded"))), List.of(), Status.UNKNOWN),
            new Now("a migration runs", Optional.of(at(sync(2, "Running"))), List.of(OLD, BEGUN), Status.RUNNING),
            new Now("the last has succeeded", Optional.of(at(sync(2, "Succeeded"))), List.of(GOOD), Status.MIGRATED),
            new Now("the last has failed", Optional.of(at(sync(2, "Failed"))), List.of(OLD, BAD), Status.FAILED),
            new Now(
                    "the last has succeeded, and a sync went out without one",
                    Optional.of(application(
                            selfHeal(2, "Succeeded"), List.of(condition("MigrationSkippedWarning", "skipped")))),
                    List.of(OLD),
                    Status.FAILED));

    @TestFactory
    Stream<DynamicTest> whereItStandsNow() {
        return NOW.stream()
                .map(row -> DynamicTest.dynamicTest(
                        row.given(),
                        () -> assertThat(Releases.now(row.application(), row.runs())
                                        .status())
                                .isEqualTo(row.want())));
    }

    private static Entry again(Phase phase, Reason reason) {
        return entry("migrate-3", "migrate", 3, phase, reason, true, Set.of("r2"), Set.of());
    }

    private static WatchedApplication at(WatchedApplication.Sync sync) {
        return application(sync, List.of());
    }

    private static WatchedApplication compared(boolean synced) {
        return Draft.synced(
                application(sync(1, "Succeeded"), List.of(), List.of(), Set.of(), true, Set.of("r2")), synced);
    }

    private static WatchedApplication deployed(WatchedApplication.Sync sync, int minute) {
        return application(
                sync,
                List.of(),
                List.of(new WatchedApplication.Deployment(Draft.at(minute), Set.of("r" + minute))),
                Set.of(),
                true,
                Set.of());
    }

    @TestFactory
    Stream<DynamicTest> table() {
        return TABLE.stream()
                .map(row -> DynamicTest.dynamicTest(
                        row.given(),
                        () -> assertThat(Releases.of(row.application(), row.runs(), "r2", row.seen())
                                        .status())
                                .isEqualTo(row.want())));
    }

    /** Commit r2 once more, in minute 3. */
    private static WatchedApplication.Sync again(String phase) {
        return new WatchedApplication.Sync(phase, Draft.at(3), Set.of("r2"), false, false, false, false, Set.of(), "");
    }

    /** What was deployed in which minute. */
    private static WatchedApplication history(WatchedApplication.Sync sync, Map<Integer, String> deployed) {
        return application(
                sync,
                List.of(),
                deployed.entrySet().stream()
                        .map(one -> new WatchedApplication.Deployment(Draft.at(one.getKey()), Set.of(one.getValue())))
                        .toList(),
                Set.of(),
                true,
                Set.of());
    }

    @Test
    void aFailureSaysWhichAndWhy() {
        WatchedApplication.Sync failed = new WatchedApplication.Sync(
                "Failed", Draft.at(2), Set.of("r2"), false, false, false, false, Set.of(), "no such kind");
        assertThat(Releases.of(at(failed), List.of(), "r2", false))
                .isEqualTo(new Releases.Progress(Status.FAILED, "SyncFailed", "no such kind", List.of()));
        assertThat(Releases.of(at(failed), List.of(BAD), "r2", false))
                .isEqualTo(new Releases.Progress(
                        Status.FAILED, "MigrationFailed", "MigrationFailed: said.", List.of(BAD)));
        WatchedApplication skipped = application(
                selfHeal(2, "Succeeded"),
                List.of(condition("MigrationSkippedWarning", "skipped")),
                List.of(),
                Set.of(),
                true,
                Set.of("r2"));
        assertThat(Releases.of(skipped, List.of(OLD), "r2", false))
                .isEqualTo(new Releases.Progress(Status.FAILED, "MigrationSkipped", "skipped", List.of()));
        assertThat(Releases.now(Optional.of(skipped), List.of(OLD)))
                .isEqualTo(new Releases.Progress(Status.FAILED, "MigrationSkipped", "skipped", List.of(OLD)));
    }

    /** A record that was made when only the branch was known: its operation tells the commit. */
    @Test
    void theHistoryTellsWhichCommitARecordIsOf() {
        Entry run = entry("migrate-2", "migrate", 2, Phase.Succeeded, Reason.Migrated, true, Set.of("main"), Set.of());
        WatchedApplication.Sync next = sync(3, "Running");
        assertThat(Releases.of(history(next, Map.of(2, "r2")), List.of(run), "r2", false)
                        .runs())
                .containsExactly(run);
        assertThat(Releases.of(history(next, Map.of(2, "r1")), List.of(run), "r2", false)
                        .runs())
                .isEmpty();
        assertThat(Releases.of(history(next, Map.of(1, "r2")), List.of(run), "r2", false)
                        .runs())
                .isEmpty();
    }

    @Test
    void asHttpSaysIt() {
        assertThat(Arrays.stream(Status.values()).map(status -> status.word() + " " + status.code()))
                .containsExactly("unknown 404", "running 202", "migrated 200", "failed 424", "overtaken 409");
        assertThat(Arrays.stream(Status.values()).filter(Status::isLast))
                .containsExactly(Status.MIGRATED, Status.FAILED, Status.OVERTAKEN);
    }

    @Test
    void whoHasARecordOfACommit() {
        Entry claim =
                entry("migrate-2", "migrate", 2, Phase.Failed, Reason.MigrationFailed, false, Set.of("r2"), Set.of());
        assertThat(Releases.known(List.of(OLD, GOOD), "r2")).containsExactly(Draft.SHOP);
        assertThat(Releases.known(List.of(OLD), "r2")).isEmpty();
        assertThat(Releases.known(List.of(claim), "r2"))
                .as("a claim that nobody confirms")
                .isEmpty();
    }

    /** The marker writes into a record that it is verified, and a pipeline is not told less until it has. */
    @Test
    void whatTheApplicationListsIsItsOwn() {
        Entry claim =
                entry("migrate-2", "migrate", 2, Phase.Failed, Reason.MigrationFailed, false, Set.of("r2"), Set.of());
        WatchedApplication lists = at(sync(2, "Failed", "migrate"));
        assertThat(Releases.of(lists, List.of(OLD, claim), "r2", false))
                .isEqualTo(new Releases.Progress(
                        Status.FAILED, "MigrationFailed", "MigrationFailed: said.", List.of(claim)));
        assertThat(Releases.of(at(sync(2, "Failed")), List.of(OLD, claim), "r2", false))
                .as("a claim that nobody confirms")
                .isEqualTo(new Releases.Progress(Status.FAILED, "SyncFailed", "", List.of()));
        assertThat(Releases.now(Optional.of(lists), List.of(OLD, claim)).runs()).containsExactly(claim);
        assertThat(Releases.now(
                                Optional.of(at(sync(3, "Succeeded"))),
                                List.of(OLD, Draft.claiming(BAD, "before", "no")))
                        .runs())
                .as("a record of an Application that had the name before")
                .containsExactly(OLD);
        assertThat(Releases.now(Optional.of(at(sync(2, "Failed"))), List.of(OLD, claim))
                        .runs())
                .containsExactly(OLD);
    }

    /** Unnamed, a commit is for each Application whose manifests come from where it was seen, if it has migrations. */
    @Test
    void whomACommitConcerns() {
        var main = new WatchedApplication.Source("https://git/shop", "main");
        var other = new WatchedApplication.Source("https://git/other", "main");
        List<WatchedApplication> all = List.of(
                from("seen", sync(2, "Running"), main),
                from("will", sync(1, "Succeeded"), main),
                from("plain", sync(1, "Succeeded"), main),
                from("other", sync(1, "Succeeded"), other));
        assertThat(Releases.concerned(all, Set.of(), "r2", name -> !name.name().equals("plain")))
                .isEqualTo(Set.of(new ApplicationName("argocd", "seen"), new ApplicationName("argocd", "will")));
        assertThat(Releases.concerned(all, Set.of(), "r9", name -> true)).isEmpty();
    }

    private static WatchedApplication from(
            String name, WatchedApplication.Sync sync, WatchedApplication.Source source) {
        return Draft.from(at(sync), name, source);
    }
}
