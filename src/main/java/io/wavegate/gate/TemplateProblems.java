package io.wavegate.gate;

import io.wavegate.api.Fields;
import io.wavegate.api.Names;
import io.wavegate.api.Option;
import io.wavegate.api.Options;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the options {@code check} and {@code sidecars} ask of a hook Job's template that it does not have. */
final class TemplateProblems {
    /** Kubernetes takes so many rules (kubernetes pkg/apis/batch/validation, maxPodFailurePolicyRules). */
    private static final int MOST_RULES = 20;
    /** Those of a check: one that ignores disruptions, one for its exit code. */
    private static final int RULES_OF_A_CHECK = 2;

    private final HookJob job;
    private final Map<?, ?> pod;
    private final List<String> containers;
    private final List<String> initContainers;
    private final List<String> found = new ArrayList<>();

    private TemplateProblems(HookJob job) {
        this.job = job;
        this.pod = Fields.pod(job.spec());
        this.containers = names(pod.get("containers"));
        this.initContainers = names(pod.get("initContainers"));
    }

    /** A sentence, without a full stop, for each. */
    static List<String> of(HookJob job, Options options) {
        var problems = new TemplateProblems(job);
        if (options.sidecars() != null) {
            problems.sidecars(options.sidecars());
        }
        if (options.check() != null) {
            problems.check();
        }
        return problems.found;
    }

    private void sidecars(List<String> names) {
        var seen = new HashSet<String>();
        names.stream().limit(Problems.MOST + 1).forEach(name -> sidecar(name, !seen.add(name)));
        if (found.isEmpty() && seen.containsAll(containers)) {
            sidecarsAre(
                    String.join(",", names),
                    "which are all containers of the Job: one must be left that runs the migration");
        }
    }

    private void sidecar(String name, boolean again) {
        if (again) {
            sidecarsAre(name, "and has it twice");
        } else if (initContainers.contains(name)) {
            sidecarsAre(
                    name,
                    "which is an init container: take it out there and, if it is to run beside the migration, give it restartPolicy:"
                            + " Always");
        } else if (!containers.contains(name)) {
            sidecarsAre(
                    name,
                    "which is no container of the Job%s; there are %s"
                            .formatted(Problems.didYouMean(name, containers), listed(containers)));
        } else if (name.equals(defaultContainer())) {
            sidecarsAre(
                    name,
                    "which is the migration's own container by the template's annotation " + Names.DEFAULT_CONTAINER);
        }
    }

    private void sidecarsAre(String named, String wrong) {
        found.add(
                "annotation %s names '%s', %s".formatted(Option.SIDECARS.annotation(), Problems.quoted(named), wrong));
    }

    private void check() {
        String check = "annotation " + Option.CHECK.annotation();
        if ("OnFailure".equals(pod.get("restartPolicy"))) {
            found.add(
                    ("%s needs spec.template.spec.restartPolicy Never, and it is OnFailure: a check that fails ends the Job by its"
                                    + " podFailurePolicy, which Kubernetes takes with Never only; backoffLimit still counts the attempts")
                            .formatted(check));
        }
        if (containers.contains(Names.CHECK_CONTAINER) || initContainers.contains(Names.CHECK_CONTAINER)) {
            found.add("spec.template.spec has a container '%s', the name that the container of %s is given: rename it"
                    .formatted(Names.CHECK_CONTAINER, check));
        }
        String named = defaultContainer();
        if (named != null && !containers.contains(named)) {
            found.add(
                    ("the template's annotation %s is '%s', which is no container of the Job%s, and %s takes image and environment"
                                    + " from it; there are %s")
                            .formatted(
                                    Names.DEFAULT_CONTAINER,
                                    Problems.quoted(named),
                                    Problems.didYouMean(named, containers),
                                    check,
                                    listed(containers)));
        }
        if (rules() > MOST_RULES - RULES_OF_A_CHECK) {
            found.add(
                    "spec.podFailurePolicy has %d rules, of which Kubernetes takes %d, and %s needs %d of them: leave out %d"
                            .formatted(
                                    rules(),
                                    MOST_RULES,
                                    check,
                                    RULES_OF_A_CHECK,
                                    rules() - MOST_RULES + RULES_OF_A_CHECK));
        }
    }

    private int rules() {
        return Fields.map(job.spec().get("podFailurePolicy")).get("rules") instanceof List<?> rules ? rules.size() : 0;
    }

    private @Nullable String defaultContainer() {
        return job.templateAnnotations().get(Names.DEFAULT_CONTAINER) instanceof String name ? name : null;
    }

    private static String listed(List<String> names) {
        return Problems.quoted(String.join(", ", names));
    }

    private static List<String> names(@Nullable Object containers) {
        return Fields.list(containers)
                .map(container -> Fields.text(container.get("name")))
                .filter(Objects::nonNull)
                .toList();
    }
}
