package io.wavegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is made from the code, and must not drift from it. */
final class Generated {
    private Generated() {}

    /** Holds the file to the text; with {@code -Dwavegate.generate=true} ({@code make generate}) it is written before. */
    static void isCurrent(Path file, String text) throws IOException {
        if (Boolean.getBoolean("wavegate.generate")) {
            Files.writeString(file, text);
        }
        assertThat(file).as("make generate writes it anew").hasContent(text);
    }
}
