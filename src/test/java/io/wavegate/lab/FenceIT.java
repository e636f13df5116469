package io.wavegate.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.wavegate.lab.Application.Retry;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the admission policy of manifests/fence.yaml lets Wavegate's ServiceAccount change of an Application. The manifests are applied
 * as a Kustomization of one's own would have them, in another namespace and with other names, so that the test needs no installation
 * and disturbs none; that ServiceAccount may do here with Applications whatever it likes, as far as RBAC goes.
 */
@LabTest
class FenceIT {
    private static final String NAMESPACE =
            "fence-" + Integer.toHexString(ThreadLocalRandom.current().nextInt(0x100000, 0x1000000));
    private static final String ACCOUNT = "wavegate-" + NAMESPACE;
    private static final String FOREIGN = "SomebodysWarning";
    private static final Path FOLDER =
            Path.of("target", "lab", "FenceIT", "install").toAbsolutePath();

    private static KubernetesClient wavegate;
    /** Argo CD's own: with the status that it writes, and somebody else's condition. */
    private static Application synced;

    @BeforeAll
    static void install(Lab lab) throws IOException {
        LabExtension.emptied(FOLDER);
        for (String file : List.of("rbac.yaml", "fence.yaml")) {
            Files.copy(Path.of("manifests", file), FOLDER.resolve(file));
        }
        Files.writeString(FOLDER.resolve("wider.yaml"), """
                apiVersion: v1
                kind: Namespace
                metadata: {name: %1$s}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: wider}
                rules: [{apiGroups: [argoproj.io], resources: [applications], verbs: ["*"]}]
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: wider}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: wider}
                subjects:
                - {kind: ServiceAccount, name: wavegate, namespace: %1$s}
                - {apiGroup: rbac.authorization.k8s.io, kind: User, name: "system:serviceaccount:wavegate-system:wavegate"}
                - {apiGroup: rbac.authorization.k8s.io, kind: User, name: "system:serviceaccount:elsewhere:wavegate"}
                - {apiGroup: rbac.authorization.k8s.io, kind: User, name: "system:serviceaccount:elsewhere:blue-wavegate-2"}
                - {apiGroup: rbac.authorization.k8s.io, kind: User, name: "system:serviceaccount:argocd:wavegate-hub"}
                - {apiGroup: rbac.authorization.k8s.io, kind: User, name: "system:serviceaccount:wavegate:somebody"}
                - {apiGroup: rbac.authorization.k8s.io, kind: User, name: "wavegate@example.com"}
                """.formatted(NAMESPACE));
        Files.writeString(FOLDER.resolve("kustomization.yaml"), """
                resources: [rbac.yaml, fence.yaml, wider.yaml]
                namespace: %1$s
                nameSuffix: -%1$s
                """.formatted(NAMESPACE));
        lab.kubectl("apply", "--server-side", "--kustomize", FOLDER.toString());
        wavegate = lab.asServiceAccount(NAMESPACE, ACCOUNT);

        Repository repository = new Repository(FOLDER.resolveSibling("repository"));
        String revision = repository.commit(
                "release 1",
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("settings")
                        .endMetadata()
                        .build());
        synced = Application.create(lab.client(), NAMESPACE, repository.url(), Retry.NEVER);
        synced.awaitEnded(revision);
        synced.byHandOnly();
        synced.merge("""
                {"metadata": {"annotations": {"somebody": "was here"}, "labels": {"team": "shop"}, "finalizers": ["example.com/kept"]},
                 "status": {"conditions": [{"type": "%s", "message": "as it was"}]}}
                """.formatted(FOREIGN));
        // A policy is at work a moment after it was created, and nobody is told when. Where a value was let in before,
        // the same again would change nothing, and never be refused.
        Await.until("the fence to be at work")
                .untilAsserted(() -> isRefused(
                        () -> synced.by(wavegate)
                                .merge("{\"metadata\":{\"labels\":{\"fence\":\"probe-%s\"}}}"
                                        .formatted(Long.toString(System.nanoTime(), 36))),
                        "metadata.labels"));
    }

