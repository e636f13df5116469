package io.wavegate.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumns;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The record of one migration: which release asked for it, what was run, how it ended, and the end of its log. One per front-door
 * object, created by the controller only, with the emitted Job's name. It outlives the hook Job, whose deletion is Argo
 * CD's or Helm's business, and is deleted by the history limit or by hand.
 */
@Group(Names.GROUP)
@Version("v1alpha1")
@Plural("migrationruns")
@ShortNames("mrun")
@AdditionalPrinterColumns({
    @AdditionalPrinterColumn(name = "HOOK", jsonPath = ".spec.hook.name", type = AdditionalPrinterColumn.Type.STRING),
    @AdditionalPrinterColumn(
            name = "APPLICATION",
            jsonPath = ".spec.release.application.name",
            type = AdditionalPrinterColumn.Type.STRING),
    @AdditionalPrinterColumn(
            name = "REVISION",
            jsonPath = ".status.revision",
            type = AdditionalPrinterColumn.Type.STRING),
    @AdditionalPrinterColumn(
            name = "EVENT",
            jsonPath = ".spec.release.event",
            type = AdditionalPrinterColumn.Type.STRING),
    @AdditionalPrinterColumn(name = "PHASE", jsonPath = ".status.phase", type = AdditionalPrinterColumn.Type.STRING),
    @AdditionalPrinterColumn(name = "REASON", jsonPath = ".status.reason", type = AdditionalPrinterColumn.Type.STRING),
    @AdditionalPrinterColumn(
            name = "BLOCKED",
            jsonPath = ".status.blocked.message",
            type = AdditionalPrinterColumn.Type.STRING,
            priority = 1),
    @AdditionalPrinterColumn(
            name = "AGE",
            jsonPath = ".metadata.creationTimestamp",
            type = AdditionalPrinterColumn.Type.DATE)
})
@SuppressWarnings("serial")
public class MigrationRun extends CustomResource<MigrationRunSpec, MigrationRunStatus> implements Namespaced {
    /** A copy of this record with another status, as read: a write of it is refused when the stored one is newer. */
    public MigrationRun withStatus(MigrationRunStatus status) {
        var copy = new MigrationRun();
        copy.setMetadata(
                new ObjectMetaBuilder(getMetadata()).withManagedFields().build());
        copy.setSpec(getSpec());
        copy.setStatus(status);
        return copy;
    }

    /** Why the run is to be stopped, as the annotation {@link Names#ABORT} says; null where it is not. */
    public @Nullable String abort() {
        return Annotations.of(this, Names.ABORT);
    }

    /** The status, empty where none was written yet. */
    public MigrationRunStatus statusOrEmpty() {
        MigrationRunStatus status = getStatus();
        return status == null ? MigrationRunStatus.EMPTY : status;
    }

    /** Which hook it is a run of, the same for each release: the value of the label {@link Names#HOOK_LABEL}. */
    public String hookLabel() {
        Map<String, String> labels = getMetadata().getLabels();
        String label = labels == null ? null : labels.get(Names.HOOK_LABEL);
        return label == null ? HookLabel.of(getSpec().hook().name(), null) : label;
    }

    /** Key of the database that it migrates, {@code <namespace>/<name>}; the hook's own where the record names none. */
    public String database() {
        String named = getSpec().database();
        return named != null ? named : getMetadata().getNamespace() + "/" + hookLabel();
    }

    @Override
    protected @Nullable MigrationRunSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable MigrationRunStatus initStatus() {
        return null;
    }
}
