package io.wavegate.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * argocd/notifications in Argo CD's own engine: what its command line makes of the triggers and the texts, and what its notifications
 * controller sends. Also argocd/health.
 */
@LabTest
class NotificationsIT {
    private static final String NAMESPACE =
            "notifications-" + Integer.toHexString(ThreadLocalRandom.current().nextInt(0x100000, 0x1000000));
    private static final String REASON =
            "shop/migrate: MigrationFailed: job/migrate-ab12c exited with 1. Mend the migration and push a new"
                    + " commit: \"nothing\" else helps. Last log lines: <class 'django.db.utils.IntegrityError'> & more"
                    + " (migrationrun/migrate-ab12c)";
    private static final String AGAIN =
            "shop/migrate: DeadlineExceeded: the migration took too long. (migrationrun/migrate-cd34e)";
    private static final String SKIPPED =
            "Revision 798f5f6 was deployed by a self-heal, and Argo CD runs no hook in one: the migration of"
                    + " shop/migrate was not run. The last that succeeded was of 2206e48 (migrationrun/migrate-ab12c).";

    private Path folder;
    private Path configuration;

    /** Argo CD's own ConfigMap with the component of this repository, as Kustomize makes it. */
    @BeforeEach
    void configure(Lab lab, @TempDir Path folder) throws IOException {
        this.folder = folder;
        configuration = kustomized(lab, folder, "http://127.0.0.1:9/");
    }

    @BeforeAll
    static void namespace(Lab lab) {
        lab.kubectl("create", "namespace", NAMESPACE);
    }

    @AfterAll
    static void clean(Lab lab) {
        lab.kubectl("delete", "namespace", NAMESPACE, "--wait=false");
    }

    @ParameterizedTest
    @CsvSource({
        "on-migration-failed,  MigrationError,          true",
        "on-migration-failed,  MigrationSkippedWarning, false",
        "on-migration-failed,  SyncError,               false",
        "on-migration-failed,  ,                        false",
        "on-migration-skipped, MigrationSkippedWarning, true",
        "on-migration-skipped, MigrationError,          false",
        "on-migration-skipped, ,                        false"
    })
    void aTriggerFiresWhereItsConditionIs(String trigger, @Nullable String type, boolean fires, Lab lab)
            throws IOException {
        String output = notifications(lab, "trigger", "run", trigger, application(type, REASON));

        assertThat(output.lines().map(line -> line.replaceAll(" +", " ").strip()))
                .as(output)
                .anyMatch(line -> line.endsWith(" " + fires))
                .noneMatch(line -> line.endsWith(" " + !fires));
    }

    @Test
    void aTriggerDoesNotFailBeforeTheFirstSync(Lab lab) throws IOException {
        String file = write("new.yaml", Map.of("metadata", Map.of("name", "shop", "namespace", NAMESPACE)));

        assertThat(notifications(lab, "trigger", "run", "on-migration-failed", file))
                .contains("false")
                .doesNotContain("true");
    }

    @ParameterizedTest
    @CsvSource({"migration-failed, MigrationError", "migration-skipped, MigrationSkippedWarning"})
    void theTextQuotesTheReason(String template, String type, Lab lab) throws IOException {
        String output = notifications(lab, "template", "notify", template, application(type, REASON));

        assertThat(output)
                .contains(
                        REASON,
                        "\n  https://argocd.example.com/applications/" + NAMESPACE + "/shop\n",
                        "\"title_link\": \"https://argocd.example.com/applications/" + NAMESPACE + "/shop\",")
                .doesNotContain("<no value>", "another reason");
    }

    /** As Argo CD comes: its ConfigMap is empty. */
    @Test
    void withoutAnAddressOfArgoCdThereIsNoLink(Lab lab) throws IOException {
        Files.writeString(configuration, Files.readString(configuration).replaceAll("(?m)^  context: .*\\R", ""));

        assertThat(notifications(lab, "template", "notify", "migration-failed", application("MigrationError", REASON)))
                .contains(REASON, "\"title\": \"Migration of shop failed\"")
                .doesNotContain("no value", "nil", "/applications/", "title_link");
    }

