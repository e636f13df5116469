package io.wavegate.api;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Times as Kubernetes and Argo CD write them, in objects that anybody may have written. */
public final class Times {
    private Times() {}

    /** A time as Kubernetes writes it, to the second. */
    public static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /**
     * A time.
     *
     * @param text RFC 3339 in UTC, or null
     * @return empty where there is none, or one that nobody can read
     */
    public static Optional<Instant> parse(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
