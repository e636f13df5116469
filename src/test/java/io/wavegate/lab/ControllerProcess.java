package io.wavegate.lab;

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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A controller that is a process beside the cluster, found by its port, ended by a signal, with all the rights of its kubeconfig. The
 * native executable where one is {@linkplain Controller#executable() named}, else the JVM build.
 */
class ControllerProcess implements Controller {
    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");

    /** Much more than it needs (a second or two): the machine has two cores and may be building something. */
    private static final Duration START_DEADLINE = Duration.ofSeconds(90);

    private final Path kubeconfig;
    private final Path log;
    private final Map<String, String> environment;
    private final int port = freePort();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private @Nullable Process process;

    ControllerProcess(Path kubeconfig, Path log, Map<String, String> environment) {
        this.kubeconfig = kubeconfig;
        this.log = log;
        this.environment = environment;
    }

    @Override
    public void start() {
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
            ProcessBuilder builder = new ProcessBuilder(commandLine())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().put("KUBECONFIG", kubeconfig.toString());
            builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
            builder.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
            builder.environment().putAll(environment);
            Process started = builder.start();
            // Nobody's Ctrl-C reaches another session.
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
            process = started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void end(End end) {
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

    /** The process's id, while it runs. */
    synchronized long pid() {
        return Objects.requireNonNull(process).pid();
    }

    @Override
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    @Override
    public Path logFile() {
        return log;
    }

    private static List<String> commandLine() {
        Optional<Path> executable = Controller.executable();
        if (executable.isPresent()) {
            // As manifests/controller.yaml has it.
            return List.of(executable.get().toString(), "-Xmx64m", "-Xmn8m");
        }
        if (!Files.exists(JAR)) {
            throw new IllegalStateException(
                    JAR.toAbsolutePath() + " is missing: run the suite by ./mvnw verify, or package first.");
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // In a session of its own, which gets its processor time whatever else this machine has to do, as a cluster
        // gives a pod what it requests. The first compiler only: two cores carry the cluster, Argo CD and the tests as
        // well.
        return List.of(
                "setsid",
                Path.of("lab", "lab").toAbsolutePath().toString(),
                "first",
                java,
                "-XX:TieredStopAtLevel=1",
                "-jar",
                JAR.toAbsolutePath().toString());
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
