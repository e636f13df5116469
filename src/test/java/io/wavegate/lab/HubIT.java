package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.lab.Application.Retry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Argo CD in another cluster: a controller that may not touch Applications where it works reads and marks them through the hub's
 * kubeconfig, with the rights of manifests/hub. Both are the lab's API server, the one by a way on which Applications are refused.
 */
@LabTest
@Execution(ExecutionMode.SAME_THREAD)
class HubIT {
    private static final String HOOK = "migrate";
    private static final String HUB = "WAVEGATE_HUB_KUBECONFIG";
    private static final String DESTINATION = "WAVEGATE_HUB_DESTINATION";

    @Test
    void theHubsApplicationTellsTheRelease(Project project, Controller shared, @TempDir Path folder) {
        Path kubeconfig = folder.resolve("hub");
        writeKubeconfig(project.lab(), kubeconfig);
        withHub(project, shared, folder, Map.of(HUB, kubeconfig.toString()), controller -> {
            String revision = project.commit(
                    Retry.times(1),
                    "release 1",
                    project.hookJob(HOOK)
                            .script(trace("migrations", "once"), "exit 1")
                            .manifest(),
                    project.web("v1"));

            Application.Sync sync = project.application().awaitEnded(revision);

            assertThat(sync.phase()).isEqualTo("Failed");
            assertThat(sync.hook(HOOK).message()).startsWith("AlreadyFailed: ");
            assertThat(project.lines("migrations")).containsExactly("once");
            assertThat(project.recordOf(revision).getSpec().release().id())
                    .isEqualTo(project.application().uid() + "/" + sync.startedAt());
            assertThat(project.application().awaitCondition(Application.MIGRATION_ERROR))
                    .startsWith("%s/migrate: MigrationFailed: ".formatted(project.namespace()));
            assertThat(project.application().awaitEvent("MigrationFailed").getType())
                    .isEqualTo("Warning");
            assertThat(project.recordOf(revision).getStatus().verified()).isTrue();
        });
    }

    @Test
    void theHubsNameForThisClusterIsTheApplicationsOwn(Project project, Controller shared, @TempDir Path folder) {
        Path kubeconfig = folder.resolve("hub");
        writeKubeconfig(project.lab(), kubeconfig);
        withHub(
                project,
                shared,
                folder,
                Map.of(HUB, kubeconfig.toString(), DESTINATION, "https://kubernetes.default.svc"),
                controller -> {
                    project.commit(
                            "release 1", project.hookJob(HOOK).script("exit 1").manifest(), project.web("v1"));

                    project.application().awaitCondition(Application.MIGRATION_ERROR);

                    String repaired = project.commit(
                            "release 2", project.hookJob(HOOK).script("true").manifest(), project.web("v2"));
                    project.application().awaitEnded(repaired);
                    project.application().awaitNoCondition(Application.MIGRATION_ERROR);
                });
    }

    @Test
    void aHubThatCanNotBeAskedIsWaitedFor(Project project, Controller shared, @TempDir Path folder) {
        Path kubeconfig = folder.resolve("hub");
        withHub(project, shared, folder, Map.of(HUB, kubeconfig.toString()), controller -> {
            String revision = project.commit(
                    "release 1",
                    project.hookJob(HOOK).script(trace("migrations", "once")).manifest(),
                    project.web("v1"));
            Hook hook = project.awaitHook(HOOK);
            Await.until("the controller to say that there is no such file")
                    .until(() ->
                            controller.log().contains("WAVEGATE_HUB_KUBECONFIG=" + kubeconfig + " can not be read"));

            write(kubeconfig, """
                    apiVersion: v1
                    kind: Config
                    current-context: hub
                    """);
            Await.until("the controller to say that there is no such context")
                    .until(() -> controller.log().contains(kubeconfig + " has no context 'hub'"));
            writeKubeconfig(project.lab(), kubeconfig, "a-token-that-has-run-out");
            Await.until("the controller to say that the hub refuses it")
                    .until(() -> controller
                            .log()
                            .contains("the hub (WAVEGATE_HUB_KUBECONFIG=" + kubeconfig
                                    + ") can not be asked for Application argocd/" + project.namespace()));
            assertThat(hook.record()).isEmpty();
            assertThat(project.lines("migrations")).isEmpty();

            writeKubeconfig(project.lab(), kubeconfig);

            assertThat(project.application().awaitEnded(revision).phase()).isEqualTo("Succeeded");
            assertThat(project.recordOf(revision).getSpec().release().event()).isEqualTo("install");
        });
    }

