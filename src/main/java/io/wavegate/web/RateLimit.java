package io.wavegate.web;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** How often callers without a token may ask: ten times a second each, twenty at once; and no more than a hundred addresses' worth of it. */
final class RateLimit {
    private static final double PER_SECOND = 10;
    private static final double AT_ONCE = 20;
    /** As many addresses are remembered; the one that has been silent for longest is forgotten, and begins with a full bucket. */
    private static final int ADDRESSES = 10_000;

    private static final String ALL = "";

    private final Clock clock;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > ADDRESSES;
        }
    };

    private record Bucket(double left, Instant at) {}

    RateLimit(Clock clock) {
        this.clock = clock;
    }

    /**
     * Whether one more request of this address is answered; counts it if so. Its own share is looked at first: what it asks beyond that
     * takes nothing from the others.
     */
    synchronized boolean admits(String address) {
        return take(address, 1) && take(ALL, 100);
    }

    private boolean take(String address, int share) {
        Instant now = clock.instant();
        Bucket bucket = buckets.getOrDefault(address, new Bucket(AT_ONCE * share, now));
        double seconds = Math.max(0, Duration.between(bucket.at(), now).toMillis()) / 1000.0;
        double left = Math.min(AT_ONCE * share, bucket.left() + seconds * PER_SECOND * share);
        buckets.put(address, new Bucket(left < 1 ? left : left - 1, now));
        return left >= 1;
    }
}
