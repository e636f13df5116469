package io.wavegate.mark;

import static io.wavegate.mark.Draft.application;
import static io.wavegate.mark.Draft.applyOnly;
import static io.wavegate.mark.Draft.dryRun;
import static io.wavegate.mark.Draft.run;
import static io.wavegate.mark.Draft.selfHeal;
import static io.wavegate.mark.Draft.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.argocd.WatchedApplication;
import io.wavegate.ledger.Entry;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** When a migration was skipped, row by row. A run of minute N is of revision rN and image shop/web:N. */
class SkippedTest {
    private static final Entry FIRST = run("migrate-1", 1, Phase.Succeeded, Reason.Migrated);
    private static final Entry SECOND = run("migrate-2", 2, Phase.Succeeded, Reason.Migrated);
    private static final Entry FAILED = run("migrate-3", 3, Phase.Failed, Reason.MigrationFailed);
    private static final String BEFORE = "said before";

    /**
     * A row.
     *
     * @param images what the pods run
     * @param says what the message begins with; null for no warning
     */
    private record Row(
            String given,
            WatchedApplication.Sync sync,
            Set<String> images,
            boolean healthy,
            Set<String> compared,
            List<Entry> runs,
            @Nullable String says) {}

    private static final Set<String> SAME = Set.of("shop/web:2");
    private static final List<Entry> BOTH = List.of(FIRST, SECOND);

    private static final List<Row> TABLE = List.of(
            new Row("a sync that ran the hook", sync(2, "Succeeded", "migrate"), SAME, true, Set.of("r2"), BOTH, null),
            new Row(
                    "a sync that left the hook out, since it is gone from Git",
                    sync(3, "Succeeded"),
                    SAME,
                    true,
                    Set.of("r3"),
                    BOTH,
                    null),
            new Row("a self-heal of what was migrated", selfHeal(3, "Succeeded"), SAME, true, Set.of("r3"), BOTH, null),
            new Row(
                    "a self-heal that brought another image",
                    selfHeal(3, "Succeeded"),
                    Set.of("shop/web:3", "redis:7"),
                    true,
                    Set.of("r3"),
                    BOTH,
                    "Image shop/web:3 was deployed by a self-heal, and Argo CD runs no hook in one: the migration of shop/migrate was"
                            + " not run. The last that succeeded was of shop/web:2 (migrationrun/migrate-2)."),
            new Row(
                    "beside the hook's own pod",
                    selfHeal(3, "Succeeded"),
                    Set.of("shop/web:3", "shop/web:2"),
                    true,
                    Set.of("r3"),
                    BOTH,
                    "Image shop/web:3 was deployed"),
            new Row(
                    "a rollback that only applies",
                    applyOnly(4),
                    Set.of("shop/web:1", "shop/web:2"),
                    true,
                    Set.of("r1"),
                    BOTH,
                    "Image shop/web:1 was deployed by a sync that only applies, as a rollback does"),
            new Row(
                    "a self-heal while the rollout goes on",
                    selfHeal(3, "Succeeded"),
                    Set.of("shop/web:1", "shop/web:2"),
                    false,
                    Set.of("r2"),
                    BOTH,
                    null),
            new Row(
                    "pods that do not get healthy without their migration",
                    selfHeal(4, "Succeeded"),
                    Set.of("shop/web:4", "shop/web:2"),
                    false,
                    Set.of("r4"),
                    BOTH,
                    "Image shop/web:4 was deployed"),
            new Row(
                    "the pod of a run that failed",
                    selfHeal(4, "Succeeded"),
                    Set.of("shop/web:3", "shop/web:2"),
                    true,
                    Set.of("r4"),
                    List.of(FIRST, SECOND, FAILED),
                    null),
            new Row(
                    "a self-heal that failed",
                    selfHeal(3, "Failed"),
                    Set.of("shop/web:3"),
                    true,
                    Set.of("r3"),
                    BOTH,
                    BEFORE),
            new Row(
                    "a full sync that failed before it came to the hook",
                    sync(3, "Failed"),
                    Set.of("shop/web:3"),
                    true,
                    Set.of("r3"),
                    BOTH,
                    BEFORE),
            new Row(
                    "a full sync that failed after its migration",
                    sync(2, "Failed", "migrate"),
                    Set.of("shop/web:2"),
                    true,
                    Set.of("r2"),
                    BOTH,
                    null),
            new Row("a dry run", dryRun(3), Set.of("shop/web:3"), true, Set.of("r3"), BOTH, BEFORE),
            new Row("a sync that goes on", sync(3, "Running"), Set.of("shop/web:3"), true, Set.of("r3"), BOTH, BEFORE),
            new Row(
                    "no image of the hook's is deployed, the revision is new",
                    selfHeal(3, "Succeeded"),
                    Set.of("nginx:1"),
                    true,
                    Set.of("r3"),
                    BOTH,
                    "Revision r3 was deployed by a self-heal"),
            new Row(
                    "no image of the hook's is deployed, the revision is the same",
                    new WatchedApplication.Sync(
                            "Succeeded", Draft.at(3), Set.of("r2"), true, false, false, false, Set.of(), ""),
                    Set.of("nginx:1"),
                    true,
                    Set.of("r2"),
                    BOTH,
                    null),
            new Row(
                    "a commit that changes only the hook",
                    sync(2, "Succeeded", "migrate"),
                    Set.of("nginx:1"),
                    true,
                    Set.of("r3"),
                    BOTH,
                    "Revision r3 is in sync without having been synced"),
            new Row(
                    "a commit that changes nothing of an application whose image tells",
                    sync(2, "Succeeded", "migrate"),
                    SAME,
                    true,
                    Set.of("r3"),
                    BOTH,
                    null),
            new Row(
                    "a sync of selected resources that made the hook's Job too",
                    selected("shop", "migrate"),
                    Set.of("shop/web:3"),
                    true,
                    Set.of("r3"),
                    BOTH,
                    null),
            new Row(
                    "or one of a generated name",
                    selected("shop", "migrate-x7k2p"),
                    Set.of("shop/web:3"),
                    true,
                    Set.of("r3"),
                    BOTH,
                    null),
            new Row(
                    "a sync of selected resources, among them another Job",
                    selected("shop", "migrator"),
                    Set.of("shop/web:3"),
                    true,
                    Set.of("r3"),
                    BOTH,
                    "Image shop/web:3 was deployed by a sync of selected resources"),
            new Row(
                    "a sync of selected resources, among them a Job of that name elsewhere",
                    selected("other", "migrate"),
                    Set.of("shop/web:3"),
                    true,
                    Set.of("r3"),
                    BOTH,
                    "Image shop/web:3 was deployed by a sync of selected resources"),
            new Row(
                    "nothing has ever succeeded",
                    selfHeal(4, "Succeeded"),
                    Set.of("shop/web:4"),
                    true,
                    Set.of("r4"),
                    List.of(FAILED),
                    null),
            new Row(
                    "no run at all",
                    selfHeal(4, "Succeeded"),
                    Set.of("shop/web:4"),
                    true,
                    Set.of("r4"),
                    List.of(),
                    null));

