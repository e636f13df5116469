package io.wavegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What all releases of one hook have in common. */
class HookLabelTest {
    @Test
    void isTheHooksName() {
        assertThat(HookLabel.of("migrate", null)).isEqualTo("migrate");
    }

    @Test
    void isWhatAGeneratedNameWasGeneratedFrom() {
        assertThat(HookLabel.of("migrate-9f8e7d6-presync-1763800000", "migrate-"))
                .isEqualTo("migrate");
        assertThat(HookLabel.of("-x7k2p", "-")).isEqualTo("-x7k2p");
    }

    @Test
    void isCutToALabelAndStaysDistinct() {
        String one = HookLabel.of("m".repeat(200) + "1", null);
        assertThat(one).hasSize(63).isNotEqualTo(HookLabel.of("m".repeat(200) + "2", null));
        assertThat(HookLabel.of("m".repeat(63), null)).isEqualTo("m".repeat(63));
    }
}
