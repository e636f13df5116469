package io.wavegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.MigrationResult;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the engine says is read; what anybody else says is not taken for it. */
class EngineResultTest {
    private static final String HEAD = "{\"apiVersion\":\"engine.wavegate.io/v1\",\"command\":\"migrate\"";

    @Test
    void whatWasApplied() {
        assertThat(EngineResult.of(
                        HEAD + ",\"success\":true,\"database\":\"PostgreSQL 17.2\",\"before\":\"9\",\"after\":\"12\","
                                + "\"applied\":3,\"pending\":0,\"milliseconds\":41,"
                                + "\"migrations\":[{\"version\":\"12\",\"description\":\"sku\",\"script\":\"V12__sku.sql\",\"milliseconds\":7}],"
                                + "\"warnings\":[\"slow\"]}"))
                .isEqualTo(new MigrationResult(
                        "migrate",
                        "PostgreSQL 17.2",
                        "9",
                        "12",
                        3,
                        0,
                        41,
                        List.of(new MigrationResult.Migration("12", "sku", "V12__sku.sql", 7)),
                        List.of("slow"),
                        null));
    }

    @Test
    void whyItFailed() {
        var result = EngineResult.of(
                HEAD + ",\"applied\":1,\"milliseconds\":5,\"error\":{\"message\":\"ERROR: no such table\","
                        + "\"code\":\"SQLSTATE 42P01\",\"file\":\"V2__b.sql\",\"line\":4,\"statement\":\"drop table b\"}}");
        assertThat(result).isNotNull();
        assertThat(result.error())
                .isEqualTo(new MigrationResult.Failure(
                        "ERROR: no such table", "SQLSTATE 42P01", "V2__b.sql", 4, "drop table b"));
        assertThat(result.summary())
                .isEqualTo("V2__b.sql, line 4: ERROR: no such table (SQLSTATE 42P01); applied 1 before that");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Traceback (most recent call last):",
                "{}",
                "{\"apiVersion\":\"v1\",\"command\":\"migrate\",\"applied\":3}",
                "{\"apiVersion\":\"engine.wavegate.io/v1\",\"command\":7}",
                "[\"engine.wavegate.io/v1\"]",
                "{\"apiVersion\":\"engine.wavegate.io/v1\",\"command\":\"migrate\"",
                "{\"apiVersion\":\"engine.wavegate.io/v1\",\"command\":\"migrate\",\"a\":[[[[[[[[[[]]]]]]]]]]}",
            })
    void whatIsNone(String message) {
        assertThat(EngineResult.of(message)).isNull();
    }

    @Test
    void itsLongestLineIsLeftAsItIs() {
        for (int over : List.of(0, 1)) {
            var result = EngineResult.of(HEAD + ",\"applied\":0,\"milliseconds\":1,\"error\":{\"message\":\""
                    + "x".repeat(1100 + over) + "\"}}");
            assertThat(result).isNotNull();
            assertThat(result.error())
                    .extracting(MigrationResult.Failure::message)
                    .isEqualTo("x".repeat(1100) + (over > 0 ? ".." : ""));
        }
    }

    @Test
    void oneThatIsTooLongIsNone() {
        String start = HEAD + ",\"applied\":0,\"milliseconds\":1,\"after\":\"";
        String longest = start + "1".repeat(MigrationResult.BYTES - start.length() - 2) + "\"}";
        assertThat(EngineResult.of(longest)).isNotNull();
        assertThat(EngineResult.of(longest + " ")).isNull();
        assertThat(EngineResult.of(HEAD + ",\"after\":\"" + "1".repeat(5000) + "\"}"))
                .isNull();
    }

    @Test
    void valuesOfAnotherTypeAreLeftOut() {
        var result = EngineResult.of(HEAD
                + ",\"after\":{\"a\":1},\"applied\":-4,\"pending\":\"many\",\"milliseconds\":1e99,\"migrations\":[7,{\"script\":null}],"
                + "\"warnings\":{},\"error\":[]}");
        assertThat(result).isEqualTo(new MigrationResult("migrate", null, null, null, 0, null, 0, null, null, null));
    }

    /** Else what is stored would never be what was read, and be written again and again. */
    @Test
    void halfACharacterBecomesAWholeOne() {
        var result = EngineResult.of(HEAD + ",\"database\":\"a\\ud800b\"}");
        assertThat(result).isNotNull();
        assertThat(result.database()).isEqualTo("a\uFFFDb");
    }

    @Test
    void textsAreOneLineWithoutPasswordsAndNotTooLong() {
        var result = EngineResult.of(
                HEAD + ",\"database\":\"a\\u0000\\u001b[31m\\nb postgresql://u:geheim@h/d\",\"after\":\""
                        + "x".repeat(2000) + "\"}");
        assertThat(result).isNotNull();
        assertThat(result.database()).isEqualTo("a [31m b postgresql://u:***@h/d");
        assertThat(result.after()).hasSize(1102);
    }

    @Test
    void listsAreNotTooLong() {
        var result = EngineResult.of(HEAD + ",\"warnings\":[" + "\"w\",".repeat(500) + "\"w\"]}");
        assertThat(result).isNotNull();
        assertThat(result.warnings()).hasSize(50);
    }
}
