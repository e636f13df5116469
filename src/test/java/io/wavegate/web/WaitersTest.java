package io.wavegate.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.ShutdownEvent;
import io.wavegate.web.Releases.Status;
import jakarta.ws.rs.WebApplicationException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who asks how far a commit has come gets an answer that is by all Applications, or is told to ask again. */
class WaitersTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(50);

    private volatile boolean allRead;
    private volatile Status status = Status.MIGRATED;
    private final Waiters waiters =
            new Waiters(question -> new Question.Answer(status, Map.of()), new AllRead(() -> allRead));

    @AfterEach
    void stop() {
        waiters.onShutdown(new ShutdownEvent());
    }

    @Test
    void whileNotAllAreReadNothingIsTold() throws Exception {
        assertRefused(ask(waiters, Duration.ZERO));
        allRead = true;
        assertThat(told(ask(waiters, Duration.ZERO))).isEqualTo(Status.MIGRATED);
    }

    /** A pipeline that asks while Wavegate is being replaced. */
    @Test
    void whoWaitsWaitsUntilAllAreRead() throws Exception {
        var waiting = ask(waiters, LONG);
        assertThatThrownBy(() -> waiting.get(200, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        allRead = true;
        assertThat(told(waiting)).isEqualTo(Status.MIGRATED);
        assertThat(waiters.waiting()).isZero();
    }

    @Test
    void whoHasWaitedInVainForAllToBeReadAsksAgain() {
        assertRefused(ask(waiters, SHORT));
    }

    @Test
    void theTimeIsOver() throws Exception {
        allRead = true;
        status = Status.RUNNING;
        assertThat(told(ask(waiters, SHORT))).isEqualTo(Status.RUNNING);
    }

    @Test
    void whoWaitsWhenWeStopIsAnswered() throws Exception {
        allRead = true;
        status = Status.RUNNING;
        var waiting = ask(waiters, LONG);
        waiters.onShutdown(new ShutdownEvent());
        assertThat(told(waiting)).isEqualTo(Status.RUNNING);
        assertRefused(ask(waiters, LONG));
        assertThat(waiters.waiting()).isZero();
    }

    @Test
    void whoWaitsWhenWeStopBeforeAllAreReadAsksAgain() {
        var waiting = ask(waiters, LONG);
        waiters.onShutdown(new ShutdownEvent());
        assertRefused(waiting);
    }

    /** The list is emptied while it is read: the hub has another kubeconfig. */
    @Test
    void whatIsReadWhileTheListGoesIsNotTold() {
        allRead = true;
        var others = new Waiters(
                question -> {
                    allRead = false;
                    return new Question.Answer(Status.MIGRATED, Map.of());
                },
                new AllRead(() -> allRead));
        assertRefused(ask(others, Duration.ZERO));
        others.onShutdown(new ShutdownEvent());
    }

    @Test
    void aQuestionThatCanNotBeAnsweredHasAnEndToo() {
        var others = new Waiters(
                question -> {
                    throw new IllegalStateException("no answer");
                },
                new AllRead(() -> allRead));
        var waiting = ask(others, Duration.ofMillis(500));
        allRead = true;
        assertThatThrownBy(() -> told(waiting)).hasRootCauseMessage("no answer");
        others.onShutdown(new ShutdownEvent());
    }

    private static CompletableFuture<Question.Answer> ask(Waiters waiters, Duration wait) {
        return waiters.answer(new Question("r2", Set.of()), wait).subscribe().asCompletionStage();
    }

    private static Status told(CompletableFuture<Question.Answer> asked) throws Exception {
        return asked.get(10, TimeUnit.SECONDS).status();
    }

    private static void assertRefused(CompletableFuture<Question.Answer> asked) {
        assertThatThrownBy(() -> told(asked))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebApplicationException.class,
                        refused -> assertThat(refused.getResponse().getStatus()).isEqualTo(503));
    }
}
