package io.wavegate.argocd;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.wavegate.api.ApplicationName;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the marker and the API see of an Application. */
class WatchedApplicationTest {
    private static final String SYNCED = """
            spec:
              source: {repoURL: "https://Git.example.org/shop.git/", targetRevision: main}
            status:
              sync: {status: Synced, revision: new}
              health: {status: Healthy}
              summary: {images: ["shop/web:2", 3]}
              history: [{revision: old, deployStartedAt: "2026-01-01T00:00:00Z"}, {revisions: [a, b], deployStartedAt: "2026-01-02T00:00:00Z"}]
              conditions: [{type: SyncError, message: no}]
              operationState:
                phase: Running
                startedAt: "2026-01-03T00:00:00Z"
                message: waiting
                operation: {sync: {revision: main}}
                syncResult:
                  revision: new
                  resources:
                  - {group: batch, kind: Job, namespace: prod, name: migrate, hookType: PreSync}
                  - {group: batch, kind: Job, namespace: prod, name: forged, status: Pruned}
                  - {group: batch, kind: Job, namespace: prod, name: kept, status: PruneSkipped}
                  - {group: apps, kind: Deployment, namespace: prod, name: web}
              resources:
              - {group: batch, kind: Job, namespace: prod, name: once, status: Synced}
              - {group: batch, kind: Job, namespace: prod, name: extra, status: OutOfSync, requiresPruning: true}
              - {group: batch, kind: Job, namespace: prod, name: hook, hook: true}
              - {group: batch, kind: Job, namespace: prod, name: copied}
            """;

    @Test
    void whatItShows() {
        WatchedApplication application = read(SYNCED);
        assertThat(application.synced()).isTrue();
        assertThat(application.healthy()).isTrue();
        assertThat(application.images()).containsExactly("shop/web:2");
        assertThat(application.sources())
                .containsExactly(new WatchedApplication.Source("https://git.example.org/shop", "main"));
        assertThat(application.condition("SyncError")).isPresent();
        assertThat(application.condition("MigrationError")).isEmpty();
        assertThat(application.shows("new")).isTrue();
        assertThat(application.shows("b")).isTrue();
        assertThat(application.shows("newer")).isFalse();
        assertThat(application.shows("old")).isTrue();
    }

    /** The history does not tell which of them ran hooks, and the last operation tells only of itself. */
    @Test
    void itsSyncsThatRanHooks() {
        String yaml = """
            status:
              history: [{revision: a, deployStartedAt: t1}, {revision: b, deployStartedAt: t2}]
              operationState: {phase: %s, startedAt: %s, syncResult: {revision: b}, operation: {sync: {%s}}}
            """;
        var first = new WatchedApplication.Deployment("t1", Set.of("a"));
        var second = new WatchedApplication.Deployment("t2", Set.of("b"));
        var third = new WatchedApplication.Deployment("t3", Set.of("b"));
        assertThat(read(yaml.formatted("Running", "t3", "")).migratingSyncs()).containsExactly(first, second);
        assertThat(read(yaml.formatted("Failed", "t3", "")).migratingSyncs()).containsExactly(first, second);
        assertThat(read(yaml.formatted("Succeeded", "t3", "")).migratingSyncs())
                .as("it may not be in the history yet")
                .containsExactly(first, second, third);
        assertThat(read(yaml.formatted("Succeeded", "t2", "syncStrategy: {apply: {}}"))
                        .migratingSyncs())
                .containsExactly(first);
        assertThat(read(yaml.formatted("Running", "t2", "syncStrategy: {apply: {}}"))
                        .migratingSyncs())
                .as("it is in the history before it has ended")
                .containsExactly(first);
        assertThat(read(yaml.formatted("Succeeded", "t3", "dryRun: true")).migratingSyncs())
                .containsExactly(first, second);
    }

    @Test
    void aDryRunShowsNothing() {
        String yaml = "status: {operationState: {phase: Failed, startedAt: t, operation: {sync: {revision: new%s}}}}";
        assertThat(read(yaml.formatted("")).shows("new")).isTrue();
        assertThat(read(yaml.formatted(", dryRun: true")).shows("new")).isFalse();
    }

