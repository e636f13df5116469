package io.wavegate.flyway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wavegate.api.MigrationResult;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What does not fit is cut, by rule. */
class ResultJsonTest {
    @Test
    void allOfItWhereItFits() throws IOException {
        String json = ResultJson.within(4096, result(2, "short"), List.of());
        assertThat(json).isEqualTo(ResultJson.whole(result(2, "short"), List.of()));
        assertThat(new ObjectMapper().readTree(json).path("migrations").size()).isEqualTo(2);
    }

    @Test
    void theLastByteCounts() {
        String json = ResultJson.whole(result(2, "short"), List.of());
        int bytes = json.getBytes(UTF_8).length;
        assertThat(ResultJson.within(bytes, result(2, "short"), List.of())).isEqualTo(json);
        assertThat(ResultJson.within(bytes - 1, result(2, "short"), List.of())).hasSizeLessThan(json.length());
    }

    @Test
    void theNumbersStayWhereNothingFits() throws IOException {
        JsonNode read = new ObjectMapper().readTree(ResultJson.within(1, result(7, "short"), List.of()));
        assertThat(read.path("applied").intValue()).isEqualTo(7);
    }

    @Test
    void theLastMigrationsAndAllTheNumbersWhereItDoesNot() throws IOException {
        String json = ResultJson.within(4096, result(5000, "ä".repeat(20)), List.of());
        assertThat(json.getBytes(UTF_8).length).isLessThanOrEqualTo(4096);
        JsonNode read = new ObjectMapper().readTree(json);
        assertThat(read.path("applied").intValue()).isEqualTo(5000);
        assertThat(read.path("migrations").findValuesAsText("version")).last().isEqualTo("5000");
        assertThat(read.path("error").path("message").textValue()).isEqualTo("ä".repeat(20));
    }

    @Test
    void fewerCharactersWhereEvenNoListFits() {
        String json = ResultJson.within(4096, result(10, "\uD83D\uDE00".repeat(3000)), List.of());
        assertThat(json.getBytes(UTF_8).length).isLessThanOrEqualTo(4096);
        assertThat(json).contains("...").doesNotContain("\uFFFD");
    }

    private static MigrationResult result(int applied, String message) {
        return new MigrationResult(
                "migrate",
                "PostgreSQL 17.2",
                null,
                Integer.toString(applied),
                applied,
                0,
                7,
                IntStream.rangeClosed(1, applied)
                        .mapToObj(number -> new MigrationResult.Migration(
                                Integer.toString(number), "table " + number, "V" + number + "__table.sql", 3))
                        .toList(),
                List.of(message, message),
                new MigrationResult.Failure(message, "42P01", "V1__a.sql", 1, message));
    }
}