    @TestFactory
    Stream<DynamicTest> table() {
        return TABLE.stream()
                .map(row -> DynamicTest.dynamicTest(row.given(), () -> {
                    String message = message(
                                    application(
                                            row.sync(),
                                            List.of(),
                                            List.of(),
                                            row.images(),
                                            row.healthy(),
                                            row.compared()),
                                    row.runs(),
                                    BEFORE)
                            .orElse(null);
                    if (row.says() == null) {
                        assertThat(message).isNull();
                    } else {
                        assertThat(message).startsWith(row.says());
                    }
                }));
    }

    private static Optional<String> message(WatchedApplication application, List<Entry> runs, @Nullable String before) {
        return Skipped.message(application, OwnRuns.of(application, runs), before);
    }

    private static WatchedApplication.Sync selected(String namespace, String job) {
        return new WatchedApplication.Sync(
                "Succeeded",
                Draft.at(3),
                Set.of("r3"),
                true,
                false,
                false,
                false,
                Set.of(new WatchedApplication.JobName(namespace, job)),
                "");
    }

    @Test
    void fourImagesAreNamedAndOfMoreTheFirst() {
        assertThat(warning(images(4, "2"), images(4, "3")))
                .startsWith("Image a:3, b:3, c:3, d:3 was deployed")
                .contains("succeeded was of a:2, b:2, c:2, d:2 (");
        assertThat(warning(images(5, "2"), images(5, "3")))
                .startsWith("Image a:3, b:3, c:3, d:3 and more was deployed")
                .contains("succeeded was of revision r2 (");
    }

    private static Set<String> images(int count, String tag) {
        return Stream.of("a", "b", "c", "d", "e")
                .limit(count)
                .map(name -> name + ":" + tag)
                .collect(Collectors.toSet());
    }

    private static String warning(Set<String> migrated, Set<String> deployed) {
        Entry run =
                Draft.entry("migrate-2", "migrate", 2, Phase.Succeeded, Reason.Migrated, true, Set.of("r2"), migrated);
        WatchedApplication now =
                application(selfHeal(3, "Succeeded"), List.of(), List.of(), deployed, true, Set.of("r3"));
        return message(now, List.of(run), null).orElse("none");
    }

    @Test
    void aRevisionTellsNothingOfAFolder() {
        for (WatchedApplication.Sync sync : List.of(selfHeal(3, "Succeeded"), sync(2, "Succeeded", "migrate"))) {
            WatchedApplication root = application(sync, List.of(), List.of(), Set.of("nginx:1"), true, Set.of("r3"));
            assertThat(message(root, BOTH, null)).isPresent();
            assertThat(message(Draft.folder(root), BOTH, null)).isEmpty();
        }
    }

    @Test
    void anImagesRepository() {
        assertThat(Skipped.repository("web")).isEqualTo("web");
        assertThat(Skipped.repository("shop/web")).isEqualTo("shop/web");
        assertThat(Skipped.repository("shop/web:1")).isEqualTo("shop/web");
        assertThat(Skipped.repository("registry:5000/shop/web")).isEqualTo("registry:5000/shop/web");
        assertThat(Skipped.repository("registry:5000/shop/web:1@sha256:ab")).isEqualTo("registry:5000/shop/web");
    }
}
