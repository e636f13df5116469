package io.wavegate.gate;

import io.wavegate.api.Option;
import io.wavegate.api.Options;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the options of a hook Job. */
final class OptionReader {
    private static final int LONGEST_RELEASE = 253;

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
                reader.choice(Option.RUN, Options.RunPolicy.class),
                reader.choice(Option.SYNC_RETRY, Options.SyncRetry.class),
                reader.release());
        return new Result(options, List.copyOf(reader.problems));
    }

    private void refuseNamesThatAreNone() {
        Problems.ours(job.annotations().keySet()).stream()
                .filter(name -> Option.of(name).flatMap(Option::meaning).isEmpty())
                .limit(Problems.MOST + 1)
                .map(OptionReader::refusal)
                .forEach(problems::add);
    }

    private static String refusal(String name) {
        return Option.of(name).isPresent()
                ? "annotation %s is an option that this version of Wavegate does not have yet: take it out"
                        .formatted(name)
                : "annotation %s is no option of Wavegate%s; there are %s"
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

    private @Nullable String release() {
        String value = value(Option.RELEASE);
        if (value != null && (value.isBlank() || value.length() > LONGEST_RELEASE)) {
            problem(
                    Option.RELEASE,
                    value,
                    "; allowed is " + Option.RELEASE.allowed().orElseThrow());
            return null;
        }
        return value;
    }

    private void problem(Option option, String value, String whatIsAllowed) {
        problems.add("annotation %s is '%s'%s".formatted(option.annotation(), Problems.quoted(value), whatIsAllowed));
    }

    private @Nullable String value(Option option) {
        return job.annotations().get(option.annotation()) instanceof String value ? value.strip() : null;
    }
}
