package io.wavegate.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The controller under test as users run it: a process of its own, found by its port, ended by a signal. The JVM build, or the native
 * executable that the system property {@value #EXECUTABLE} names. All starts of one controller append to one log.
 */
final class Controller implements AutoCloseable {
    private static final String EXECUTABLE = "wavegate.executable";
    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");

    /** Much more than it needs (a second or two): the machine has two cores and may be building something. */
    private static final Duration START_DEADLINE = Duration.ofSeconds(90);

    /** Kubernetes gives a pod 30 s between SIGTERM and SIGKILL. */
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(30);

    private final Path kubeconfig;
    private final Path log;
    private final int port = freePort();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private @Nullable Process process;

    Controller(Path kubeconfig, Path log) {
        this.kubeconfig = kubeconfig;
        this.log = log;
    }

    /** Another controller, not started yet, that finds its cluster by another kubeconfig and logs beside this one. */
    Controller through(Path otherKubeconfig) {
        return new Controller(otherKubeconfig, log);
    }

    /** How a controller is brought to an end. */
    enum End {
        /** What a rolling update of the controller does. */
        SIGTERM,
        /** What a lost node or the out-of-memory killer does. */
        SIGKILL
    }

    /** Starts it, unless it runs, and waits until it is ready. */
    void start() {
        launch();
        Await.within(START_DEADLINE, "the controller to be ready, its log is " + log)
                .failFast(this::failWhenDead)
                .untilAsserted(() -> {
                    if (status("/q/health/ready") != 200) {
                        throw new AssertionError("not ready: " + body("/q/health/ready"));
                    }
                });
    }

    /** Starts it, unless it runs, and waits for nothing. */
    synchronized void launch() {
        if (running()) {
            return;
        }
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            Map<String, String> environment = new HashMap<>();
            environment.put("KUBECONFIG", kubeconfig.toString());
            environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
            environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
            ProcessBuilder builder = new ProcessBuilder(commandLine())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized void end(End end) {
        Process running = process;
        if (running == null) {
            return;
        }
        if (end == End.SIGTERM) {
            running.destroy();
        } else {
            running.destroyForcibly();
        }
        try {
            if (!running.waitFor(STOP_DEADLINE.toMillis(), MILLISECONDS)) {
                running.destroyForcibly();
                throw new AssertionError("The controller was still running %s after %s.".formatted(STOP_DEADLINE, end));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the controller stopped", e);
        }
        process = null;
    }

    synchronized boolean running() {
        return process != null && process.isAlive();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    String log() {
        try {
            return Files.exists(log) ? Files.readString(log, UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        end(End.SIGTERM);
    }

    private static List<String> commandLine() {
        String executable = System.getProperty(EXECUTABLE, "");
        if (!executable.isEmpty()) {
            return List.of(Path.of(executable).toAbsolutePath().toString());
        }
        if (!Files.exists(JAR)) {
            throw new IllegalStateException(
                    JAR.toAbsolutePath() + " is missing: run the suite by ./mvnw verify, or package first.");
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // The first compiler only: two cores carry the cluster, Argo CD and the tests as well.
        return List.of(
                java, "-XX:TieredStopAtLevel=1", "-jar", JAR.toAbsolutePath().toString());
    }

    private void failWhenDead() {
        if (!running()) {
            throw new AssertionError("The controller has exited. Its log ends with:\n" + lastLines());
        }
    }

    private String lastLines() {
        List<String> lines = log().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    private int status(String path) {
        try {
            return get(path).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    private String body(String path) {
        try {
            return get(path).body();
        } catch (IOException e) {
            return String.valueOf(e);
        }
    }

    private HttpResponse<String> get(String path) throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(5)).build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking " + path, e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
