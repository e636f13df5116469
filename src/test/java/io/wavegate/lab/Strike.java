package io.wavegate.lab;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The moment at which a controller is to be killed: one of its writes, which has its effect or has not, and is not answered. */
final class Strike {
    private static final Set<String> WRITES = Set.of("POST", "PUT", "PATCH", "DELETE");

    private final Pattern writes;
    private final AtomicInteger left;
    private final boolean effect;
    private volatile @Nullable String request;

    /**
     * Not fallen yet.
     *
     * @param writes those that count, each as method and path
     * @param write which of them, from 1
     * @param effect whether the API server gets it
     */
    Strike(Pattern writes, int write, boolean effect) {
        this.writes = writes;
        this.left = new AtomicInteger(write);
        this.effect = effect;
    }

    /** The write that was not answered, once it was made. */
    Optional<String> request() {
        return Optional.ofNullable(request);
    }

    /** Whether the API server gets the write. */
    boolean hasEffect() {
        return effect;
    }

    /** Whether it is this request, which counts if it is one of the writes. */
    boolean isAt(RequestHead head) {
        return WRITES.contains(head.method()) && writes.matcher(head.call()).matches() && left.decrementAndGet() == 0;
    }

    /** The write was made. */
    void falls(RequestHead head) {
        request = head.call();
    }
}
