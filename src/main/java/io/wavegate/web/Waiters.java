package io.wavegate.web;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.wavegate.argocd.ApplicationWatch;
import io.wavegate.ledger.Ledger;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Those who wait for a commit. None has a thread: when a record or an Application changes, each question that somebody asks is answered
 * anew once, however many ask it.
 */
@ApplicationScoped
class Waiters {
    private static final Logger LOG = Logger.getLogger(Waiters.class);
    /** As many may wait. */
    static final int MOST = 5_000;
    /** Changes come in crowds; they are looked at together. */
    private static final long TOGETHER_MILLIS = 50;

    private final Ledger ledger;
    private final ApplicationWatch watch;
    private final Map<Object, Asked> asked = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicBoolean due = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor worker =
            new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "wavegate-waiters"));

    /** A question and those who ask it. */
    private record Asked(Question question, Set<Waiter> waiters) {}

    private static final class Waiter {
        private final UniEmitter<? super Question.Answer> emitter;

        Waiter(UniEmitter<? super Question.Answer> emitter) {
            this.emitter = emitter;
        }
    }

    Waiters(Ledger ledger, ApplicationWatch watch) {
        this.ledger = ledger;
        this.watch = watch;
        worker.setRemoveOnCancelPolicy(true);
    }

    void onStartup(@Observes StartupEvent event) {
        ledger.listen((before, now) -> look());
        watch.listen(name -> look());
    }

    /** All that wait are answered as it is now: a client that is cut off could not tell a restart from a failure. */
    void onShutdown(@Observes ShutdownEvent event) {
        worker.shutdownNow();
        asked.values().forEach(one -> complete(one, one.question().answer(watch, ledger)));
    }

    /** How many wait. */
    int waiting() {
        return count.get();
    }

    /**
     * The answer, once it is one that waiting can not change, or when the time is over.
     *
     * @throws jakarta.ws.rs.WebApplicationException 503 when too many wait
     */
    Uni<Question.Answer> wait(Question question, Duration wait) {
        if (count.get() >= MOST) {
            return Uni.createFrom()
                    .failure(Problem.exception(
                            503, "%d requests are waiting already: ask again later.".formatted(MOST)));
        }
        return Uni.createFrom().<Question.Answer>emitter(emitter -> {
            var waiter = new Waiter(emitter);
            count.incrementAndGet();
            asked.compute(question.key(), (key, before) -> {
                Asked now = before == null ? new Asked(question, ConcurrentHashMap.newKeySet()) : before;
                now.waiters().add(waiter);
                return now;
            });
            var timer = worker.schedule(() -> end(question, waiter), wait.toMillis(), TimeUnit.MILLISECONDS);
            emitter.onTermination(() -> {
                timer.cancel(false);
                leave(question.key(), waiter);
            });
            // What changed between the first look and now is not to be missed.
            look();
        });
    }

    private void look() {
        if (!asked.isEmpty() && !worker.isShutdown() && due.compareAndSet(false, true)) {
            var unused = worker.schedule(this::answerAll, TOGETHER_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void answerAll() {
        due.set(false);
        for (Asked one : asked.values()) {
            try {
                Question.Answer answer = one.question().answer(watch, ledger);
                if (answer.status().isLast()) {
                    complete(one, answer);
                }
            } catch (RuntimeException e) {
                LOG.errorf(
                        e,
                        "the question for commit %s could not be answered",
                        one.question().commit());
            }
        }
    }

    private void end(Question question, Waiter waiter) {
        Asked one = asked.get(question.key());
        Question asking = one == null ? question : one.question();
        leave(question.key(), waiter);
        waiter.emitter.complete(asking.answer(watch, ledger));
    }

    private void complete(Asked one, Question.Answer answer) {
        for (Waiter waiter : List.copyOf(one.waiters())) {
            leave(one.question().key(), waiter);
            waiter.emitter.complete(answer);
        }
    }

    private void leave(Object key, Waiter waiter) {
        asked.computeIfPresent(key, (same, one) -> {
            if (one.waiters().remove(waiter)) {
                count.decrementAndGet();
            }
            return one.waiters().isEmpty() ? null : one;
        });
    }
}
