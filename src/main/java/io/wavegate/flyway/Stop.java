package io.wavegate.flyway;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * SIGTERM. It stops the run before its next statement; what waits (for the database, for a lock, for Flyway's own lock) stops at once; the
 * statement at work is waited for, and cancelled when that takes too long. The process ends when the run has put its things in order.
 */
final class Stop {
    /** What is left of Kubernetes' 30 s for a rollback, after the patience is over. */
    private static final Duration ROLLBACK = Duration.ofSeconds(8);

    private final Thread worker = Thread.currentThread();
    private final CountDownLatch came = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private final Duration patience;
    private @Nullable Runnable cancel;
    private boolean cancelled;
    private int exit;

    private Stop(Duration patience) {
        this.patience = patience;
    }

    /** From now on SIGTERM stops the calling thread's run. */
    static Stop listen(Duration patience) {
        var stop = new Stop(patience);
        Runtime.getRuntime().addShutdownHook(new Thread(stop::signalled, "stop"));
        return stop;
    }

    /** In the hook of the process' end, which the run itself causes too. */
    private void signalled() {
        if (over.getCount() == 0) {
            return;
        }
        came.countDown();
        interrupt();
        try {
            if (!over.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                cancel();
                if (!over.await(ROLLBACK.toMillis(), TimeUnit.MILLISECONDS)) {
                    System.err.println(
                            "The statement at work did not end; the database ends it when it sees that nobody is there.");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.out.flush();
        System.err.flush();
        // The run's own code: it may have reached its end before the signal told it.
        Runtime.getRuntime().halt(over.getCount() == 0 ? exit : Exit.STOPPED.code());
    }

    private synchronized void interrupt() {
        if (cancel == null) {
            worker.interrupt();
        }
    }

    private void cancel() {
        Runnable running;
        synchronized (this) {
            running = cancel;
            cancelled = true;
        }
        if (running != null) {
            System.err.printf(
                    "The statement at work has not ended within %d s and is cancelled.%n", patience.toSeconds());
            running.run();
        }
    }

    /** A migration is at work, whose statement can be cancelled so; it is not interrupted. */
    synchronized void working(Runnable cancel) {
        this.cancel = cancel;
    }

    /** No migration is at work any more. */
    synchronized void idle() {
        this.cancel = null;
    }

    /** Whether SIGTERM has come. */
    boolean hasCome() {
        return came.getCount() == 0;
    }

    /** Whether a statement was cancelled for it. */
    synchronized boolean hasCancelled() {
        return cancelled;
    }

    /** Waits; true when SIGTERM came meanwhile. */
    boolean within(Duration time) {
        try {
            return came.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return hasCome();
        }
    }

    /** The run is over, its connections are closed and its result is written. */
    void over(Exit exit) {
        this.exit = exit.code();
        over.countDown();
    }

    /** Thrown where the run stops. */
    static final class Stopped extends RuntimeException {
        Stopped(String message) {
            super(message);
        }
    }

    /**
     * Thrown where the run stops before a migration has done anything, in a database that can not roll back: Flyway takes every exception there
     * for a failed migration, and would write so into the history.
     */
    static final class NotBegun extends Error {
        NotBegun(String message) {
            super(message, null, false, false);
        }
    }
}
