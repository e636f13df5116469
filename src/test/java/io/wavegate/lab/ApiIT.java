package io.wavegate.lab;

import static io.restassured.RestAssured.given;
import static io.wavegate.lab.HookJob.waitFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.wavegate.api.Names;
import io.wavegate.api.Reason;
import io.wavegate.install.MetricsPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What pipelines and people learn over HTTP, with tokens of Kubernetes and without one. */
@LabTest
class ApiIT {
    private static final String HOOK = "migrate";
    private static final String PROBLEM = "column sku contains null values";
    private static final Pattern SCRIPT = Pattern.compile("(?s)\\n( +)(?:run: \\||- \\|)\\n(.*?)\\n```");

    /** The scripts of docs/ci.md, as they stand there, started before the commit is pushed. */
    @Test
    void theRecipesOfThePipelines(Project project, Controller controller) throws IOException {
        String first = project.commit("release 1", hook(project, "echo well"), project.web("v1"));
        assertThat(project.application().awaitEnded(first).phase()).isEqualTo("Succeeded");
        String token = project.token("ci");
        Repository.Clone clone = project.cloned();

        String failing =
                clone.commit("release 2", hook(project, "echo '" + PROBLEM + "' >&2", "exit 1"), project.web("v2"));
        var told = recipes()
                .map(script -> pipeline(project, controller, script, failing, token))
                .toList();
        clone.push();
        project.application().refresh();
        for (CompletableFuture<Command> one : told) {
            Command ended = one.join();
            assertThat(ended.exitCode()).as(ended.output()).isEqualTo(1);
            assertThat(ended.output())
                    .contains("\"status\":424", Reason.MigrationFailed.name(), PROBLEM)
                    .contains("The requested URL returned error: 424");
        }
        // The pipeline that comes late has the same answer.
        release(controller, failing, token)
                .statusCode(424)
                .contentType("application/problem+json")
                .body("reason", equalTo(Reason.MigrationFailed.name()))
                .body("applications[0].status", equalTo("failed"))
                .body("applications[0].hooks[0].message", containsString(PROBLEM));

        String repaired = clone.commit("release 3", hook(project, "echo well again"), project.web("v3"));
        told = recipes()
                .map(script -> pipeline(project, controller, script, repaired, token))
                .toList();
        clone.push();
        project.application().refresh();
        for (CompletableFuture<Command> one : told) {
            assertThat(one.join().succeeded()).contains("\"status\":\"migrated\"", repaired);
        }
        release(controller, repaired, token).statusCode(200);
        // Unnamed: it is for the one Application whose source shows it.
        as(token)
                .get(controller.uri("/api/v1/releases/" + repaired))
                .then()
                .statusCode(200)
                .body("applications", hasSize(1))
                .body("applications[0].name", equalTo(project.namespace()));
        as(token)
                .get(controller.uri("/api/v1/applications/argocd/" + project.namespace()))
                .then()
                .statusCode(200)
                .body("status", equalTo("migrated"))
                .body("hooks[0].phase", equalTo("Succeeded"));
        // The commit that failed has failed, whatever came after it.
        release(controller, failing, token).statusCode(424);
    }

    @Test
    void aCommitThatDoesNotComeAndOneThatIsUnderWay(Project project, Controller controller) {
        String first = project.commit("release 1", hook(project, waitFor("go")), project.web("v1"));
        project.application().awaitWaitingForHook(first, HOOK);
        String token = project.token("ci");
        String named = "?applications=argocd/" + project.namespace();

        Await.until("the first commit to be under way")
                .untilAsserted(() -> as(token)
                        .get(controller.uri("/api/v1/releases/" + first + named))
                        .then()
                        .statusCode(202)
                        .body("status", equalTo("running")));
        Await.until("the Application to be running")
                .untilAsserted(() -> as(token)
                        .get(controller.uri("/api/v1/applications/argocd/" + project.namespace()))
                        .then()
                        .statusCode(202));
        as(token)
                .get(controller.uri("/api/v1/releases/" + first + named + "&wait=1s"))
                .then()
                .statusCode(504)
                .contentType("application/problem+json")
                .body("detail", containsString("under way"));
        String unknown = "0123456789012345678901234567890123456789";
        as(token).get(controller.uri("/api/v1/releases/" + unknown)).then().statusCode(404);
        as(token)
                .get(controller.uri("/api/v1/releases/" + unknown + "?wait=1s"))
                .then()
                .statusCode(504)
                .body("detail", containsString("No Application has shown commit"));
        project.open("go");
        project.application().awaitEnded(first);
    }

