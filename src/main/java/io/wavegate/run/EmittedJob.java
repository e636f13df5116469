package io.wavegate.run;

import io.wavegate.api.Fields;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunSpec;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Names;
import io.wavegate.api.Options;
import io.wavegate.api.RunName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The Job that really runs, made from the hook Job in the record. Plain JSON in, plain JSON out: a field that this version does
 * not know goes through unchanged.
 */
final class EmittedJob {
    private static final String CONTROLLER_UID = "batch.kubernetes.io/controller-uid";
    /**
     * Spec fields that are not the migration's: who manages the hook Job and when it may start, how its pods are found, and
     * when it goes, which is given to the emitted Job only after the record is written.
     */
    private static final Set<String> HOOK_ONLY =
            Set.of("managedBy", "suspend", "selector", "manualSelector", "ttlSecondsAfterFinished");

    private EmittedJob() {}

    /** The Job of a record, ready to be created. */
    static Map<String, Object> of(MigrationRun run) {
        var job = new LinkedHashMap<String, Object>();
        job.put("apiVersion", "batch/v1");
        job.put("kind", "Job");
        job.put("metadata", metadata(run));
        job.put("spec", spec(run));
        return job;
    }

    private static Map<String, Object> metadata(MigrationRun run) {
        Map<String, Object> hook = Fields.copy(run.getSpec().job().get("metadata"));
        var labels = Fields.copy(hook.get("labels"));
        labels.putAll(ourLabels(run));
        labels.put(Names.MANAGED_BY_LABEL, Names.MANAGED_BY_WAVEGATE);
        var annotations = Fields.copy(hook.get("annotations"));
        // A hook of our own making would be run as a hook; a tracked one would be pruned.
        annotations
                .keySet()
                .removeIf(name -> name.equals(Names.LAST_APPLIED)
                        || name.startsWith(Names.ARGOCD_PREFIX)
                        || name.startsWith(Names.HELM_PREFIX));
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("name", run.getMetadata().getName());
        metadata.put("namespace", run.getMetadata().getNamespace());
        metadata.put("labels", labels);
        metadata.put("annotations", annotations);
        metadata.put("ownerReferences", owners(run));
        return metadata;
    }

    /**
     * The record controls it. The hook Job owns it too, so that Argo CD shows it, and its logs, below the hook; without
     * blockOwnerDeletion, so that deleting the hook never waits for it.
     */
    private static List<Map<String, Object>> owners(MigrationRun run) {
        MigrationRunSpec.Hook hook = run.getSpec().hook();
        return List.of(
                Map.of(
                        "apiVersion", run.getApiVersion(),
                        "kind", run.getKind(),
                        "name", run.getMetadata().getName(),
                        "uid", run.getMetadata().getUid(),
                        "controller", true,
                        "blockOwnerDeletion", true),
                Map.of("apiVersion", "batch/v1", "kind", hook.kind(), "name", hook.name(), "uid", hook.uid()));
    }

    private static Map<String, Object> spec(MigrationRun run) {
        MigrationRunSpec.Hook hook = run.getSpec().hook();
        var spec = Fields.copy(run.getSpec().job().get("spec"));
        spec.keySet().removeAll(HOOK_ONLY);
        MigrationRunStatus.Changed changed = run.statusOrEmpty().changed();
        if (changed != null) {
            spec.put("activeDeadlineSeconds", changed.activeDeadlineSeconds());
        }
        // With the API server's default a replacement runs beside a pod that is still ending: two migrations at once.
        spec.put("podReplacementPolicy", "Failed");
        // The hook Job's own labels on the pods: kubectl logs job/<hook>, and every script that knows the hook, finds
        // them.
        spec.put("manualSelector", true);
        spec.put("selector", Map.of("matchLabels", Map.of(CONTROLLER_UID, hook.uid())));
        var template = Fields.copy(spec.get("template"));
        var metadata = Fields.copy(template.get("metadata"));
        var labels = Fields.copy(metadata.get("labels"));
        labels.put(CONTROLLER_UID, hook.uid());
        labels.put("controller-uid", hook.uid());
        // Kubernetes gives a longer name, which needs a selector of the user's own, no such label either.
        if (hook.name().length() <= RunName.LIMIT) {
            labels.put("batch.kubernetes.io/job-name", hook.name());
            labels.put("job-name", hook.name());
        }
        labels.putAll(ourLabels(run));
        metadata.put("labels", labels);
        template.put("metadata", metadata);
        var pod = Fields.copy(template.get("spec"));
        Options options =
                run.getSpec().options() == null ? Options.NONE : run.getSpec().options();
        if (options.sidecars() != null) {
            Sidecars.move(pod, options.sidecars());
        }
        if (options.check() != null) {
            Guard.intoPod(pod, Fields.copy(metadata.get("annotations")), options.check());
            spec.put("podFailurePolicy", Guard.policy(spec.get("podFailurePolicy")));
        }
        for (String list : List.of("initContainers", "containers")) {
            if (pod.get(list) instanceof List<?> containers) {
                pod.put(list, containers.stream().map(EmittedJob::container).toList());
            }
        }
        template.put("spec", pod);
        spec.put("template", template);
        return spec;
    }

    /**
     * The API server writes the policy {@code File} into every stored Job, so that "unset" can not be told from it; the other
     * policy differs only where a container fails and has written no message.
     */
    private static Object container(@Nullable Object value) {
        var container = Fields.copy(value);
        Object policy = container.get("terminationMessagePolicy");
        if (policy == null || policy.equals("File")) {
            container.put("terminationMessagePolicy", "FallbackToLogsOnError");
        }
        return container;
    }

    private static Map<String, String> ourLabels(MigrationRun run) {
        return Map.of(
                Names.RUN_LABEL, run.getMetadata().getName(),
                Names.HOOK_LABEL, run.hookLabel());
    }
}
