package io.wavegate.lab;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ThrowingRunnable;

/** Waiting for something to become true, always with a deadline and with words for the report when it does not. */
final class Await {
    /**
     * For everything that takes seconds when the machine is idle. A test that passes does not wait for it; one that fails on a busy
     * machine for lack of time tells nothing.
     */
    private static final Duration DEADLINE = Duration.ofSeconds(75);

    /** Short against a pod's start (about a second), long enough to leave the API server alone. */
    private static final Duration POLL = Duration.ofMillis(150);

    private Await() {}

    static ConditionFactory until(String what) {
        return within(DEADLINE, what);
    }

    static ConditionFactory within(Duration deadline, String what) {
        return Awaitility.await(what).atMost(deadline).pollInterval(POLL).pollDelay(Duration.ZERO);
    }

    /** For what must not happen: fails at the first moment of this time in which the assertion does not hold. */
    static void throughout(Duration time, String what, ThrowingRunnable assertion) {
        Awaitility.await(what)
                .failFast(what, assertion)
                .during(time)
                .atMost(time.plus(DEADLINE))
                .pollInterval(POLL)
                .pollDelay(Duration.ZERO)
                .until(() -> true);
    }
}
