package io.wavegate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** docs/scenarios.md answers every scenario, and names tests that are there. */
class ScenariosTest {
    private static final Path PAGE = Path.of("docs", "scenarios.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\|.*\\|$");
    private static final Pattern TEST = Pattern.compile("\\[(\\w+)\\.(\\w+)]\\(([^)]+\\.java)\\)");

    @Test
    void eachHasATestThatIsThere() throws IOException {
        List<MatchResult> rows = ROW.matcher(Files.readString(PAGE)).results().toList();

        assertThat(rows.stream().map(row -> row.group(1)))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 25).mapToObj(Integer::toString).toList());
        for (MatchResult row : rows) {
            List<MatchResult> tests = TEST.matcher(row.group()).results().toList();
            assertThat(tests).as("tests of scenario " + row.group(1)).isNotEmpty();
            for (MatchResult test : tests) {
                assertThat(PAGE.resolveSibling(test.group(3)))
                        .content()
                        .as("scenario " + row.group(1))
                        .contains("class " + test.group(1) + " {", "void " + test.group(2) + "(");
            }
        }
    }
}
