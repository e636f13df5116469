package io.wavegate.gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.wavegate.api.Option;
import io.wavegate.api.Options;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the options of a hook Job. */
final class OptionReader {
    private static final int LONGEST_RELEASE = 253;
    private static final int A_DAY = 86400;
    private static final Pattern DATABASE =
            Pattern.compile("([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/)?[A-Za-z0-9]([-_.A-Za-z0-9]{0,251}[A-Za-z0-9])?");
    /** Letters that mean something to a shell, which never sees the words. */
    private static final String SHELL = "'\"`$&|;<>()\\*?#~";

    /** Helm's, but for its tests (helm.sh/docs/topics/charts_hooks). */
    static final List<String> EVENTS = List.of(
            "pre-install",
            "post-install",
            "pre-upgrade",
            "post-upgrade",
            "pre-rollback",
            "post-rollback",
            "pre-delete",
            "post-delete");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final HookJob job;
    private final List<String> problems = new ArrayList<>();

    private OptionReader(HookJob job) {
        this.job = job;
    }

    /**
     * What was understood.
     *
     * @param options without those that have a problem
     * @param problems a sentence, without a full stop, for each option that is not understood
     */
    record Result(Options options, List<String> problems) {}

    /** Reads all options. */
    static Result read(HookJob job) {
        var reader = new OptionReader(job);
        reader.refuseNamesThatAreNone();
        var options = new Options(
                reader.database(),
                reader.check(),
                reader.events(),
                reader.choice(Option.RUN, Options.RunPolicy.class),
                reader.choice(Option.SYNC_RETRY, Options.SyncRetry.class),
                reader.seconds(Option.START_DEADLINE),
                reader.names(Option.SIDECARS),
                reader.seconds(Option.LOCK_TIMEOUT),
                reader.release());
        return new Result(options, List.copyOf(reader.problems));
    }

    private void refuseNamesThatAreNone() {
        Problems.ours(job.annotations().keySet()).stream()
                .filter(name -> Option.of(name).isEmpty())
                .limit(Problems.MOST + 1)
                .map(OptionReader::refusal)
                .forEach(problems::add);
    }

    private static String refusal(String name) {
        return "annotation %s is no option of Wavegate%s; there are %s"
                .formatted(
                        Problems.quoted(name),
                        Problems.didYouMean(name, Problems.OPTIONS),
                        String.join(", ", Problems.OPTIONS));
    }

    private <E extends Enum<E>> @Nullable E choice(Option option, Class<E> type) {
        String value = value(option);
        if (value == null) {
            return null;
        }
        List<String> allowed =
                Arrays.stream(type.getEnumConstants()).map(Enum::name).toList();
        if (!allowed.contains(value)) {
            problem(option, value, Problems.didYouMean(value, allowed) + "; allowed are " + String.join(", ", allowed));
            return null;
        }
        return Enum.valueOf(type, value);
    }

    private @Nullable String database() {
        return read(Option.DATABASE, value -> DATABASE.matcher(value).matches() ? value : null);
    }

    private @Nullable List<String> check() {
        return read(Option.CHECK, value -> {
            List<String> words = value.startsWith("[") ? jsonWords(value) : plainWords(value);
            return words.isEmpty() || words.contains("") ? null : words;
        });
    }

    /** Plain words must be plain: a shell's quotes and operators would be given to the command as they stand. */
    private static List<String> plainWords(String value) {
        return value.chars().anyMatch(letter -> SHELL.indexOf(letter) >= 0) ? List.of() : List.of(value.split("\\s+"));
    }

    /** Empty where it is no JSON array of strings. */
    private static List<String> jsonWords(String value) {
        try {
            JsonNode array = JSON.readTree(value);
            var words = new ArrayList<String>();
            array.forEach(word -> words.add(word.isTextual() ? word.textValue() : ""));
            return words;
        } catch (JsonProcessingException e) {
            return List.of();
        }
    }

    private @Nullable List<String> events() {
        List<String> events = names(Option.ON);
        if (events == null) {
            return null;
        }
        Optional<String> wrong =
                events.stream().filter(event -> !EVENTS.contains(event)).findFirst();
        if (wrong.isPresent()) {
            problem(
                    Option.ON,
                    wrong.get(),
                    Problems.didYouMean(wrong.get(), EVENTS) + "; allowed are " + String.join(", ", EVENTS));
            return null;
        }
        return events;
    }

    private @Nullable List<String> names(Option option) {
        return read(option, value -> {
            List<String> names =
                    Arrays.stream(value.split(",", -1)).map(String::strip).toList();
            return names.contains("") ? null : names;
        });
    }

    private @Nullable Integer seconds(Option option) {
        return read(
                option,
                value -> value.matches("[1-9][0-9]{0,4}") && Integer.parseInt(value) <= A_DAY
                        ? Integer.valueOf(value)
                        : null);
    }

    private @Nullable String release() {
        return read(Option.RELEASE, value -> value.isBlank() || value.length() > LONGEST_RELEASE ? null : value);
    }

    /** An option's value, null where there is none; what the reading gives null for is not allowed, and a problem. */
    private <T> @Nullable T read(Option option, Function<String, @Nullable T> reading) {
        String value = value(option);
        if (value == null) {
            return null;
        }
        T read = reading.apply(value);
        if (read == null) {
            problem(option, value, "; allowed is " + option.allowed());
        }
        return read;
    }

    private void problem(Option option, String value, String whatIsAllowed) {
        problems.add("annotation %s is '%s'%s".formatted(option.annotation(), Problems.quoted(value), whatIsAllowed));
    }

    private @Nullable String value(Option option) {
        return job.annotations().get(option.annotation()) instanceof String value ? value.strip() : null;
    }
}
