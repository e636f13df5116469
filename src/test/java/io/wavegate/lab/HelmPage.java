package io.wavegate.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code docs/helm-semantics.md}: words that people write, and between them what the suite has seen. With {@code
 * -Dwavegate.generate=true} ({@code make generate-helm}) what was seen is written, else it is compared.
 */
final class HelmPage {
    private static final Path FILE = Path.of("docs", "helm-semantics.md");

    private HelmPage() {}

    /** This part of the page says what was seen, or does from now on. */
    static synchronized void has(String part, String seen) {
        try {
            String page = Files.readString(FILE);
            String begin = "<!-- seen: " + part + " -->\n";
            String end = "<!-- end -->";
            int from = page.indexOf(begin) + begin.length();
            assertThat(page).contains(begin);
            int to = page.indexOf(end, from);
            if (Boolean.getBoolean("wavegate.generate")) {
                Files.writeString(FILE, page.substring(0, from) + "\n" + seen + "\n" + page.substring(to));
            } else {
                assertThat(page.substring(from, to).strip())
                        .as(
                                "%s, part %s, is not what was seen: where that is as it is to be, make generate-helm writes it"
                                        + " anew",
                                FILE, part)
                        .isEqualTo(seen.strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The whole page, as it is committed. */
    static synchronized String text() {
        try {
            return Files.readString(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
