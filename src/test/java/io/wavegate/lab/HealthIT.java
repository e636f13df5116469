package io.wavegate.lab;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.response.ValidatableResponse;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What Kubernetes and people learn from the health endpoints, when all is well and when it is not. */
@LabTest
@Execution(ExecutionMode.SAME_THREAD)
class HealthIT {
    private static final String LIVE = "/q/health/live";
    private static final String READY = "/q/health/ready";
    private static final String STARTED = "/q/health/started";

    private ApiServerProxy apiServer;
    private ControllerProcess controller;

    @BeforeEach
    void aControllerWithAWayOfItsOwnToTheApiServer(Lab lab, @TempDir Path folder) {
        apiServer = new ApiServerProxy(lab);
        controller = new ControllerProcess(
                apiServer.kubeconfig(folder), Path.of("target", "lab", "HealthIT", "controller.log"), Map.of());
    }

    @AfterEach
    void end() {
        controller.close();
        apiServer.close();
    }

    @Test
    void allIsUpWhenTheApiServerAnswers(Lab lab) {
        controller.start();

        isUp(LIVE);
        isUp(STARTED);
        isUp(READY).body(containsString(lab.client().getKubernetesVersion().getGitVersion()));
    }

    @Test
    void withoutAnApiServerItWaitsAliveAndSaysWhy() {
        apiServer.cut();
        controller.launch();

        awaitAnswer("the controller to be alive and to say what it waits for").untilAsserted(() -> {
            isUp(LIVE);
            isDown(READY).body(containsString("API server"));
        });
        Await.throughout(Duration.ofSeconds(8), "the controller to stay alive and wait", () -> {
            assertThat(controller.running()).isTrue();
            isUp(LIVE);
            isDown(READY).body(containsString("API server"));
        });

        apiServer.restore();
        Await.until("the controller to be ready").untilAsserted(() -> isUp(READY));
        isUp(STARTED);
    }

    @Test
    void anOutageOfTheApiServerMakesItUnreadyButDoesNotRestartIt() {
        controller.start();

        apiServer.cut();
        Await.until("the outage to be seen").untilAsserted(() -> isDown(READY).body(containsString("API server")));
        Await.throughout(Duration.ofSeconds(5), "the controller to stay alive", () -> {
            assertThat(controller.running()).isTrue();
            isUp(LIVE);
        });

        apiServer.restore();
        Await.until("the controller to be ready again").untilAsserted(() -> isUp(READY));
    }

    @Test
    void withoutItsResourceItSaysHowToInstallIt() {
        apiServer.refuse("GET", "^/apis/wavegate\\.io(/|$)", HttpURLConnection.HTTP_NOT_FOUND, "NotFound");
        apiServer.refuse(
                "GET",
                "/customresourcedefinitions/migrationruns\\.wavegate\\.io",
                HttpURLConnection.HTTP_NOT_FOUND,
                "NotFound");
        controller.launch();

        awaitAnswer("the controller to say what is missing").untilAsserted(() -> {
            isUp(LIVE);
            isDown(READY).body(containsString("migrationruns.wavegate.io")).body(containsString("kubectl apply"));
        });

        apiServer.forward();
        Await.until("the controller to be ready").untilAsserted(() -> isUp(READY));
    }

    @Test
    void anApiServerThatDropsManagedByIsNamed() {
        apiServer.answer(
                "GET",
                "^/version/?$",
                HttpURLConnection.HTTP_OK,
                "{\"major\":\"1\",\"minor\":\"31\",\"gitVersion\":\"v1.31.9\"}");
        controller.launch();

        awaitAnswer("the controller to say that the API server is too old").untilAsserted(() -> {
            isUp(LIVE);
            isDown(READY)
                    .body(containsString("1.31"))
                    .body(containsString("1.32"))
                    .body(containsString("managedBy"));
        });
    }

    /** A process that has just been started refuses connections for a moment. */
    private static ConditionFactory awaitAnswer(String what) {
        return Await.until(what).ignoreExceptionsInstanceOf(ConnectException.class);
    }

    private ValidatableResponse isUp(String path) {
        return is(path, HttpURLConnection.HTTP_OK, "UP");
    }

    private ValidatableResponse isDown(String path) {
        return is(path, HttpURLConnection.HTTP_UNAVAILABLE, "DOWN");
    }

    private ValidatableResponse is(String path, int code, String status) {
        return given().when().get(controller.uri(path)).then().statusCode(code).body("status", equalTo(status));
    }
}