    @Test
    void anApplicationForAnotherClusterIsNobodysHere(Project project, Controller shared, @TempDir Path folder) {
        Path kubeconfig = folder.resolve("hub");
        writeKubeconfig(project.lab(), kubeconfig);
        withHub(
                project,
                shared,
                folder,
                Map.of(HUB, kubeconfig.toString(), DESTINATION, "https://edge.example.org"),
                controller -> {
                    String revision = project.commit(
                            "release 1",
                            project.hookJob(HOOK)
                                    .script(trace("migrations", "once"), "exit 1")
                                    .manifest(),
                            project.web("v1"));

                    Hook hook = project.awaitHook(HOOK);

                    assertThat(hook.awaitVerdict().getSpec().release().id()).isEqualTo(hook.uid());
                    project.application().awaitEnded(revision);
                    Await.throughout(Duration.ofSeconds(3), "it to be told nothing", () -> {
                        assertThat(project.application().conditions(Application.MIGRATION_ERROR))
                                .isEmpty();
                        assertThat(hook.awaitRecord()).matches(run -> !Hook.isVerified(run));
                    });
                });
    }

    private static void withHub(
            Project project, Controller shared, Path folder, Map<String, String> settings, Consumer<Controller> test) {

        try (ApiServerProxy here = new ApiServerProxy(project.lab());
                Controller own = shared.through(here.kubeconfig(folder), settings)) {
            here.refuse(".*", "/applications(/|$)", HttpURLConnection.HTTP_FORBIDDEN, "Forbidden");
            here.refuse("POST", "/namespaces/argocd/events$", HttpURLConnection.HTTP_FORBIDDEN, "Forbidden");
            own.start();
            test.accept(own);
            Await.until("its locks to be given back")
                    .until(() -> project.locks().isEmpty());
        }
    }

    /** As docs/hub.md does it. */
    private static void writeKubeconfig(Lab lab, Path file) {
        lab.kubectl("apply", "-f", "manifests/hub/reader.yaml", "-f", "manifests/fence.yaml");
        String token = Await.until("the token of the hub's reader")
                .until(
                        () -> lab.kubectl(
                                "get", "secret", "wavegate-hub", "-n", "argocd", "-o", "jsonpath={.data.token}"),
                        encoded -> !encoded.isBlank());
        writeKubeconfig(lab, file, new String(Base64.getDecoder().decode(token.strip()), StandardCharsets.UTF_8));
    }

    private static void writeKubeconfig(Lab lab, Path file, String token) {
        String ca =
                lab.kubectl("get", "configmap", "kube-root-ca.crt", "-n", "argocd", "-o", "jsonpath={.data.ca\\.crt}");
        write(file, """
                apiVersion: v1
                kind: Config
                clusters: [{name: hub, cluster: {server: '%s', certificate-authority-data: %s}}]
                users: [{name: wavegate, user: {token: '%s'}}]
                contexts: [{name: hub, context: {cluster: hub, user: wavegate}}]
                current-context: hub
                """.formatted(
                        lab.client().getConfiguration().getMasterUrl(),
                        Base64.getEncoder().encodeToString(ca.getBytes(StandardCharsets.UTF_8)),
                        token));
    }

    /** In one step, as kubelet replaces a mounted Secret. */
    private static void write(Path file, String text) {
        try {
            Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), text);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
