package io.wavegate.loop;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keys that wait for a pass, each at most once, worked off one after the other: the loop of what is no controller of the operator SDK,
 * since its primary objects may be in another cluster, or not installed yet. Retries as {@link Retries} has them.
 *
 * @param <K> the key
 */
public final class Queue<K> implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Queue.class);

    private final Function<K, @Nullable Duration> pass;
    private final ScheduledThreadPoolExecutor worker;
    private final Map<K, ScheduledFuture<?>> waiting = new HashMap<>();
    private final Map<K, Integer> failures = new HashMap<>();

    /**
     * A queue and its thread.
     *
     * @param name of the thread
     * @param pass one pass over a key, which answers when to come back, where nothing else brings the key again; null for never. Of one
     *     that throws, the key is tried again
     */
    public Queue(String name, Function<K, @Nullable Duration> pass) {
        this.pass = pass;
        this.worker = new ScheduledThreadPoolExecutor(1, task -> new Thread(task, name));
        this.worker.setRemoveOnCancelPolicy(true);
        // What is added while we close is dropped: it comes in an informer's thread, which is to hear of no refusal.
        this.worker.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Has a key worked off at once. */
    public void add(K key) {
        add(key, Duration.ZERO);
    }

    /** Has a key worked off after a while, or sooner where it is due sooner. */
    public synchronized void add(K key, Duration after) {
        ScheduledFuture<?> due = waiting.get(key);
        if (due != null && due.getDelay(TimeUnit.MILLISECONDS) <= after.toMillis()) {
            return;
        }
        if (due != null) {
            due.cancel(false);
        }
        waiting.put(key, worker.schedule(() -> work(key), after.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** How many keys wait. */
    public synchronized int size() {
        return waiting.size();
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }

    private void work(K key) {
        synchronized (this) {
            waiting.remove(key);
        }
        try {
            Duration again = pass.apply(key);
            failures.remove(key);
            if (again != null) {
                add(key, again);
            }
        } catch (RuntimeException e) {
            LOG.warnf("%s: %s; tried again", key, e.getMessage());
            LOG.debugf(e, "%s", key);
            failed(key);
        } catch (Error e) {
            // The executor would keep it to itself, and nothing else brings the key again.
            LOG.errorf(e, "%s: tried again", key);
            failed(key);
        }
    }

    private void failed(K key) {
        add(key, Retries.pause(failures.merge(key, 1, Integer::sum)));
    }
}
