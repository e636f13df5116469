package io.wavegate.mark;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How often the same conditions were written to the same Application. Argo CD drops them now and then, since its status patch replaces
 * the list (facts: argocd.md section 6), and they are written again; somebody who always drops them must not be fought. Not thread-safe.
 *
 * @param <K> the key of an Application
 */
final class Rewrites<K> {
    /** The first writing again is at once, the next after a second, two, four.. */
    private static final Duration FIRST = Duration.ofSeconds(1);

    static final Duration LONGEST = Duration.ofMinutes(10);
    /** As many Applications are remembered; of one that is forgotten the count begins anew. */
    private static final int KEPT = 10_000;

    private final Map<K, Written> written = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Written> eldest) {
            return size() > KEPT;
        }
    };

    /**
     * A write.
     *
     * @param what its hash: a message may have thousands of characters, and of ten thousand Applications one is enough to tell it apart
     */
    private record Written(int what, int times, Instant last) {}

    /**
     * How long to wait before writing this.
     *
     * @return empty where it may be written now
     */
    Optional<Duration> pause(K key, Object what, Instant now) {
        Written before = written.get(key);
        if (before == null || before.what() != what.hashCode() || before.times() < 2) {
            return Optional.empty();
        }
        Duration pause = FIRST.multipliedBy(1L << Math.min(before.times() - 2, 10));
        Instant due = before.last().plus(pause.compareTo(LONGEST) < 0 ? pause : LONGEST);
        return due.isAfter(now) ? Optional.of(Duration.between(now, due)) : Optional.empty();
    }

    /**
     * Counts a write. What has stood for longer than the longest pause is not being fought about.
     *
     * @return whether it is a rewrite: the last that was written was the same, however long ago
     */
    boolean note(K key, Object what, Instant now) {
        Written before = written.remove(key);
        boolean same = before != null && before.what() == what.hashCode();
        boolean again = same
                && before != null
                && now.isBefore(before.last().plus(LONGEST).plus(LONGEST));
        written.put(key, new Written(what.hashCode(), again && before != null ? before.times() + 1 : 1, now));
        return same;
    }
}
