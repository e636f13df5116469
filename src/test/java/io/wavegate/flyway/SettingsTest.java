package io.wavegate.flyway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine's own settings; Flyway's, and its files, are in {@link EngineComparisonIT}. */
class SettingsTest {
    @ParameterizedTest
    @CsvSource({
        "'', false",
        "-X, true",
        "-X=false, false",
        "-verbose, true",
        "--verbose=TRUE, true",
        "-verbose=false, false",
    })
    void flywaysOwnWords(String typed, boolean verbose) {
        assertThat(settings(Map.of(), typed).verbose()).isEqualTo(verbose);
        assertThat(Settings.verbose(line(typed), Map.of())).isEqualTo(verbose);
    }

    @Test
    void flywaysOwnWordsByTheEnvironment() {
        assertThat(settings(Map.of("WAVEGATE_VERBOSE", "true")).verbose()).isTrue();
        assertThat(settings(Map.of("WAVEGATE_VERBOSE", "false")).verbose()).isFalse();
        assertThat(settings(Map.of("WAVEGATE_VERBOSE", "true"), "-verbose=false")
                        .verbose())
                .isFalse();
        assertThatThrownBy(() -> settings(Map.of("WAVEGATE_VERBOSE", "1")))
                .isInstanceOf(Refused.class)
                .hasMessage("verbose=1: this is true or false.");
    }

    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "90, PT1M30S",
        "500ms, PT0.5S",
        "' 2m', PT2M",
        "596h, PT596H",
        "2145600000ms, PT596H",
    })
    void aTime(String said, Duration time) {
        assertThat(settings(Map.of(), "-connectTimeout=" + said).patience().connect())
                .isEqualTo(time);
    }

    /** Three million hours are more nanoseconds than there are numbers, and more milliseconds than PostgreSQL's. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "s", "-1", "1.5s", "10 s", "1d", "597h", "2145600001ms", "999999999h", "99999999999999999999"
            })
    void whatIsNoTime(String said) {
        assertThatThrownBy(() -> settings(Map.of("WAVEGATE_LOCK_TIMEOUT", said)))
                .isInstanceOf(Refused.class)
                .hasMessage("lockTimeout=" + said
                        + ": a time is a number and ms, s, m or h, as in 10s, and 596h at most; 0 is for none.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "1.5", "1000000", "99999999999999999999"})
    void whatIsNoNumber(String said) {
        assertThat(settings(Map.of(), "-lockRetries=999999").patience().lockRetries())
                .isEqualTo(999_999);
        assertThatThrownBy(() -> settings(Map.of("WAVEGATE_LOCK_RETRIES", said)))
                .isInstanceOf(Refused.class)
                .hasMessage("lockRetries=" + said + ": this is a number, as in 3.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "not one"})
    void anEncodingThatThereIsNot(String encoding) {
        assertThatThrownBy(() -> settings(Map.of(), "-encoding=" + encoding))
                .isInstanceOf(Refused.class)
                .hasMessageStartingWith("flyway.encoding=" + encoding + ": there is no such encoding here");
    }

    private static Settings settings(Map<String, String> environment, String... typed) {
        return Settings.of(line(typed), environment);
    }

    private static CommandLine line(String... typed) {
        var words = new ArrayList<>(List.of("migrate", "-url=jdbc:postgresql://db/shop"));
        Arrays.stream(typed).filter(word -> !word.isEmpty()).forEach(words::add);
        return CommandLine.of(words);
    }
}