    @Test
    void aNewerCommitOvertakesOne(Project project, Controller controller) {
        String first = project.commit("release 1", hook(project, "echo well"), project.web("v1"));
        project.application().awaitEnded(first);
        project.application().byHandOnly();
        String token = project.token("ci");
        String second = project.commitOnly("release 2", hook(project, "echo 2"), project.web("v2"));
        var waiting = CompletableFuture.supplyAsync(() -> as(token)
                .get(controller.uri(
                        "/api/v1/releases/%s?wait=2m&applications=argocd/%s".formatted(second, project.namespace()))));
        project.application().refresh();
        Await.until("the second commit to be known")
                .untilAsserted(() -> release(controller, second, token).statusCode(202));
        String third = project.commitOnly("release 3", hook(project, "echo 3"), project.web("v3"));
        project.application().refresh();

        waiting.join().then().statusCode(409).body("detail", containsString("newer commit"));
        project.application().syncByHand();
        Await.until("the third commit to be told")
                .untilAsserted(() -> release(controller, third, token).statusCode(200));
    }

    @Test
    void whoMaySeeWhat(Project project, Controller controller) {
        String failing =
                project.commit("release 1", hook(project, "echo '" + PROBLEM + "' >&2", "exit 1"), project.web("v1"));
        project.application().awaitEnded(failing);
        String token = project.token("ci");
        project.kubectl("create", "serviceaccount", "stranger");
        String stranger = project.newToken("stranger");
        String run = project.recordOf(failing).getMetadata().getName();
        String application = "/api/v1/applications/argocd/" + project.namespace();
        String one = "/api/v1/runs/" + project.namespace() + "/" + run;

        Await.until("the Application to confirm its hook")
                .untilAsserted(() -> as(token)
                        .get(controller.uri(application))
                        .then()
                        .statusCode(424)
                        .body("detail", containsString(PROBLEM)));
        as(token).get(controller.uri(one)).then().statusCode(200).body("log", equalTo(PROBLEM));
        as(token)
                .get(controller.uri("/api/v1/runs?namespace=" + project.namespace()))
                .then()
                .statusCode(200)
                .body("runs.name", equalTo(List.of(run)))
                .body("runs.log", everyItem(nullValue()));
        as(token)
                .get(controller.uri("/api/v1/runs"))
                .then()
                .statusCode(403)
                .body("detail", containsString("?namespace="));
        as(token)
                .get(controller.uri("/api/v1/runs/" + project.namespace() + "/none"))
                .then()
                .statusCode(404);
        for (String path : List.of(application, one, "/api/v1/runs", "/api/v1/runs?namespace=" + project.namespace())) {
            as(stranger).get(controller.uri(path)).then().statusCode(403).contentType("application/problem+json");
            as("forged").get(controller.uri(path)).then().statusCode(401);
            given().get(controller.uri(path))
                    .then()
                    .statusCode(401)
                    .header("WWW-Authenticate", "Bearer")
                    .contentType("application/problem+json")
                    .body("detail", containsString("kubectl create token"));
        }
        assertThat(controller.log()).doesNotContain(token).doesNotContain(stranger);
    }

    /** There is nobody whose right could be asked: any token of the cluster is told how it stands, and no more. */
    @Test
    void ofAnApplicationWithoutRunsIsToldHowItStands(Project project, Controller controller) {
        Deployment broken = project.web("v1");
        broken.getSpec().setReplicas(-1);
        String failing = project.commit("release 1", broken);
        assertThat(project.application().awaitEnded(failing).phase()).isEqualTo("Failed");
        project.kubectl("create", "serviceaccount", "stranger");

        for (String token : List.of(project.token("ci"), project.newToken("stranger"))) {
            Await.until("the failed sync to be told")
                    .untilAsserted(() -> as(token)
                            .get(controller.uri(
                                    "/api/v1/releases/" + failing + "?applications=argocd/" + project.namespace()))
                            .then()
                            .statusCode(424)
                            .body("reason", equalTo("SyncFailed"))
                            .body("detail", containsString("argocd app get"))
                            .body("applications[0].message", nullValue())
                            .body("applications[0].revisions", nullValue()));
        }
    }

    /** Whatever it is called: all namespaces are asked for without a name. */
    @Test
    void aRightInANamespaceIsNoneInAll(Project project, Controller controller) {
        try (var tenant = new Project(project.lab(), "null", project.folder().resolve("tenant"))) {
            String token = tenant.token("ci");
            as(token).get(controller.uri("/api/v1/runs?namespace=null")).then().statusCode(200);
            as(token).get(controller.uri("/api/v1/runs")).then().statusCode(403);
        }
    }

