package io.wavegate.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UnderwayTest {
    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void goesOnWhileItsCallerDoesSomethingElse() {
        var begun = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var request = Underway.start(executor, () -> {
            begun.countDown();
            awaitOpen(go);
            return "answer";
        });

        awaitOpen(begun);
        go.countDown();

        assertThat(request.await()).isEqualTo("answer");
    }

    @Test
    void failsAsTheRequestDid() {
        var conflict = new KubernetesClientException("taken", 409, null);
        Underway<String> request = Underway.start(executor, () -> {
            throw conflict;
        });

        assertThatThrownBy(request::await).isSameAs(conflict);
    }

    private static void awaitOpen(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
