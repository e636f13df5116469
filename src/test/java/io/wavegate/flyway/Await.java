package io.wavegate.flyway;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** How the engine's tests wait for something. */
final class Await {
    private Await() {}

    /**
     * Until it is so, for a minute at most.
     *
     * @param what is waited for, in words that go on after "to wait for"
     */
    static void until(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(50))
                .until(condition);
    }
}
