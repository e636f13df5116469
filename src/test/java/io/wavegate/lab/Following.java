package io.wavegate.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A program that prints as things happen, such as {@code kubectl logs --follow}, read while it runs. */
final class Following implements AutoCloseable {
    private final List<String> line;
    private final Path output;
    private final Process process;

    Following(Map<String, String> environment, List<String> line) {
        this.line = line;
        try {
            output = Files.createTempFile("following", ".out");
            ProcessBuilder builder =
                    new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> lines() {
        try {
            return Files.readAllLines(output, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its exit code, once it has ended by itself. */
    int awaitEnd() {
        Await.until(String.join(" ", line) + " to end").until(() -> !process.isAlive());
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(output);
    }
}
