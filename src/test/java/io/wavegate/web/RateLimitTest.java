package io.wavegate.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How often somebody may ask. */
class RateLimitTest {
    @Test
    void callersWithoutATokenAskTenTimesASecond() {
        var now = new AtomicReference<>(Instant.EPOCH);
        var limit = new RateLimit(clock(now));
        assertThat(admitted(limit, "10.0.0.1", 100)).isEqualTo(20);
        assertThat(admitted(limit, "10.0.0.2", 100)).isEqualTo(20);
        now.set(Instant.EPOCH.plusMillis(500));
        assertThat(admitted(limit, "10.0.0.1", 100)).isEqualTo(5);
    }

    @Test
    void oneWhoAsksTooOftenTakesNothingFromTheOthers() {
        var limit = new RateLimit(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
        assertThat(admitted(limit, "10.0.0.1", 10_000)).isEqualTo(20);
        assertThat(admitted(limit, "10.0.0.2", 100)).isEqualTo(20);
    }

    /** A hundred addresses take all that there is for all of them; a second brings a thousand requests anew. */
    @Test
    void allTogetherAskAThousandTimesASecond() {
        var now = new AtomicReference<>(Instant.EPOCH);
        var limit = new RateLimit(clock(now));
        assertThat(admitted(limit, 1)).isEqualTo(2_000);
        now.set(Instant.EPOCH.plusMillis(500));
        assertThat(admitted(limit, 2)).isEqualTo(500);
    }

    private static Clock clock(AtomicReference<Instant> now) {
        return new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return requireNonNull(now.get());
            }
        };
    }

    /** Of a crowd of two hundred addresses, each new, that asks twenty times each. */
    private static long admitted(RateLimit limit, int crowd) {
        return IntStream.range(0, 200)
                .mapToLong(i -> admitted(limit, "10.%d.0.%d".formatted(crowd, i), 20))
                .sum();
    }

    private static long admitted(RateLimit limit, String address, int requests) {
        return IntStream.range(0, requests).filter(i -> limit.admits(address)).count();
    }
}