    /** It sends to a web server of this test. A condition that stays is told once, whatever else changes; the next failure is told too. */
    @Test
    void theControllerSendsEachFailureOnce(Lab lab) throws IOException {
        List<String> received = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            received.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        Path its = kustomized(
                lab,
                folder.resolve("its"),
                "http://127.0.0.1:" + server.getAddress().getPort() + "/");
        lab.kubectl("apply", "--namespace", NAMESPACE, "--filename", its.toString());
        lab.kubectl("create", "secret", "generic", "argocd-notifications-secret", "--namespace", NAMESPACE);
        Application shop = Application.bare(lab.client(), NAMESPACE, "shop");
        shop.merge("""
                {"metadata": {"annotations": {"notifications.argoproj.io/subscribe.on-migration-failed.test": "",
                                              "notifications.argoproj.io/subscribe.on-migration-skipped.test": ""}}}
                """);
        Process controller = controller(lab);
        try {
            shop.merge(marked("MigrationError", REASON, "2026-01-01T00:00:00Z"));
            awaitTold("the first failure", 1, received, shop);
            shop.merge("{\"metadata\":{\"labels\":{\"team\":\"shop\"}}}");
            shop.merge("{\"status\":{\"conditions\":null}}");
            shop.merge(marked("MigrationError", REASON, "2026-01-01T00:30:00Z"));
            shop.merge(marked("MigrationError", AGAIN, "2026-01-01T01:00:00Z"));
            awaitTold("the second failure", 2, received, shop);
            shop.merge(marked("MigrationSkippedWarning", SKIPPED, "2026-01-01T02:00:00Z"));
            awaitTold("the skipped hook", 3, received, shop);
            shop.merge(marked("MigrationSkippedWarning", SKIPPED, "2026-01-01T03:00:00Z"));
            shop.merge(marked("MigrationError", AGAIN + " " + REASON, "2026-01-01T04:00:00Z"));
            awaitTold("both failures", 4, received, shop);

            assertThat(once(shop))
                    .containsExactlyInAnyOrder(
                            "migrate-ab12c", "migrate-cd34e", "migrate-cd34e,migrate-ab12c", SKIPPED);
            assertThat(received)
                    .satisfiesExactly(
                            text -> assertThat(text).contains("The migration of shop failed", REASON),
                            text -> assertThat(text).contains("The migration of shop failed", AGAIN),
                            text -> assertThat(text).contains("went out without its migration", SKIPPED),
                            text -> assertThat(text).contains("The migration of shop failed", AGAIN + " " + REASON));
        } finally {
            controller.destroy();
            Await.until("the notifications controller to end").until(() -> !controller.isAlive());
            server.stop(0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Succeeded, STATUS: Healthy",
        "Failed,    STATUS: Degraded",
        "Running,   STATUS: Progressing",
        "Waiting,   STATUS: Progressing",
        ",          STATUS: Progressing"
    })
    void recordsHaveAHealth(@Nullable String phase, String health, Lab lab) throws IOException {
        Map<String, Object> record = new LinkedHashMap<>(
                Map.of("apiVersion", "wavegate.io/v1alpha1", "kind", "MigrationRun", "metadata", Map.of("name", "r")));
        if (phase != null) {
            record.put("status", Map.of("phase", phase, "message", "what happened"));
        }

        assertThat(argocd(
                        lab,
                        "settings",
                        "resource-overrides",
                        "health",
                        write("record.yaml", record),
                        "--argocd-cm-path",
                        Path.of("argocd/health/migrationrun.yaml")
                                .toAbsolutePath()
                                .toString()))
                .contains(health, phase == null ? "waiting for Wavegate" : "MESSAGE: what happened");
    }

    /** It sends first and notes then: a change that comes in between has it send the same again. */
    private static void awaitTold(String what, int times, List<String> received, Application application) {
        Await.until(what + " to be told").until(() -> received.size() >= times);
        Await.until(what + " to be noted as told")
                .untilAsserted(() -> assertThat(once(application)).hasSize(times));
    }

    /** What Argo CD notes of each thing that it has told, to tell it once; nothing before the first. */
    private static List<String> once(Application application) {
        JsonNode noted =
                application.live().path("metadata").path("annotations").path("notified.notifications.argoproj.io");
        if (noted.isMissingNode()) {
            return List.of();
        }
        JsonNode notified = Serialization.unmarshal(noted.asText(), JsonNode.class);
        List<String> keys = new ArrayList<>();
        notified.fieldNames().forEachRemaining(key -> keys.add(key.replaceAll(":on-migration-.*", "")));
        return keys;
    }

    private Process controller(Lab lab) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                lab.executable("argocd-notifications"),
                "--kubeconfig",
                lab.kubeconfig().toString(),
                "--namespace",
                NAMESPACE,
                "--argocd-repo-server",
                "127.0.0.1:8081",
                "--argocd-repo-server-plaintext",
                "--metrics-port",
                Integer.toString(freePort()));
        Path log = Path.of("target", "lab", "NotificationsIT", "argocd-notifications.log");
        Files.createDirectories(log.getParent());
        return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Path kustomized(Lab lab, Path folder, String webhook) throws IOException {
        Path component = Files.createDirectories(folder.resolve("notifications"));
        for (String file : List.of("kustomization.yaml", "migrations.yaml")) {
            Files.copy(Path.of("argocd", "notifications", file), component.resolve(file));
        }
        Files.writeString(folder.resolve("argocd.yaml"), """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: argocd-notifications-cm}
                data:
                  context: "argocdUrl: https://argocd.example.com"
                  service.webhook.test: "url: %s"
                """.formatted(webhook));
        Files.writeString(folder.resolve("kustomization.yaml"), """
                resources: [argocd.yaml]
                components: [notifications]
                """);
        Path made = folder.resolve("made.yaml");
        Files.writeString(made, lab.kubectl("kustomize", folder.toString()));
        return made;
    }

