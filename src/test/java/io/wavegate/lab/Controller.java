package io.wavegate.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The controller under test as users run it. Where the system property {@value #EXECUTABLE} names the native executable, the one that
 * tests share is the {@link InstalledController}; without it, it is a {@link ControllerProcess} of the JVM build. All starts of one
 * controller append to one log.
 */
interface Controller extends AutoCloseable {
    String EXECUTABLE = "wavegate.executable";

    /** Kubernetes gives a pod 30 s between SIGTERM and SIGKILL. */
    Duration STOP_DEADLINE = Duration.ofSeconds(30);

    /** How a controller is brought to an end. */
    enum End {
        /** What a rolling update of the controller does. */
        SIGTERM,
        /** What a lost node or the out-of-memory killer does. */
        SIGKILL
    }

    /** The one that tests share, not started yet. */
    static Controller underTest(Lab lab, Path log) {
        return executable()
                .<Controller>map(executable -> new InstalledController(lab, executable, log))
                .orElseGet(() -> new ControllerProcess(lab.kubeconfig(), log, Map.of()));
    }

    /** The native executable under test, if it is not the JVM build. */
    static Optional<Path> executable() {
        return Optional.ofNullable(System.getProperty(EXECUTABLE))
                .filter(path -> !path.isEmpty())
                .map(path -> Path.of(path).toAbsolutePath());
    }

    /** Starts it, unless it runs, and waits until it is ready for work. */
    void start();

    /** Ends it, if it runs; nothing of it is left when this returns. */
    void end(End end);

    /** From now on it may end by itself, as it does when the API server is away and its Lease is lost; its pod starts it anew. */
    default void mayEndByItself() {}

    /** Where it answers over HTTP; of several, the one at work. */
    URI uri(String path);

    /** Where it leaves what it prints. */
    Path logFile();

    /** What it has printed since its first start. */
    default String log() {
        try {
            return Files.exists(logFile()) ? Files.readString(logFile(), UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Another controller in the place of this one, which ends now and is started again when the other is closed. The other is not
     * started yet: a process that finds its cluster by this kubeconfig and logs beside this one.
     */
    default ControllerProcess through(Path kubeconfig) {
        return through(kubeconfig, Map.of());
    }

    /** The same with more environment, by which an administrator sets what is not the default. */
    default ControllerProcess through(Path kubeconfig, Map<String, String> environment) {
        end(End.SIGTERM);
        return new ControllerProcess(kubeconfig, logFile(), environment) {
            @Override
            public void close() {
                try {
                    super.close();
                } finally {
                    Controller.this.start();
                }
            }
        };
    }

    @Override
    default void close() {
        end(End.SIGTERM);
    }
}
