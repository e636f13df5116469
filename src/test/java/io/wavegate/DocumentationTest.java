package io.wavegate;

import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.WavegateConfig;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages lead somewhere: to files, headings and tests that are there, and every page can be found. */
class DocumentationTest {
    private static final Path DOCS = Path.of("docs");
    private static final Pattern LINK = Pattern.compile("\\[[^]]*]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern CODE = Pattern.compile("(?s)```.*?```");
    private static final Pattern SCENARIO = Pattern.compile("(?m)^\\| (\\d+) \\|.*\\|$");
    private static final Pattern TEST = Pattern.compile("\\[(\\w+)\\.(\\w+)]\\(([^)]+\\.java)\\)");

    static Stream<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(DOCS);
                Stream<Path> examples = Files.walk(Path.of("examples"))) {
            return Stream.concat(Stream.of(Path.of("README.md")), Stream.concat(docs, examples))
                    .filter(path -> path.toString().endsWith(".md"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void itsLinksLeadSomewhere(Path page) throws IOException {
        for (MatchResult link : in(CODE.matcher(Files.readString(page)).replaceAll(""), LINK)) {
            String[] target = link.group(1).split("#", 2);
            if (target[0].startsWith("https:")) {
                continue;
            }
            Path file = target[0].isEmpty() ? page : page.resolveSibling(target[0]);
            assertThat(file).as(page + ": " + link.group()).exists();
            if (target.length == 2) {
                assertThat(headings(file)).as(page + ": " + link.group()).contains(target[1]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void theTestsItNamesAreThere(Path page) throws IOException {
        for (MatchResult test : in(Files.readString(page), TEST)) {
            assertThat(page.resolveSibling(test.group(3)))
                    .content()
                    .as(page + ": " + test.group())
                    .contains("class " + test.group(1) + " {", "void " + test.group(2) + "(");
        }
    }

    @Test
    void theIndexHasEveryPage() throws IOException {
        Set<String> linked = in(Files.readString(DOCS.resolve("README.md")), LINK).stream()
                .map(link -> link.group(1))
                .collect(Collectors.toSet());
        try (Stream<Path> all = Files.list(DOCS)) {
            assertThat(all.map(path -> path.getFileName().toString())
                            .filter(name -> name.endsWith(".md") && !name.equals("README.md")))
                    .isSubsetOf(linked);
        }
    }

    @Test
    void everyScenarioIsAnsweredAndShown() throws IOException {
        List<MatchResult> rows = in(Files.readString(DOCS.resolve("scenarios.md")), SCENARIO);
        assertThat(rows.stream().map(row -> row.group(1)))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 25).mapToObj(Integer::toString).toList());
        assertThat(rows).allSatisfy(row -> assertThat(in(row.group(), TEST)).isNotEmpty());
    }

    @Test
    void everySettingOfTheControllerHasItsRow() throws IOException {
        assertThat(Files.readString(DOCS.resolve("operations.md")))
                .contains(Arrays.stream(WavegateConfig.class.getDeclaredMethods())
                        .map(Method::getName)
                        .filter(name -> !name.startsWith("$") && !name.contains("lambda"))
                        .map(name ->
                                "`WAVEGATE_" + name.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT) + "`")
                        .toList());
    }

    /** As GitHub makes an anchor of a heading. */
    private static List<String> headings(Path page) throws IOException {
        return in(Files.readString(page), HEADING).stream()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .strip()
                        .replace(' ', '-'))
                .toList();
    }

    private static List<MatchResult> in(String text, Pattern pattern) {
        return pattern.matcher(text).results().toList();
    }
}
