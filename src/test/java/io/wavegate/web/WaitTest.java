package io.wavegate.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.WebApplicationException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long somebody may wait. */
class WaitTest {
    @ParameterizedTest
    @CsvSource({"10m, 600", "90s, 90", "30m, 1800", "15, 15", "1m30s, 90", "0, 0", "0h, 0"})
    void aDuration(String text, long seconds) {
        assertThat(Wait.parse(text)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "x", "10 m", "-5s", "31m", "1h", "99999999s", "1d"})
    void noneOrTooLong(String text) {
        assertThatThrownBy(() -> Wait.parse(text)).isInstanceOf(WebApplicationException.class);
    }

    @Test
    void noneWithoutTheParameter() {
        assertThat(Wait.parse(null)).isEqualTo(Duration.ZERO);
    }

    @Test
    void whatACallerWroteIsQuotedFitForASentence() {
        assertThat(Wait.quoted("a\nb")).isEqualTo("'a b'");
        assertThat(Wait.quoted("x".repeat(100))).isEqualTo("'" + "x".repeat(100) + "'");
        assertThat(Wait.quoted("x".repeat(101))).isEqualTo("'" + "x".repeat(100) + "..'");
    }
}