    private String application(@Nullable String type, String message) throws IOException {
        List<Map<String, String>> conditions = new ArrayList<>();
        conditions.add(Map.of("type", "OrphanedResourceWarning", "message", "another reason"));
        if (type != null) {
            conditions.add(Map.of("type", type, "message", message, "lastTransitionTime", "2026-01-01T00:00:00Z"));
        }
        return write(
                "application.yaml",
                Map.of(
                        "metadata", Map.of("name", "shop", "namespace", NAMESPACE),
                        "spec", Map.of("project", "default"),
                        "status", Map.of("conditions", conditions)));
    }

    private static String marked(String type, String message, String since) {
        return Serialization.asJson(Map.of(
                "status",
                Map.of("conditions", List.of(Map.of("type", type, "message", message, "lastTransitionTime", since)))));
    }

    private String write(String name, Map<String, Object> object) {
        Map<String, Object> whole =
                new LinkedHashMap<>(Map.of("apiVersion", "argoproj.io/v1alpha1", "kind", "Application"));
        whole.putAll(object);
        try {
            Path file = folder.resolve(name);
            Files.writeString(file, Serialization.asYaml(whole));
            return file.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String notifications(Lab lab, String... arguments) {
        List<String> line = new ArrayList<>(List.of("notifications"));
        line.addAll(List.of(arguments));
        line.addAll(List.of("--config-map", configuration.toString(), "--secret", ":empty", "--namespace", NAMESPACE));
        return argocd(lab, line.toArray(String[]::new));
    }

    private static String argocd(Lab lab, String... arguments) {
        List<String> line = new ArrayList<>(List.of(lab.executable("argocd"), "admin"));
        line.addAll(List.of(arguments));
        return Command.run(Path.of("").toAbsolutePath(), lab.environment(), Duration.ofMinutes(1), line)
                .succeeded();
    }
}
