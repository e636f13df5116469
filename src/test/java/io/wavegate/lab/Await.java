package io.wavegate.lab;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;
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

    /**
     * For what is reached step by step, such as the end of a sync of five hooks, each of which waits for the one before: the deadline is
     * that of a step, and begins anew with each. To what goes on without an end the timeout of the test sets one.
     *
     * @param observed what stays equal as long as nothing moves
     * @return what was observed first of what has reached it
     */
    static <T> T stepByStep(String what, Supplier<T> observed, Predicate<T> reached) {
        T seen = observed.get();
        while (!reached.test(seen)) {
            T last = seen;
            seen = until(what + ", or to move").until(observed::get, now -> !now.equals(last));
        }
        return seen;
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
