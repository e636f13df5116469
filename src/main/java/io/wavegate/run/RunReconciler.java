package io.wavegate.run;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.quarkiverse.operatorsdk.runtime.api.ConfigurableReconciler;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Names;
import io.wavegate.ledger.Ledger;
import io.wavegate.lock.Holder;
import io.wavegate.lock.Locks;
import io.wavegate.loop.Overtaken;
import io.wavegate.loop.Retries;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** The loop of the records: what wakes a run, and when it is looked at again. */
@ControllerConfiguration(name = "run")
class RunReconciler implements ConfigurableReconciler<MigrationRun> {
    private static final Logger LOG = Logger.getLogger(RunReconciler.class);
    /** Index of the records: runs that have not begun, by the lease that they need. */
    static final String LINE = "line";

    private static final Duration TICK = Duration.ofMillis(50);

    private final PodStore pods = new PodStore();
    private final RunPass.Collaborators with;
    private final Locks locks;
    private final Ledger ledger;
    private final Clock clock;

    RunReconciler(
            EmittedJobs jobs,
            Logs logs,
            Events events,
            History history,
            Locks locks,
            Ledger ledger,
            Clock clock,
            ExecutorService executor) {
        this.ledger = ledger;
        this.with = new RunPass.Collaborators(jobs, pods, logs, events, history, locks, clock, executor);
        this.locks = locks;
        this.clock = clock;
    }

    @Override
    public void updateConfigurationFrom(ControllerConfigurationOverrider<MigrationRun> configuration) {
        // The gate opens a run by writing its status, which does not raise the generation.
        configuration.withItemStore(ledger.store()).withGenerationAware(false).withRetry(Retries.forEver());
    }

    @Override
    public List<EventSource<?, MigrationRun>> prepareEventSources(EventSourceContext<MigrationRun> context) {
        var emitted = InformerEventSourceConfiguration.from(Job.class, MigrationRun.class)
                .withLabelSelector(Names.MANAGED_BY_LABEL + "=" + Names.MANAGED_BY_WAVEGATE)
                .withSecondaryToPrimaryMapper(job -> runOf(job.getMetadata()))
                .build();
        var placed = InformerEventSourceConfiguration.from(Pod.class, MigrationRun.class)
                .withItemStore(pods)
                .withLabelSelector(Names.RUN_LABEL)
                .withSecondaryToPrimaryMapper(pod -> runOf(pod.getMetadata()))
                .build();
        context.getPrimaryCache().addIndexer(LINE, run -> isInLine(run) ? List.of(lease(run)) : List.of());
        var leases = InformerEventSourceConfiguration.from(Lease.class, MigrationRun.class)
                .withNamespaces(Set.of(locks.namespace()))
                .withLabelSelector(Locks.SELECTOR)
                .withOnUpdateFilter((lease, before) -> false)
                .withSecondaryToPrimaryMapper(lease -> concerned(lease, context.getPrimaryCache()))
                .build();
        return List.of(
                new InformerEventSource<>(emitted, context),
                new InformerEventSource<>(placed, context),
                new InformerEventSource<>(leases, context));
    }

    /** The one that holds the lock, and all that wait for it. */
    private static Set<ResourceID> concerned(Lease lease, IndexerResourceCache<MigrationRun> records) {
        var runs = records.byIndex(LINE, lease.getMetadata().getName()).stream()
                .map(ResourceID::fromResource)
                .collect(Collectors.toSet());
        Holder.of(lease).runId().ifPresent(runs::add);
        return runs;
    }

    /** Whether a run waits for its lock, or will. */
    private static boolean isInLine(MigrationRun run) {
        MigrationRunStatus status = run.statusOrEmpty();
        return status.phase() != null && !status.terminal() && status.job() == null;
    }

    static String lease(MigrationRun run) {
        return Locks.name(run.database());
    }

    private static Set<ResourceID> runOf(ObjectMeta meta) {
        Map<String, String> labels = meta.getLabels();
        String run = labels == null ? null : labels.get(Names.RUN_LABEL);
        return run == null ? Set.of() : Set.of(new ResourceID(run, meta.getNamespace()));
    }

    @Override
    public UpdateControl<MigrationRun> reconcile(MigrationRun run, Context<MigrationRun> context) {
        var pass = new RunPass(with, run, context);
        try {
            return pass.run()
                    .map(until -> UpdateControl.<MigrationRun>noUpdate().rescheduleAfter(pause(until)))
                    .orElseGet(UpdateControl::noUpdate);
        } catch (KubernetesClientException e) {
            return Overtaken.lookAgain(e, LOG, pass);
        }
    }

    /** A timer may go off a little early, and the time may be over meanwhile. */
    private Duration pause(Instant until) {
        Duration pause = Duration.between(clock.instant(), until);
        return (pause.isNegative() ? Duration.ZERO : pause).plus(TICK);
    }
}
