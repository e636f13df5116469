package io.wavegate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is done again and again does not end by a failure. */
class UnendingTest {
    @Test
    void aFailureIsNotTheLastTry() throws InterruptedException {
        var tries = new CountDownLatch(3);
        var timer = Executors.newSingleThreadScheduledExecutor();
        try {
            var unused = timer.scheduleWithFixedDelay(
                    new Unending("A test", () -> {
                        tries.countDown();
                        throw new IllegalStateException("no");
                    }),
                    0,
                    1,
                    TimeUnit.MILLISECONDS);
            assertThat(tries.await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            timer.shutdownNow();
        }
    }
}
