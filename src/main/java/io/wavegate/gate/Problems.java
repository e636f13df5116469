package io.wavegate.gate;

import io.wavegate.api.DeletePolicy;
import io.wavegate.api.Line;
import io.wavegate.api.Names;
import io.wavegate.api.Option;
import io.wavegate.api.OutputLogPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a hook Job from being run: each a sentence with the place, the value, and what is allowed there. A wrong option is never
 * ignored, wherever it was put.
 */
final class Problems {
    /** More of a wrong value helps nobody. */
    private static final int QUOTED = 80;

    /** So many are told at once: annotations have room for thousands, a record has not. */
    static final int MOST = 5;

    /** The names of all options. */
    static final List<String> OPTIONS =
            Arrays.stream(Option.values()).map(Option::annotation).toList();

    private final List<String> found = new ArrayList<>();

    private Problems() {}

    /** What is wrong with a hook Job, of each kind not many more than {@link #MOST}; empty where all is well. */
    static List<String> of(HookJob job) {
        var problems = new Problems();
        OptionReader.Result read = OptionReader.read(job);
        problems.found.addAll(read.problems());
        problems.found.addAll(TemplateProblems.of(job, read.options()));
        problems.policies(Names.HELM_DELETE_POLICY, job, DeletePolicy.values(), DeletePolicy::helm);
        problems.policies(Names.ARGOCD_DELETE_POLICY, job, DeletePolicy.values(), DeletePolicy::argocd);
        problems.policies(Names.HELM_OUTPUT_LOG_POLICY, job, OutputLogPolicy.values(), OutputLogPolicy::helm);
        problems.misplaced("metadata.labels", job.labels());
        problems.parallelism(job.spec().get("parallelism"));
        problems.misplaced("spec.template.metadata.annotations", job.templateAnnotations());
        problems.misplaced("spec.template.metadata.labels", job.templateLabels());
        return problems.found;
    }

    private void misplaced(String place, Map<String, Object> entries) {
        for (String name : ours(entries.keySet()).stream().limit(MOST + 1).toList()) {
            found.add("%s has %s, which does nothing there: Wavegate's options are annotations of the Job itself%s"
                    .formatted(
                            place,
                            quoted(name),
                            Option.of(name).isPresent() ? ", in metadata.annotations" : didYouMean(name, OPTIONS)));
        }
    }

    private <P> void policies(String annotation, HookJob job, P[] policies, Function<P, String> word) {
        List<String> allowed = Arrays.stream(policies).map(word).toList();
        job.words(annotation)
                .filter(value -> !allowed.contains(value))
                .distinct()
                .limit(MOST + 1)
                .forEach(value -> found.add("annotation %s has the word '%s'%s; allowed are %s"
                        .formatted(annotation, quoted(value), didYouMean(value, allowed), String.join(", ", allowed))));
    }

    private void parallelism(@Nullable Object parallelism) {
        if (parallelism != null && !Integer.valueOf(1).equals(parallelism)) {
            found.add("spec.parallelism is " + parallelism
                    + ", but a migration is one process: leave it out or make it 1");
        }
    }

    /** Of these names those that are ours to understand, in their order. */
    static Set<String> ours(Set<String> names) {
        var ours = new TreeSet<>(names);
        ours.removeIf(name -> !name.startsWith(Names.OPTION_PREFIX));
        return ours;
    }

    /** A suggestion, or nothing. */
    static String didYouMean(String word, List<String> right) {
        return Nearest.to(word, right)
                .map(near -> " (did you mean " + near + "?)")
                .orElse("");
    }

    /** So much of a value as a sentence has room for. */
    static String quoted(String value) {
        return Line.cut(value, QUOTED);
    }
}
