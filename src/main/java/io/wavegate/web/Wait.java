package io.wavegate.web;

import io.wavegate.api.Line;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The query parameter {@code wait}: {@code 90s}, {@code 10m}, {@code 1h30m}, or a bare number of seconds. */
final class Wait {
    /** Characters of what a caller wrote that a sentence has room for. */
    private static final int QUOTED = 100;

    static final Duration LONGEST = Duration.ofMinutes(30);
    private static final Pattern SHAPE = Pattern.compile("(?:(\\d{1,4})h)?(?:(\\d{1,5})m)?(?:(\\d{1,6})s?)?");

    private Wait() {}

    /**
     * How long to wait.
     *
     * @return zero where there is no such parameter
     * @throws jakarta.ws.rs.WebApplicationException 400 where it is no duration, or longer than half an hour
     */
    static Duration parse(@Nullable String text) {
        if (text == null) {
            return Duration.ZERO;
        }
        Matcher matcher = SHAPE.matcher(text.strip());
        if (text.isBlank() || !matcher.matches()) {
            throw Problem.exception(400, "wait=%s is no duration: write wait=90s or wait=10m.".formatted(quoted(text)));
        }
        Duration wait = Duration.ofHours(number(matcher.group(1)))
                .plusMinutes(number(matcher.group(2)))
                .plusSeconds(number(matcher.group(3)));
        if (wait.compareTo(LONGEST) > 0) {
            throw Problem.exception(
                    400,
                    "wait=%s is too long: at most 30m; ask again when it has ended with 504.".formatted(quoted(text)));
        }
        return wait;
    }

    /** What a caller wrote, fit for a sentence. */
    static String quoted(String text) {
        return "'" + Line.cut(Line.of(text), QUOTED) + "'";
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
