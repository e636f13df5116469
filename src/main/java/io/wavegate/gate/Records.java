package io.wavegate.gate;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.wavegate.api.HookLabel;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunSpec;
import io.wavegate.api.Names;
import io.wavegate.api.RunName;
import io.wavegate.api.WavegateConfig;
import io.wavegate.argocd.Application;
import io.wavegate.argocd.Applications;
import io.wavegate.argocd.TrackingId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the record of a hook Job, and asks Argo CD whose it is. */
@ApplicationScoped
class Records {
    private final Applications applications;
    private final WavegateConfig config;

    Records(Applications applications, WavegateConfig config) {
        this.applications = applications;
        this.config = config;
    }

    /** The record for a hook Job, not yet stored. */
    MigrationRun draft(Job hook, HookJob job) {
        ObjectMeta meta = hook.getMetadata();
        var run = new MigrationRun();
        run.setMetadata(new ObjectMetaBuilder()
                .withName(RunName.of(meta.getName(), meta.getUid()))
                .withNamespace(meta.getNamespace())
                .withLabels(Map.of(
                        Names.HOOK_LABEL,
                        HookLabel.of(meta.getName(), meta.getGenerateName()),
                        Names.MANAGED_BY_LABEL,
                        Names.MANAGED_BY_WAVEGATE))
                .build());
        run.setSpec(new MigrationRunSpec(
                new MigrationRunSpec.Hook("Job", meta.getName(), meta.getUid()),
                release(meta),
                job.event(),
                job.fingerprint(),
                job.deletePolicies(),
                job.problem(),
                job.fields()));
        return run;
    }

    /** What the Application says now of the hook behind a record that claims it; empty where there is none to ask. */
    Optional<Application> application(MigrationRun run) {
        MigrationRunSpec.Application claimed = run.getSpec().release().application();
        return claimed == null
                ? Optional.empty()
                : applications.find(new TrackingId(claimed.namespace(), claimed.name()));
    }

    private MigrationRunSpec.Release release(ObjectMeta hook) {
        return TrackingId.parse(annotation(hook, Names.TRACKING_ID), config.argocdNamespace())
                .map(id -> release(hook, id, applications.find(id)))
                .orElseGet(() -> new MigrationRunSpec.Release(hook.getUid(), null, null, null));
    }

    /** A running operation that can have made the hook is its release; otherwise the hook is a release of its own. */
    private static MigrationRunSpec.Release release(ObjectMeta hook, TrackingId id, Optional<Application> application) {
        var claimed = new MigrationRunSpec.Application(
                id.applicationNamespace(),
                id.applicationName(),
                application.map(Application::uid).orElse(null));
        return application
                .flatMap(Application::operation)
                .filter(operation -> operation.covers(hook.getCreationTimestamp()))
                .map(operation -> new MigrationRunSpec.Release(
                        claimed.uid() + "/" + operation.startedAt(),
                        claimed,
                        operation.revision() != null ? operation.revision() : operation.requestedRevision(),
                        operation.startedAt()))
                .orElseGet(() -> new MigrationRunSpec.Release(hook.getUid(), claimed, null, null));
    }

    private static @Nullable String annotation(ObjectMeta meta, String name) {
        return meta.getAnnotations() == null ? null : meta.getAnnotations().get(name);
    }
}
