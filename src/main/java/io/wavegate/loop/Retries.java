package io.wavegate.loop;

import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;

/** How a failed pass is retried. */
public final class Retries {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private Retries() {}

    /** Without end, the pause doubled from 0.5 s up to 30 s. */
    public static GenericRetry forEver() {
        return new GenericRetry()
                .withoutMaxAttempts()
                .setInitialInterval(FIRST)
                .setIntervalMultiplier(2)
                .setMaxInterval(LONGEST.toMillis());
    }

    /**
     * The same, for one that is no controller of the operator SDK.
     *
     * @param failed how often it has failed so far, once at least
     */
    static Duration pause(int failed) {
        Duration pause = FIRST.multipliedBy(1L << Math.min(failed - 1, 10));
        return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
    }
}
