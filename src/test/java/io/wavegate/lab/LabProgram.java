package io.wavegate.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** One of the programs that the repository's own lab is made of, e.g. {@code kube-apiserver}: a process of this machine. */
record LabProgram(String name, Path pidFile) {
    private static final Path HERE = Path.of("").toAbsolutePath();

    /** Ends it as a machine that is lost does; {@link Lab#up} starts it again. */
    void kill() {
        ProcessHandle process = process();
        process.destroyForcibly();
        Await.until(name + " to be gone").until(() -> !process.isAlive());
    }

    /** It does nothing, and keeps its connections, until {@link #thaw}. */
    void freeze() {
        signal("STOP");
    }

    void thaw() {
        signal("CONT");
    }

    /** From now on it works only in between: what is asked of it in the other time waits. */
    Stutter stutter(Duration frozen, Duration thawed) {
        return new Stutter(this, frozen, thawed);
    }

    /** Ends, with the program thawed, when it is closed. */
    static final class Stutter implements AutoCloseable {
        private final LabProgram program;
        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        private final List<Future<?>> beats;

        private Stutter(LabProgram program, Duration frozen, Duration thawed) {
            this.program = program;
            long period = frozen.plus(thawed).toMillis();
            beats = List.of(
                    timer.scheduleAtFixedRate(program::freeze, 0, period, TimeUnit.MILLISECONDS),
                    timer.scheduleAtFixedRate(program::thaw, frozen.toMillis(), period, TimeUnit.MILLISECONDS));
        }

        /** Fails where it has ended by itself. */
        void isAtIt() {
            if (beats.stream().anyMatch(Future::isDone)) {
                throw new AssertionError(program.name() + " could not be frozen, or thawed, any more");
            }
        }

        @Override
        public void close() {
            timer.shutdown();
            beats.forEach(beat -> beat.cancel(false));
            Await.until("the last beat").until(timer::isTerminated);
            program.thaw();
        }
    }

    private void signal(String signal) {
        Command.run(
                        HERE,
                        Map.of(),
                        Duration.ofSeconds(10),
                        List.of(
                                "sh",
                                "-c",
                                "kill -%s %d".formatted(signal, process().pid())))
                .succeeded();
    }

    private ProcessHandle process() {
        try {
            long pid = Long.parseLong(Files.readString(pidFile, UTF_8).strip());
            return ProcessHandle.of(pid).orElseThrow(() -> new AssertionError(name + " does not run"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