    @Test
    void itsOperation() {
        WatchedApplication.Sync sync = read(SYNCED).sync().orElseThrow();
        assertThat(sync.running()).isTrue();
        assertThat(sync.revisions()).containsExactly("new");
        assertThat(sync.runsHooks()).isTrue();
        assertThat(sync("sync: {resources: [{kind: Deployment}], autoHealAttemptsCount: 1}"))
                .matches(one -> one.partial() && one.selfHeal() && !one.runsHooks());
        assertThat(sync("sync: {syncStrategy: {apply: {}}}")).matches(one -> one.applyOnly() && !one.runsHooks());
        assertThat(sync("sync: {dryRun: true}")).matches(one -> one.dryRun() && !one.runsHooks());
        assertThat(sync("sync: {syncStrategy: {hook: {}}}")).matches(WatchedApplication.Sync::runsHooks);
        assertThat(sync("sync: {revisions: [x, y]}").revisions()).containsExactlyInAnyOrder("x", "y");
    }

    @Test
    void whetherItIsAWholeRepository() {
        assertThat(read(SYNCED).whole()).isTrue();
        assertThat(read("spec: {source: {repoURL: a, path: .}}").whole()).isTrue();
        assertThat(read("spec: {source: {repoURL: a, chart: shop}}").whole()).isTrue();
        assertThat(read("spec: {source: {repoURL: a, path: apps/shop}}").whole())
                .isFalse();
        assertThat(read("spec: {sources: [{repoURL: a, chart: shop}, {repoURL: b, path: values}]}")
                        .whole())
                .isFalse();
    }

    @Test
    void aSourceWithoutAnAddressIsNone() {
        assertThat(read("spec: {sources: [{chart: shop}]}").sources()).isEmpty();
    }

    @Test
    void anAddressIsCutAtItsEndHoweverLongThatIs() {
        String slashes = "/".repeat(1_000_000);
        assertThat(repository("https://git/shop" + slashes + ".GIT" + slashes)).isEqualTo("https://git/shop" + slashes);
        assertThat(repository("https://git/shop" + slashes + "x")).isEqualTo("https://git/shop" + slashes + "x");
        assertThat(repository(slashes)).isEmpty();
    }

    private static String repository(String url) {
        return WatchedApplication.of(
                        new ApplicationName("argocd", "shop"),
                        "uid",
                        "1",
                        false,
                        Map.of("spec", Map.of("source", Map.of("repoURL", url))))
                .sources()
                .iterator()
                .next()
                .repository();
    }

    /** A tracking id can be written by anybody; what Argo CD merely found is not what it made. */
    @Test
    void itsOwnJobsAreThoseThatItMadeOrHasInGit() {
        WatchedApplication application = read(SYNCED);
        assertThat(application.owns("prod", "migrate")).isTrue();
        assertThat(application.owns("prod", "once")).isTrue();
        assertThat(application.owns("test", "migrate")).isFalse();
        assertThat(application.owns("prod", "web")).isFalse();
        assertThat(application.owns("prod", "forged")).isFalse();
        assertThat(application.owns("prod", "kept")).isFalse();
        assertThat(application.owns("prod", "extra")).isFalse();
        assertThat(application.owns("prod", "hook")).isFalse();
        assertThat(application.owns("prod", "copied")).isFalse();
    }

    @Test
    void whatIsMissingOrOfAnotherTypeIsAbsent() {
        for (String yaml : new String[] {
            "{}",
            "spec: []\nstatus: 3",
            "status: {operationState: [], resources: {a: b}, conditions: x, history: {}, summary: [], sync: 1}",
            "status: {operationState: {startedAt: 3}, resources: [1, null, {name: {}}], conditions: [1, {type: X, message: null}], history: [null]}"
        }) {
            WatchedApplication application = read(yaml);
            assertThat(application.sync()).isEmpty();
            assertThat(application.jobs()).isEmpty();
            assertThat(application.shows("x")).isFalse();
        }
    }

    private static WatchedApplication.Sync sync(String operation) {
        return read("status: {operationState: {phase: Succeeded, startedAt: t, operation: {%s}}}".formatted(operation))
                .sync()
                .orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private static WatchedApplication read(String yaml) {
        return WatchedApplication.of(
                new ApplicationName("argocd", "shop"), "uid", "1", false, Serialization.unmarshal(yaml, Map.class));
    }
}
