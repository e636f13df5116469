package io.wavegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The name of a record and its emitted Job. */
class RunNameTest {
    @Test
    void isTheHooksNameAndTenHexDigits() {
        assertThat(RunName.of("migrate", "9e37051c-7e72-416f-b618-5a1e745b9621"))
                .isEqualTo("migrate-6dee0a10fc");
    }

    @Test
    void isAnotherForARecreatedHook() {
        assertThat(RunName.of("migrate", "a")).isNotEqualTo(RunName.of("migrate", "b"));
    }

    @Test
    void isAtMostSixtyThreeCharactersAndNeverHasTwoSeparatorsInARow() {
        assertThat(RunName.of("m".repeat(63), "a")).hasSize(63).startsWith("m".repeat(52) + "-");
        assertThat(RunName.of("m".repeat(50) + ".-" + "x".repeat(11), "a"))
                .startsWith("m".repeat(50) + "-")
                .hasSize(61);
    }
}
