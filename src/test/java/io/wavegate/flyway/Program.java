package io.wavegate.flyway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that was started. */
final class Program {
    /** Much more than any of them takes, on a machine that is busy. */
    static final int DEADLINE_SECONDS = 240;

    private final List<String> command;
    private final Process process;
    private final Path out;
    private final Path err;

    private Program(List<String> command, Process process, Path out, Path err) {
        this.command = command;
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /**
     * How it ended.
     *
     * @param exit its exit code
     * @param out what it wrote to standard output
     * @param err what it wrote to standard error
     */
    record Ran(int exit, String out, String err) {
        Ran expect(int exit) {
            if (this.exit != exit) {
                throw new AssertionError(
                        "It ended with %d and not with %d:%n%s%n%s".formatted(this.exit, exit, out, err));
            }
            return this;
        }

        /** The engine's result: all that is on standard output. */
        JsonNode result() {
            try {
                return new ObjectMapper().readTree(out);
            } catch (JsonProcessingException e) {
                throw new AssertionError("No result, but:\n" + out + err, e);
            }
        }
    }

    /** Starts it with these variables, and none of Flyway's or Wavegate's of our own environment. */
    static Program start(List<String> command, Map<String, String> variables, Path folder) {
        try {
            Path out = Files.createTempFile("program", ".out");
            Path err = Files.createTempFile("program", ".err");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("FLYWAY_") || name.startsWith("WAVEGATE_"));
            builder.environment().putAll(variables);
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new Program(command, process, out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it and waits for its end. */
    static Ran run(List<String> command, Map<String, String> variables, Path folder) {
        return start(command, variables, folder).end();
    }

    /** What it has written to standard error so far. */
    String err() {
        return read(err);
    }

    /** SIGTERM. */
    Program terminate() {
        process.destroy();
        return this;
    }

    /** SIGKILL. */
    Program kill() {
        process.destroyForcibly();
        return this;
    }

    /** Waits for its end. */
    Ran end() {
        try {
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("%s did not end within %d s:%n%s%n%s"
                        .formatted(command, DEADLINE_SECONDS, read(out), read(err)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + command + " ran", e);
        }
        var ran = new Ran(process.exitValue(), read(out), read(err));
        try {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ran;
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
