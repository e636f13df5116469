package io.wavegate.lab;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A controller with settings of its own: verdicts for everybody, a log as JSON, and a thousand that wait. */
@LabTest
@Execution(ExecutionMode.SAME_THREAD)
class WaitersIT {
    private static final int WAITERS = 1_000;

    private static final int FIRST = 100;
    private static final long MOST_BYTES = 20_000_000;

    private static ApiServerProxy apiServer;
    private static ControllerProcess controller;

    @BeforeAll
    static void start(Lab lab, @TempDir Path folder) {
        apiServer = new ApiServerProxy(lab);
        controller = new ControllerProcess(
                apiServer.kubeconfig(folder),
                LabExtension.emptied(Path.of("target", "lab", "WaitersIT", "own"))
                        .resolve("controller.log"),
                Map.of("WAVEGATE_API_ANONYMOUS", "verdicts", "QUARKUS_LOG_CONSOLE_JSON_ENABLED", "true"));
        controller.start();
    }

    @AfterAll
    static void end() {
        controller.close();
        apiServer.close();
    }

    @Test
    void aThousandThatWaitCostLittle(Lab lab) {
        String token = lab.kubectl("create", "token", "default", "--namespace", "default")
                .strip();
        try (var clients = new Clients()) {
            // The first few load what all share, and the pools that answer grow to what so many at once need.
            List<CompletableFuture<HttpResponse<String>>> first = clients.wait(token, FIRST);
            awaitWaiters(FIRST);
            long before = memory();
            long threads = threads();
            int asked = apiServer.requests().size();

            List<CompletableFuture<HttpResponse<String>>> all = clients.wait(token, WAITERS);
            awaitWaiters(FIRST + WAITERS);
            long cost = memory() - before;
            long more = threads() - threads;
            System.out.printf(
                    "WaitersIT: %d long polls cost %.1f MB and %d threads%n", WAITERS, cost / 1_000_000.0, more);
            assertThat(cost).isLessThan(MOST_BYTES);
            assertThat(more).isLessThan(16);
            assertThat(apiServer.requests().stream().skip(asked).filter(request -> request.contains("reviews")))
                    .as("who asks is known for half a minute")
                    .hasSizeLessThan(50);

            // Each is answered, since its time is over.
            Stream.concat(first.stream(), all.stream())
                    .forEach(one -> assertThat(one.join().statusCode()).isEqualTo(504));
        }
        awaitWaiters(0);
    }

    @Test
    void whoHangsUpWaitsNoMore(Lab lab) {
        String token = lab.kubectl("create", "token", "default", "--namespace", "default")
                .strip();
        var clients = new Clients();
        var unused = clients.wait(token, 5);
        awaitWaiters(5);
        clients.close();
        awaitWaiters(0);
    }

    @Test
    void withoutATokenThereIsAVerdictAndNoWordOfTheLog(Lab lab) {
        try (Project project = project(lab, "anonymous")) {
            withoutAToken(project);
        }
    }

    private static void withoutAToken(Project project) {
        String failing = project.commit(
                "release 1",
                project.hookJob("migrate").script("echo secrets >&2", "exit 1").manifest(),
                project.web("v1"));
        project.application().awaitEnded(failing);
        String application = "/api/v1/applications/argocd/" + project.namespace();
        Await.until("the verdict").untilAsserted(() -> {
            String body = given().get(controller.uri(application))
                    .then()
                    .statusCode(424)
                    .body("reason", equalTo("MigrationFailed"))
                    .body("applications[0].message", nullValue())
                    .extract()
                    .asString();
            assertThat(body).doesNotContain("secrets");
        });
        String run = project.recordOf(failing).getMetadata().getName();
        String body = given().get(controller.uri("/api/v1/runs/" + project.namespace() + "/" + run))
                .then()
                .statusCode(200)
                .body("phase", equalTo("Failed"))
                .body("log", nullValue())
                .body("message", nullValue())
                .extract()
                .asString();
        assertThat(body).doesNotContain("secrets");
        Await.until("somebody who asks too often to be told so").untilAsserted(() -> {
            HttpClient many = HttpClient.newHttpClient();
            HttpRequest request =
                    HttpRequest.newBuilder(controller.uri(application)).build();
            List<CompletableFuture<Integer>> asked = IntStream.range(0, 60)
                    .mapToObj(i -> many.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                            .thenApply(HttpResponse::statusCode))
                    .toList();
            assertThat(asked.stream().map(CompletableFuture::join)).contains(429);
        });
    }