    @AfterAll
    static void uninstall(Lab lab) {
        wavegate.close();
        synced.merge("{\"metadata\":{\"finalizers\":null}}");
        synced.delete();
        lab.kubectl("delete", "--ignore-not-found", "--wait=false", "--kustomize", FOLDER.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            spec                    | {"spec": {"source": {"targetRevision": "other"}}}
            spec                    | {"spec": {"syncPolicy": {"automated": {"prune": true}}}}
            spec                    | {"spec": {"syncPolicy": null}}
            operation               | {"operation": {"sync": {}}}
            operation               | {"operation": {"sync": {"revision": "main", "prune": true}}}
            metadata.labels         | {"metadata": {"labels": {"team": "another"}}}
            metadata.labels         | {"metadata": {"labels": null}}
            metadata.annotations    | {"metadata": {"annotations": {"argocd.argoproj.io/refresh": "hard"}}}
            metadata.annotations    | {"metadata": {"annotations": {"somebody": null}}}
            metadata.finalizers     | {"metadata": {"finalizers": ["resources-finalizer.argocd.argoproj.io", "example.com/kept"]}}
            metadata.finalizers     | {"metadata": {"finalizers": null}}
            metadata.ownerReferences| {"metadata": {"ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "b"}]}}
            status.sync             | {"status": {"sync": {"status": "OutOfSync"}}}
            status.sync             | {"status": {"sync": null}}
            status.health           | {"status": {"health": {"status": "Degraded"}}}
            status.history          | {"status": {"history": []}}
            status.history          | {"status": {"history": null}}
            status.operationState   | {"status": {"operationState": {"phase": "Terminating"}}}
            status.operationState   | {"status": {"operationState": {"syncResult": {"revision": "another"}}}}
            status.operationState   | {"status": {"operationState": null}}
            status.resources        | {"status": {"resources": []}}
            status.summary          | {"status": {"summary": {"images": ["another:1"]}}}
            status.observedAt       | {"status": {"observedAt": "2026-01-01T00:00:00Z"}}
            status.sourceType       | {"status": {"sourceType": "Helm"}}
            """)
    void everythingElseIsRefused(String field, String patch) {
        isRefused(() -> synced.by(wavegate).merge(patch), field);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "null",
                "[{'type': 'SomebodysWarning', 'message': 'another'}]",
                "[{'type': 'SomebodysWarning', 'message': 'as it was', 'lastTransitionTime': '2026-01-01T00:00:00Z'}]",
                "[{'type': 'SomebodysWarning', 'message': 'as it was'}, {'type': 'SyncError', 'message': 'more'}]",
                "[{'type': 'MigrationErrors', 'message': 'a name like ours'}, {'type': 'SomebodysWarning', 'message': 'as it was'}]",
                "[{'type': 'MigrationError', 'message': 'instead of the other'}]",
            })
    void theConditionsOfOthersStay(String conditions) {
        isRefused(
                () -> synced.by(wavegate)
                        .merge("{\"status\":{\"conditions\":%s}}".formatted(conditions.replace('\'', '"'))),
                "status.conditions of other types");
    }

    @Test
    void allThatIsWrongIsNamedAtOnce() {
        isRefused(
                () -> synced.by(wavegate).merge("""
                {"metadata": {"labels": {"a": "b"}}, "operation": {"sync": {}}, "status": {"conditions": [{"type": "MigrationError", "message": "ours"}]}}
                """),
                "operation, metadata.labels, status.conditions of other types of argocd/" + NAMESPACE
                        + ". Do it with an account of your own.");
    }

    @Test
    void applicationsAreNeitherCreatedNorDeleted() {
        assertThatThrownBy(() -> Application.bare(wavegate, NAMESPACE, "created"))
                .hasMessageContaining("Wavegate creates and deletes no Applications");
        assertThatThrownBy(() -> synced.by(wavegate).delete())
                .hasMessageContaining("Wavegate creates and deletes no Applications");
        assertThat(synced.exists()).isTrue();
    }

    @Test
    void itsOwnConditionsComeAndChangeAndGo(Lab lab) {
        Application bare = Application.bare(lab.client(), NAMESPACE, "marked");
        Application wavegates = bare.by(wavegate);
        JsonNode before = bare.live();

        wavegates.merge(conditions("MigrationError"));
        assertThat(types(bare)).containsExactly("MigrationError");
        wavegates.merge(conditions("MigrationError", "MigrationSkippedWarning"));
        bare.merge(conditions("MigrationError", "MigrationSkippedWarning", FOREIGN, "SyncError"));
        wavegates.merge(conditions(FOREIGN, "MigrationError", "SyncError"));
        assertThat(types(bare)).containsExactly(FOREIGN, "MigrationError", "SyncError");
        wavegates.merge(conditions(FOREIGN, "SyncError", "MigrationSkippedWarning")
                .replace("a message", "another message")
                .replace(message(FOREIGN, "another message"), message(FOREIGN, "a message"))
                .replace(message("SyncError", "another message"), message("SyncError", "a message")));
        assertThat(types(bare)).containsExactly(FOREIGN, "SyncError", "MigrationSkippedWarning");
        wavegates.merge(conditions(FOREIGN, "SyncError"));
        bare.merge(conditions());
        wavegates.merge(conditions("MigrationError"));
        wavegates.merge("{\"status\":{\"conditions\":null}}");

        assertThat(types(bare)).isEmpty();
        assertThat(bare.live().path("spec")).isEqualTo(before.path("spec"));
    }

    /** The budget that Kubernetes gives a policy is enough for the largest there are. */
    @Test
    void itJudgesAnApplicationOfThousandsOfResources(Lab lab) {
        Application large = Application.bare(lab.client(), NAMESPACE, "large");
        List<Map<String, String>> resources = IntStream.range(0, 12_000)
                .mapToObj(i -> Map.of(
                        "group",
                        "",
                        "version",
                        "v1",
                        "kind",
                        "ConfigMap",
                        "namespace",
                        "shop",
                        "name",
                        "settings-" + i))
                .toList();
        large.merge(Serialization.asJson(Map.of("status", Map.of("resources", resources))));

        large.by(wavegate).merge(conditions("MigrationError"));

        assertThat(types(large)).containsExactly("MigrationError");
        isRefused(
                () -> large.by(wavegate)
                        .merge(Serialization.asJson(
                                Map.of("status", Map.of("resources", resources.subList(1, 12_000))))),
                "status.resources");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "system:serviceaccount:wavegate-system:wavegate",
                "system:serviceaccount:elsewhere:wavegate",
                "system:serviceaccount:elsewhere:blue-wavegate-2",
                "system:serviceaccount:argocd:wavegate-hub"
            })
    void anInstallationUnderAnotherNameHasItToo(String user, Lab lab) {
        try (KubernetesClient its = lab.impersonating(user)) {
            isRefused(() -> synced.by(its).merge("{\"operation\":{\"sync\":{}}}"), "operation");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"system:serviceaccount:wavegate:somebody", "wavegate@example.com"})
    void everybodyElseIsLeftAlone(String user, Lab lab) {
        Application bare = Application.bare(lab.client(), NAMESPACE, "of-" + user.replaceAll("[:@]", "-"));
        try (KubernetesClient its = lab.impersonating(user)) {
            bare.by(its).merge("{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"operation\":{\"sync\":{}}}");
            bare.by(its).delete();
        }
        assertThat(bare.exists()).isFalse();
    }

    private static void isRefused(ThrowingCallable request, String what) {
        assertThatThrownBy(request)
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        refusal -> assertThat(refusal.getCode()).isEqualTo(HttpURLConnection.HTTP_FORBIDDEN))
                .hasMessageContaining(
                        "Wavegate changes nothing of an Application but its conditions MigrationError and MigrationSkippedWarning,"
                                + " and this request changes " + what);
    }

    private static String conditions(String... types) {
        List<String> conditions = new ArrayList<>();
        for (String type : types) {
            conditions.add(message(type, "a message"));
        }
        return "{\"status\":{\"conditions\":[%s]}}".formatted(String.join(",", conditions));
    }

    private static String message(String type, String message) {
        return "{\"type\":\"%s\",\"message\":\"%s\"}".formatted(type, message);
    }

    private static List<String> types(Application application) {
        return StreamSupport.stream(
                        application.live().path("status").path("conditions").spliterator(), false)
                .map(condition -> condition.path("type").asText())
                .toList();
    }
}
