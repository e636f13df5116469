package io.wavegate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What somebody probably meant: two letters off, in long words a third of them. */
class NearestTest {
    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            # typed,        right,          near
            hook-suceeded,  hook-succeeded, hook-succeeded
            HookSucceeded,  hook-succeeded, hook-succeeded
            abxy,           abcd,           abcd
            axyz,           abcd,           -
            grade,          upgrade,        upgrade
            abcxyz,         abc,            -
            x,              abcdef,         -
            abcdefxyz,      abcdefghi,      abcdefghi
            abcdewxyz,      abcdefghi,      -
            """)
    void oneWord(String typed, String right, String near) {
        assertThat(Nearest.to(typed, List.of(right)).orElse(null)).isEqualTo(near);
    }

    @Test
    void theNearestOfSeveral() {
        assertThat(Nearest.to("abcy", List.of("abxd", "abcx", "axcd"))).contains("abcx");
    }

    @Test
    void aLongWordIsNobodysSlipOfThePen() {
        assertThat(Nearest.to("a".repeat(64), List.of("a".repeat(63)))).isPresent();
        assertThat(Nearest.to("a".repeat(65), List.of("a".repeat(64)))).isEmpty();
    }
}
