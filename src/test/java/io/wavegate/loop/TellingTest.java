package io.wavegate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What an Event can hold. */
class TellingTest {
    @Test
    void aMessageFitsWithWhatSaysThatItWasCut() {
        String longest = "x".repeat(Telling.LONGEST);
        assertThat(Telling.fit(longest)).isEqualTo(longest);
        assertThat(Telling.fit(longest + "x")).hasSize(Telling.LONGEST).endsWith("x..");
    }

    @Test
    void noCharacterOfItIsHalved() {
        String faces = "x" + "\uD83D\uDE00".repeat(Telling.LONGEST);
        assertThat(Telling.fit(faces)).hasSize(Telling.LONGEST - 1).endsWith("\uD83D\uDE00..");
    }
}
