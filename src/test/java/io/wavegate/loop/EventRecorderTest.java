package io.wavegate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What an Event can hold. */
class EventRecorderTest {
    @Test
    void aMessageFitsWithWhatSaysThatItWasCut() {
        String longest = "x".repeat(EventRecorder.LONGEST);
        assertThat(EventRecorder.fit(longest)).isEqualTo(longest);
        assertThat(EventRecorder.fit(longest + "x"))
                .hasSize(EventRecorder.LONGEST)
                .endsWith("x..");
    }

    @Test
    void noCharacterOfItIsHalved() {
        String faces = "x" + "\uD83D\uDE00".repeat(EventRecorder.LONGEST);
        assertThat(EventRecorder.fit(faces)).hasSize(EventRecorder.LONGEST - 1).endsWith("\uD83D\uDE00..");
    }
}