    @Test
    void aLineOfJsonForEachDecision(Lab lab) {
        try (Project project = project(lab, "json")) {
            tellsItsDecisions(project);
        }
    }

    private static void tellsItsDecisions(Project project) {
        Hook hook = project.create(project.hookJob("migrate").script("echo well"));
        hook.awaitComplete();
        Await.until("the decisions to be logged")
                .untilAsserted(() -> assertThat(decisions(project))
                        .extracting(line -> line.path("decision").asText())
                        .contains("Ask", "Open", "Start", "Admit", "Emit", "Conclude", "Show"));
        assertThat(decisions(project)).allSatisfy(line -> {
            assertThat(line.path("hook").asText()).isEqualTo("migrate");
            assertThat(line.path("run").asText()).startsWith("migrate-");
            assertThat(line.path("reason").asText()).isNotEmpty();
        });
        assertThat(decisions(project))
                .filteredOn(line -> line.path("decision").asText().equals("Emit"))
                .allSatisfy(line -> assertThat(line.path("release").asText()).isEqualTo(hook.uid()));
    }

    /** Not one that JUnit hands out, with which comes the controller that other tests share: the one of this class is to do the work. */
    private static Project project(Lab lab, String name) {
        return new Project(
                lab,
                "waiters-" + name + "-" + Long.toString(System.nanoTime(), 36),
                LabExtension.emptied(Path.of("target", "lab", "WaitersIT", name)));
    }

    private static List<JsonNode> decisions(Project project) {
        var json = new ObjectMapper();
        return controller
                .log()
                .lines()
                .map(line -> {
                    try {
                        return json.readTree(line).path("mdc");
                    } catch (IOException e) {
                        throw new UncheckedIOException("a line that is no JSON: " + line, e);
                    }
                })
                .filter(mdc -> mdc.path("namespace").asText().equals(project.namespace()))
                .toList();
    }

    private static void awaitWaiters(int count) {
        Await.until(count + " to wait")
                .untilAsserted(() -> assertThat(metric("wavegate_waiters")).isEqualTo(count));
    }

    private static double metric(String name) {
        return given().get(controller.uri("/q/metrics"))
                .asString()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** What is in use: of a JVM after a collection of garbage; of the native executable all that is not a file. */
    private static long memory() {
        String pid = Long.toString(controller.pid());
        if (Controller.executable().isPresent()) {
            try {
                return Files.readAllLines(Path.of("/proc", pid, "status")).stream()
                        .filter(line -> line.startsWith("RssAnon"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                        .sum();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        Command.run(
                        Path.of("."),
                        Map.of(),
                        Duration.ofSeconds(30),
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                        .toString(),
                                pid,
                                "GC.run"))
                .succeeded();
        return (long) metric("jvm_memory_used_bytes");
    }

    private static long threads() {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(controller.pid()), "task"))) {
            return tasks.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Many that wait for a commit that does not come, long enough for all of them to wait at once on a busy machine. */
    private static final class Clients implements AutoCloseable {
        private final List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
        private final HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

        List<CompletableFuture<HttpResponse<String>>> wait(String token, int count) {
            HttpRequest request = HttpRequest.newBuilder(
                            controller.uri("/api/v1/releases/0123456789012345678901234567890123456789?wait=60s"))
                    .header("Authorization", "Bearer " + token)
                    .build();
            List<CompletableFuture<HttpResponse<String>>> some = IntStream.range(0, count)
                    .mapToObj(i -> client.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
                    .toList();
            asked.addAll(some);
            return some;
        }

        @Override
        public void close() {
            asked.forEach(one -> one.cancel(true));
        }
    }
}
