package io.wavegate.mark;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Nobody is fought over a condition. */
class RewritesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private final Rewrites<String> rewrites = new Rewrites<>();

    @Test
    void oneLossIsMadeGoodAtOnceAndTheNextEverLater() {
        Instant now = NOW;
        var pauses = new ArrayList<Long>();
        for (int i = 0; i < 14; i++) {
            Duration pause = rewrites.pause("shop", "failed", now).orElse(Duration.ZERO);
            pauses.add(pause.toSeconds());
            now = now.plus(pause);
            rewrites.note("shop", "failed", now);
        }
        assertThat(pauses).containsExactly(0L, 0L, 1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 512L, 600L, 600L);
    }

    @Test
    void somethingElseIsWrittenAtOnce() {
        for (int i = 0; i < 5; i++) {
            rewrites.note("shop", "failed", NOW);
        }
        assertThat(rewrites.pause("shop", "failed", NOW)).isPresent();
        assertThat(rewrites.pause("shop", "failed otherwise", NOW)).isEmpty();
        assertThat(rewrites.pause("other", "failed", NOW)).isEmpty();
    }

    /** What is counted is not counted again when it was only dropped. */
    @Test
    void theSameAgainIsARewriteHoweverLate() {
        assertThat(rewrites.note("shop", "skipped", NOW)).isFalse();
        assertThat(rewrites.note("shop", "skipped", NOW.plus(Duration.ofDays(1))))
                .isTrue();
        assertThat(rewrites.note("shop", "", NOW)).isFalse();
        assertThat(rewrites.note("shop", "skipped", NOW)).isFalse();
        assertThat(rewrites.note("other", "skipped", NOW)).isFalse();
    }

    @Test
    void whatHasStoodForLongIsForgiven() {
        for (int i = 0; i < 20; i++) {
            rewrites.note("shop", "failed", NOW);
        }
        Instant later = NOW.plus(Rewrites.LONGEST).plus(Rewrites.LONGEST);
        assertThat(rewrites.pause("shop", "failed", later)).isEmpty();
        rewrites.note("shop", "failed", later);
        assertThat(rewrites.pause("shop", "failed", later)).isEmpty();
    }
}
