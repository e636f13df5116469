package io.wavegate.loop;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * A request that is under way while its caller makes another: two that need nothing of each other take the time of one.
 *
 * @param <T> what it answers
 */
public final class Underway<T> {
    private final FutureTask<T> task;

    private Underway(FutureTask<T> task) {
        this.task = task;
    }

    /** Begins a request in another thread. */
    public static <T> Underway<T> start(Executor executor, Supplier<T> request) {
        var task = new FutureTask<>(request::get);
        executor.execute(task);
        return new Underway<>(task);
    }

    /**
     * The answer, once it is there: a request ends by its own time limit.
     *
     * @throws RuntimeException what the request threw
     */
    public T await() {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a request was under way", e);
        }
    }
}
