package io.wavegate.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A program that was run to its end: its command line, how it ended and what it printed (standard output and errors, in the order they came). */
record Command(List<String> line, int exitCode, String output) {

    static Command run(Path folder, Map<String, String> environment, Duration deadline, List<String> line) {
        return run(folder, environment, deadline, "", line);
    }

    static Command run(
            Path folder, Map<String, String> environment, Duration deadline, String input, List<String> line) {
        try {
            Path output = Files.createTempFile("command", ".out");
            Path inputFile = Files.createTempFile("command", ".in");
            try {
                Files.writeString(inputFile, input);
                ProcessBuilder builder = new ProcessBuilder(line)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(inputFile.toFile())
                        .redirectOutput(output.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                if (!process.waitFor(deadline.toMillis(), MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError("%s did not end within %s and had printed:%n%s"
                            .formatted(
                                    String.join(" ", line), deadline, new String(Files.readAllBytes(output), UTF_8)));
                }
                return new Command(line, process.exitValue(), new String(Files.readAllBytes(output), UTF_8));
            } finally {
                Files.deleteIfExists(output);
                Files.deleteIfExists(inputFile);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + line, e);
        }
    }

    /** What it printed, for a command that has to succeed. */
    String succeeded() {
        if (exitCode != 0) {
            throw new AssertionError("%s ended with %d:%n%s".formatted(String.join(" ", line), exitCode, output));
        }
        return output;
    }
}
