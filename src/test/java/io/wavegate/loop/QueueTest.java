package io.wavegate.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** No key is lost, and none is in anybody's way. */
class QueueTest {
    @Test
    void aKeyWhosePassFailsIsTriedAgainWhateverItThrew() throws InterruptedException {
        var passes = new AtomicInteger();
        var done = new CountDownLatch(1);
        try (var queue = new Queue<String>("test", key -> {
            switch (passes.incrementAndGet()) {
                case 1 -> throw new StackOverflowError();
                case 2 -> throw new IllegalStateException("not yet");
                default -> done.countDown();
            }
            return null;
        })) {
            queue.add("shop");
            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(passes).hasValue(3);
    }

    @Test
    void whatIsAddedOnceItIsClosedIsDropped() {
        var queue = new Queue<String>("test", key -> null);
        queue.close();
        assertThatCode(() -> queue.add("shop")).doesNotThrowAnyException();
    }

    @Test
    void aKeyThatWaitsIsThereOnce() {
        try (var queue = new Queue<String>("test", key -> null)) {
            queue.add("shop", Duration.ofHours(2));
            queue.add("shop", Duration.ofHours(1));
            queue.add("shop", Duration.ofHours(3));
            assertThat(queue.size()).isEqualTo(1);
        }
    }

    @Test
    void thePausesGrowToHalfAMinute() {
        assertThat(IntStream.of(1, 2, 3, 6, 7, 100)
                        .mapToObj(failed -> Retries.pause(failed).toMillis()))
                .containsExactly(500L, 1_000L, 2_000L, 16_000L, 30_000L, 30_000L);
    }
}
