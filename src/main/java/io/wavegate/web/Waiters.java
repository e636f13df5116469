package io.wavegate.web;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.wavegate.argocd.ApplicationWatch;
import io.wavegate.ledger.Ledger;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
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
    /** That the last Application was read is told by no change. */
    private static final long NOT_ALL_READ_MILLIS = 1_000;
    /** Before others stop, the watch above all, which forgets the Applications then. */
    private static final int EARLY = 100;

    private final Function<Question, Question.Answer> answers;
    private final AllRead applications;
    private final Map<Object, Asked> asked = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicBoolean due = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(
            1,
            task -> new Thread(task, "wavegate-waiters"),
            // A watch that tells of a change once we have stopped is not to fail by it.
            new ThreadPoolExecutor.DiscardPolicy());

    /** A question and those who ask it. */
    private record Asked(Question question, Set<UniEmitter<? super Question.Answer>> waiters) {}

    @Inject
    Waiters(Ledger ledger, ApplicationWatch watch) {
        this(question -> question.answer(watch, ledger), new AllRead(watch::synced));
    }

    /**
     * Those who wait for any answers.
     *
     * @param answers the answer as of now, by what is there of the Applications
     */
    Waiters(Function<Question, Question.Answer> answers, AllRead applications) {
        this.answers = answers;
        this.applications = applications;
        worker.setRemoveOnCancelPolicy(true);
    }

    void onStartup(@Observes StartupEvent event, Ledger ledger, ApplicationWatch watch) {
        ledger.listen((before, now) -> look(TOGETHER_MILLIS));
        watch.listen(name -> look(TOGETHER_MILLIS));
    }

    /** All that wait are answered as it is now: a client that is cut off could not tell a restart from a failure. */
    void onShutdown(@Observes @Priority(EARLY) ShutdownEvent event) {
        worker.shutdownNow();
        asked.values().forEach(one -> tell(one.question(), left(one)));
    }

    /** How many wait. */
    int waiting() {
        return count.get();
    }

    /**
     * The answer: as of now for who does not wait, else once it is one that waiting can not change, or when the time is over.
     *
     * @param wait zero for not at all
     * @return fails with a {@link jakarta.ws.rs.WebApplicationException} of 503 when too many wait, when we stop, and where the
     *     Applications are not all read by the time that it is due: who waits, waits for that too
     */
    Uni<Question.Answer> answer(Question question, Duration wait) {
        Optional<Question.Answer> now = now(question);
        if (wait.isZero() || now.filter(answer -> answer.status().isLast()).isPresent()) {
            return Uni.createFrom().optional(now).onItem().ifNull().failWith(AllRead::notYet);
        }
        if (count.get() >= MOST) {
            return Uni.createFrom()
                    .failure(Problem.exception(
                            503, "%d requests are waiting already: ask again later.".formatted(MOST)));
        }
        return Uni.createFrom().<Question.Answer>emitter(emitter -> {
            count.incrementAndGet();
            asked.compute(question.key(), (key, before) -> {
                Asked known = before == null ? new Asked(question, ConcurrentHashMap.newKeySet()) : before;
                known.waiters().add(emitter);
                return known;
            });
            var timer = worker.schedule(() -> end(question, emitter), wait.toMillis(), TimeUnit.MILLISECONDS);
            emitter.onTermination(() -> {
                timer.cancel(false);
                leave(question.key(), emitter);
            });
            if (worker.isShutdown()) {
                // Nobody looks at it any more, and those that were there may have been answered already.
                emitter.fail(Problem.exception(503, "This replica of Wavegate is stopping; ask again."));
            }
            // What changed between the first look and now is not to be missed.
            look(TOGETHER_MILLIS);
        });
    }

    /** As of now; empty while the Applications are not all read. */
    private Optional<Question.Answer> now(Question question) {
        return applications.whole(() -> answers.apply(question));
    }

    private void look(long millis) {
        if (!asked.isEmpty() && due.compareAndSet(false, true)) {
            var unused = worker.schedule(this::answerAll, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void answerAll() {
        due.set(false);
        boolean allRead = true;
        for (Asked one : asked.values()) {
            try {
                Optional<Question.Answer> answer = now(one.question());
                allRead &= answer.isPresent();
                answer.filter(found -> found.status().isLast())
                        .ifPresent(last -> left(one).forEach(waiter -> waiter.complete(last)));
            } catch (RuntimeException e) {
                LOG.errorf(
                        e,
                        "the question for commit %s could not be answered",
                        one.question().commit());
            }
        }
        if (!allRead) {
            look(NOT_ALL_READ_MILLIS);
        }
    }

    private void end(Question question, UniEmitter<? super Question.Answer> waiter) {
        Asked one = asked.get(question.key());
        leave(question.key(), waiter);
        tell(one == null ? question : one.question(), List.of(waiter));
    }

    /** Tells what there is to be told now, whatever it is: nobody is left without an answer. */
    private void tell(Question question, Collection<UniEmitter<? super Question.Answer>> waiters) {
        try {
            now(question)
                    .ifPresentOrElse(
                            answer -> waiters.forEach(waiter -> waiter.complete(answer)),
                            () -> waiters.forEach(waiter -> waiter.fail(AllRead.notYet())));
        } catch (RuntimeException e) {
            waiters.forEach(waiter -> waiter.fail(e));
        }
    }

    /** Those who asked it, who wait no more. */
    private List<UniEmitter<? super Question.Answer>> left(Asked one) {
        List<UniEmitter<? super Question.Answer>> waiters = List.copyOf(one.waiters());
        waiters.forEach(waiter -> leave(one.question().key(), waiter));
        return waiters;
    }

    private void leave(Object key, UniEmitter<? super Question.Answer> waiter) {
        asked.computeIfPresent(key, (same, one) -> {
            if (one.waiters().remove(waiter)) {
                count.decrementAndGet();
            }
            return one.waiters().isEmpty() ? null : one;
        });
    }
}
