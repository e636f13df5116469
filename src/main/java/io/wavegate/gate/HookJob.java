package io.wavegate.gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.wavegate.api.DeletePolicy;
import io.wavegate.api.Digest;
import io.wavegate.api.Fields;
import io.wavegate.api.Names;
import io.wavegate.api.Options;
import io.wavegate.api.OutputLogPolicy;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A hook Job as its author wrote it: what the API server added is taken off, everything else is kept, known to us or not. Works
 * on plain JSON values, since typed classes would drop what they do not know.
 */
final class HookJob {
    /**
     * Labels that the API server puts on a Job's pods, and on the Job where it has none, each Job's own (kubernetes
     * pkg/registry/batch/job/strategy.go).
     */
    private static final Set<String> GENERATED_LABELS =
            Set.of("controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name");

    private static final ObjectMapper CANONICAL = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private final Map<String, Object> job;

    /**
     * Takes a Job as the API server returned it.
     *
     * @param metadata its metadata
     * @param spec its spec
     */
    HookJob(Map<String, Object> metadata, Map<String, Object> spec) {
        var labels = Fields.copy(metadata.get("labels"));
        if (!Boolean.TRUE.equals(spec.get("manualSelector"))) {
            labels.keySet().removeAll(GENERATED_LABELS);
        }
        var annotations = Fields.copy(metadata.get("annotations"));
        annotations.remove(Names.LAST_APPLIED);
        job = new LinkedHashMap<>();
        job.put("metadata", Map.of("labels", labels, "annotations", annotations));
        job.put("spec", asWritten(spec));
    }

    /** The cleaned Job: metadata (labels, annotations) and spec. */
    Map<String, Object> fields() {
        return job;
    }

    /** SHA-256 of the cleaned Job in canonical JSON: equal for the same template, whichever object carries it. */
    String fingerprint() {
        return Digest.of(json());
    }

    private byte[] json() {
        try {
            return CANONICAL.writeValueAsBytes(job);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("JSON that was read can be written", e);
        }
    }

    /** What the hook is for. Argo CD's annotation wins over Helm's, as in Argo CD (gitops-engine hook.go, Types). */
    @Nullable String event() {
        String argocd = annotation(Names.ARGOCD_HOOK);
        return argocd != null ? argocd : annotation(Names.HELM_HOOK);
    }

    /**
     * The Helm events that the Job is for: those of its option, else Helm's own, which do not count where Argo CD has an annotation of
     * its own. None: whoever creates it means it to run.
     */
    Set<String> events() {
        List<String> asked = options().on();
        return asked != null
                ? Set.copyOf(asked)
                : annotation(Names.ARGOCD_HOOK) != null
                        ? Set.of()
                        : words(Names.HELM_HOOK)
                                .filter(OptionReader.EVENTS::contains)
                                .collect(Collectors.toUnmodifiableSet());
    }

    /** Helm's and Argo CD's policies united, before-hook-creation where there are none. Unknown words are {@link #problem}s. */
    List<DeletePolicy> deletePolicies() {
        var policies = EnumSet.noneOf(DeletePolicy.class);
        words(Names.HELM_DELETE_POLICY)
                .forEach(word -> policy(word, DeletePolicy::helm).ifPresent(policies::add));
        words(Names.ARGOCD_DELETE_POLICY)
                .forEach(word -> policy(word, DeletePolicy::argocd).ifPresent(policies::add));
        return policies.isEmpty() ? List.of(DeletePolicy.BEFORE_HOOK_CREATION) : List.copyOf(policies);
    }

    /** Helm's. Unknown words are {@link #problem}s. */
    List<OutputLogPolicy> outputLogPolicies() {
        List<String> words = words(Names.HELM_OUTPUT_LOG_POLICY).toList();
        return Arrays.stream(OutputLogPolicy.values())
                .filter(policy -> words.contains(policy.helm()))
                .toList();
    }

    /** What can not be run, naming field, value and what is allowed, joined to one sentence; null where all is well. */
    @Nullable String problem() {
        List<String> problems = Problems.of(this);
        String told = String.join("; ", problems.subList(0, Math.min(problems.size(), Problems.MOST)));
        return problems.isEmpty() ? null : problems.size() > Problems.MOST ? told + "; and there is more" : told;
    }

    /** What its annotations ask for; what is wrong among them is a {@link #problem}. */
    Options options() {
        return OptionReader.read(this).options();
    }

    /** Bytes of the cleaned Job as JSON. */
    int size() {
        return json().length;
    }

    private static Optional<DeletePolicy> policy(String value, Function<DeletePolicy, String> word) {
        return Arrays.stream(DeletePolicy.values())
                .filter(policy -> word.apply(policy).equals(value))
                .findFirst();
    }

    /** The words of an annotation that is a comma-separated list. */
    Stream<String> words(String annotation) {
        String value = annotation(annotation);
        return value == null
                ? Stream.empty()
                : Arrays.stream(value.split(",", -1)).map(String::strip).filter(word -> !word.isEmpty());
    }

    private @Nullable String annotation(String name) {
        return annotations().get(name) instanceof String value ? value : null;
    }

    Map<String, Object> annotations() {
        return Fields.copy(Fields.copy(job.get("metadata")).get("annotations"));
    }

    Map<String, Object> labels() {
        return Fields.copy(Fields.copy(job.get("metadata")).get("labels"));
    }

    Map<String, Object> templateAnnotations() {
        return Fields.copy(templateMetadata().get("annotations"));
    }

    Map<String, Object> templateLabels() {
        return Fields.copy(templateMetadata().get("labels"));
    }

    private Map<String, Object> templateMetadata() {
        return Fields.copy(Fields.copy(spec().get("template")).get("metadata"));
    }

    Map<String, Object> spec() {
        return Fields.copy(job.get("spec"));
    }

    private static Map<String, Object> asWritten(Map<String, Object> stored) {
        var spec = new LinkedHashMap<>(stored);
        if (Boolean.TRUE.equals(spec.get("manualSelector"))) {
            return spec;
        }
        spec.remove("manualSelector");
        spec.remove("selector");
        var template = Fields.copy(spec.get("template"));
        var metadata = Fields.copy(template.get("metadata"));
        var labels = Fields.copy(metadata.get("labels"));
        labels.keySet().removeAll(GENERATED_LABELS);
        metadata.put("labels", labels);
        template.put("metadata", metadata);
        spec.put("template", template);
        return spec;
    }
}
