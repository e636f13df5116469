package io.wavegate.lock;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.quarkiverse.operatorsdk.runtime.api.ConfigurableReconciler;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.Names;
import io.wavegate.loop.Retries;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Gives back the locks of runs whose records are gone, once nothing of theirs can be at work: a record or a namespace that is deleted
 * leaves nobody else to do it. A run whose record is there gives its lock back itself.
 */
@ControllerConfiguration(name = "lock")
class LockReconciler implements ConfigurableReconciler<Lease> {
    private static final Logger LOG = Logger.getLogger(LockReconciler.class);
    /** How often the holder of a lock is looked for. */
    private static final Duration LOOK = Duration.ofSeconds(30);

    private static final Set<String> OVER = Set.of("Succeeded", "Failed");

    private final KubernetesClient client;
    private final Locks locks;
    private final Clock clock;

    LockReconciler(KubernetesClient client, Locks locks, Clock clock) {
        this.client = client;
        this.locks = locks;
        this.clock = clock;
    }

    @Override
    public void updateConfigurationFrom(ControllerConfigurationOverrider<Lease> configuration) {
        configuration
                .settingNamespaces(Set.of(locks.namespace()))
                .withLabelSelector(Locks.SELECTOR)
                .withItemStore(locks.store())
                .withGenerationAware(false)
                .withRetry(Retries.forEver());
    }

    @Override
    public UpdateControl<Lease> reconcile(Lease lease, Context<Lease> context) {
        Holder holder = Holder.of(lease);
        if (holder.runUid() == null) {
            return UpdateControl.noUpdate();
        }
        if (isYoung(lease) || isThere(holder) || hasJob(holder) || hasPods(holder)) {
            return UpdateControl.<Lease>noUpdate().rescheduleAfter(LOOK);
        }
        LOG.infof(
                "lock %s: the record of run %s is gone, and so are its pods: the lock is given back",
                lease.getMetadata().getName(), holder.identity());
        try {
            locks.free(lease);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            LOG.debugf("lock %s: somebody was faster: %s", lease.getMetadata().getName(), e.getMessage());
        }
        return UpdateControl.noUpdate();
    }

    /** Most locks are held for seconds: nothing is asked about those. */
    private boolean isYoung(Lease lease) {
        Duration age = Duration.between(Instant.parse(lease.getMetadata().getCreationTimestamp()), clock.instant());
        return !age.isNegative() && age.compareTo(LOOK) < 0;
    }

    private boolean isThere(Holder holder) {
        MigrationRun run = client.resources(MigrationRun.class)
                .inNamespace(holder.namespace())
                .withName(holder.run())
                .get();
        return run != null && holder.is(run);
    }

    private boolean hasJob(Holder holder) {
        return client.batch()
                        .v1()
                        .jobs()
                        .inNamespace(holder.namespace())
                        .withName(holder.run())
                        .get()
                != null;
    }

    private boolean hasPods(Holder holder) {
        return client
                .pods()
                .inNamespace(holder.namespace())
                .withLabel(Names.RUN_LABEL, holder.run())
                .list()
                .getItems()
                .stream()
                .anyMatch(pod -> pod.getStatus() == null
                        || !OVER.contains(String.valueOf(pod.getStatus().getPhase())));
    }
}
