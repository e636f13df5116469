package io.wavegate.gate;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.quarkiverse.operatorsdk.runtime.api.ConfigurableReconciler;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.Names;
import io.wavegate.loop.Overtaken;
import io.wavegate.loop.Retries;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** The loop of the hook Jobs: which are ours, and what wakes the gate. */
@ControllerConfiguration(name = "gate")
class HookJobReconciler implements ConfigurableReconciler<Job> {
    private static final Logger LOG = Logger.getLogger(HookJobReconciler.class);
    static final String EMITTED = "emitted-jobs";
    /** Jobs fetched per request when the list is read at start: bounds the memory that foreign Jobs can take. */
    private static final long PAGE = 500;

    private final HookJobPass.Collaborators with;

    HookJobReconciler(HookJobs hookJobs, Records records, HookEvents events, Clock clock) {
        this.with = new HookJobPass.Collaborators(hookJobs, records, events, clock);
    }

    @Override
    public void updateConfigurationFrom(ControllerConfigurationOverrider<Job> configuration) {
        configuration
                .withItemStore(new ManagedJobs())
                .withGenericFilter(ManagedJobs::isManaged)
                // A generation tells of the spec alone, and a Job is terminated by its status.
                .withGenerationAware(false)
                .withOnUpdateFilter(HookJobReconciler::concernsUs)
                .withInformerListLimit(PAGE)
                .withRetry(Retries.forEver());
    }

    @Override
    public List<EventSource<?, Job>> prepareEventSources(EventSourceContext<Job> context) {
        var runs = InformerEventSourceConfiguration.from(MigrationRun.class, Job.class)
                .withSecondaryToPrimaryMapper(run -> Set.of(new ResourceID(
                        run.getSpec().hook().name(), run.getMetadata().getNamespace())))
                .build();
        // Only that they are there concerns the gate: a hook Job without a record is failed when its emitted Job is
        // gone.
        var emitted = InformerEventSourceConfiguration.from(Job.class, Job.class)
                .withName(EMITTED)
                .withLabelSelector(Names.MANAGED_BY_LABEL + "=" + Names.MANAGED_BY_WAVEGATE)
                .withOnUpdateFilter((job, before) -> false)
                .withSecondaryToPrimaryMapper(HookJobReconciler::hookOf)
                .build();
        return List.of(new InformerEventSource<>(runs, context), new InformerEventSource<>(emitted, context));
    }

    private static boolean concernsUs(Job now, Job before) {
        return !Objects.equals(
                        now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
                || !Objects.equals(
                        now.getMetadata().getDeletionTimestamp(),
                        before.getMetadata().getDeletionTimestamp())
                || !HookChanges.of(now).equals(HookChanges.of(before));
    }

    /** By its owner and not by its label, which says of which hook it is, not of which of its Jobs. */
    private static Set<ResourceID> hookOf(Job emitted) {
        return emitted.getMetadata().getOwnerReferences().stream()
                .filter(owner -> owner.getKind().equals("Job"))
                .map(owner ->
                        new ResourceID(owner.getName(), emitted.getMetadata().getNamespace()))
                .collect(Collectors.toSet());
    }

    @Override
    public UpdateControl<Job> reconcile(Job hook, Context<Job> context) {
        var pass = new HookJobPass(with, hook, context);
        try {
            return pass.run();
        } catch (KubernetesClientException e) {
            return Overtaken.lookAgain(e, LOG, pass);
        }
    }
}