    /** Another tenant writes this Application's tracking id on a hook of theirs; TenantsIT shows that nothing is marked. */
    @Test
    void aForgedTrackingIdFailsNobodyHere(Project project, Controller controller) {
        String first = project.commit("release 1", hook(project, "echo well"), project.web("v1"));
        project.application().awaitEnded(first);
        String token = project.token("ci");
        Await.until("the first commit to be told")
                .untilAsserted(() -> release(controller, first, token).statusCode(200));
        String theirs = project.namespace() + "-b";
        try (var tenant = new Project(project.lab(), theirs, project.folder().resolve("tenant"))) {
            tenant.create(tenant.hookJob("forged")
                            .script("exit 1")
                            .annotation(
                                    Names.TRACKING_ID, "%s:batch/Job:%s/forged".formatted(project.namespace(), theirs)))
                    .awaitFailed();
            Await.throughout(Duration.ofSeconds(3), "nothing to be told", () -> {
                as(token)
                        .get(controller.uri("/api/v1/applications/argocd/" + project.namespace()))
                        .then()
                        .statusCode(200)
                        .body("hooks", hasSize(1));
                release(controller, first, token).statusCode(200);
                assertThat(given().get(controller.uri("/q/metrics")).asString()).doesNotContain(theirs);
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "releases/abc?wait=soon, wait='soon' is no duration",
        "releases/abc?wait=31m, at most 30m",
        "releases/abc?applications=Argo/CD, is no name that Kubernetes knows",
        "releases/%24rm, neither a commit nor a version",
        "applications/argocd/..%2f, is no name that Kubernetes knows",
        "runs?namespace=A_B, is no name that Kubernetes knows"
    })
    void aBadQuestionGetsASentence(String path, String sentence, Lab lab, Controller controller) {
        given().urlEncodingEnabled(false)
                .header(
                        "Authorization",
                        "Bearer "
                                + lab.kubectl("create", "token", "default", "--namespace", "default")
                                        .strip())
                .get(controller.uri("/api/v1/" + path))
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("detail", containsString(sentence));
    }

    @Test
    void itsDocumentAndNoPageInProduction(Controller controller) {
        given().get(controller.uri("/q/openapi"))
                .then()
                .statusCode(200)
                .body(containsString("/api/v1/releases/{commit}"))
                .body(containsString("MigrationFailed"));
        given().get(controller.uri("/q/swagger-ui/")).then().statusCode(404);
    }

    @Test
    void everyMetricOfThePageIsTold(Project project, Controller controller) throws IOException {
        project.create(project.hookJob("good").script("echo well")).awaitComplete();
        project.create(project.hookJob("bad").script("exit 1")).awaitFailed();
        List<MetricsPage.Metric> page = MetricsPage.metrics();
        assertThat(page).hasSizeGreaterThan(10);
        Await.until("the metrics").untilAsserted(() -> {
            String metrics = given().get(controller.uri("/q/metrics")).asString();
            for (MetricsPage.Metric metric : page) {
                // Those two have no series before there is an Application to count.
                if (!List.of("wavegate_applications", "wavegate_skipped_total").contains(metric.name())) {
                    assertThat(metrics)
                            .containsPattern(
                                    "# TYPE " + metric.name().replaceAll("_total$", "(_total)?") + " " + metric.kind());
                }
            }
            assertThat(metrics).contains("wavegate_leading 1");
            assertThat(metrics)
                    .contains("wavegate_runs_total{namespace=\"%s\",reason=\"Migrated\",verdict=\"Succeeded\"} 1.0"
                            .formatted(project.namespace()))
                    .contains("wavegate_runs_total{namespace=\"%s\",reason=\"MigrationFailed\",verdict=\"Failed\"} 1.0"
                            .formatted(project.namespace()));
        });
    }

    private static ValidatableResponse release(Controller controller, String commit, String token) {
        return as(token).get(controller.uri("/api/v1/releases/" + commit)).then();
    }

    private static RequestSpecification as(String token) {
        return given().header("Authorization", "Bearer " + token);
    }

    private static Stream<String> recipes() {
        try {
            Matcher scripts = SCRIPT.matcher(Files.readString(Path.of("docs", "ci.md")));
            List<String> found =
                    scripts.results().map(one -> one.group(2).stripIndent()).toList();
            assertThat(found).as("the scripts of GitHub Actions and GitLab CI").hasSize(2);
            return found.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CompletableFuture<Command> pipeline(
            Project project, Controller controller, String script, String commit, String token) {
        String here = controller.uri("").toString();
        String applications = "applications=argocd/" + project.namespace();
        return CompletableFuture.supplyAsync(() -> Command.run(
                Path.of("."),
                Map.of(
                        "WAVEGATE_TOKEN", token,
                        "CI_COMMIT_SHA", commit,
                        "ASK", here + "/api/v1/releases/" + commit + "?wait=10m&" + applications),
                Duration.ofMinutes(3),
                List.of(
                        "bash",
                        "-c",
                        script.replace("https://wavegate.example.com", here)
                                .replace("applications=argocd/shop", applications))));
    }

    private static HasMetadata hook(Project project, String... script) {
        return project.hookJob(HOOK)
                .script(script)
                .deletePolicy("before-hook-creation")
                .manifest();
    }
}
