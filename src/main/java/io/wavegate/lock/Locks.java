package io.wavegate.lock;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.Names;
import io.wavegate.api.Option;
import io.wavegate.api.RunName;
import io.wavegate.api.WavegateConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The Leases that are the locks. */
@ApplicationScoped
public class Locks {
    /** Value of the label {@code app.kubernetes.io/component} of a Lease that is a database's lock. */
    private static final String COMPONENT = "database-lock";

    private static final String COMPONENT_LABEL = "app.kubernetes.io/component";
    /** Selects the Leases that are locks. */
    public static final String SELECTOR = COMPONENT_LABEL + "=" + COMPONENT;

    private final KubernetesClient client;
    private final WavegateConfig config;
    private final Clock clock;
    private final ItemStore<Lease> store = new BasicItemStore<>(Cache::metaNamespaceKeyFunc);

    Locks(KubernetesClient client, WavegateConfig config, Clock clock) {
        this.client = client;
        this.config = config;
        this.clock = clock;
    }

    /** How many locks are held, as the watch tells. */
    public int held() {
        return store.size();
    }

    /** The cache of the Leases. */
    ItemStore<Lease> store() {
        return store;
    }

    /** Where the Leases are. */
    public String namespace() {
        return config.namespace();
    }

    /**
     * The name of a database's Lease, {@code wavegate-lock-<what fits of the key>-<10 hex>}.
     *
     * @param key {@code <namespace>/<name>}
     */
    public static String name(String key) {
        return RunName.of("wavegate-lock-" + key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"), key);
    }

    /**
     * Takes the lock of a run's database, where nobody has it.
     *
     * @return the Lease as stored: this run's, or another's; null where another's was there and has gone meanwhile
     * @throws IllegalStateException Wavegate's namespace is not there
     */
    public @Nullable Lease take(MigrationRun run) {
        String name = name(run.database());
        var leases = client.leases().inNamespace(config.namespace());
        try {
            return leases.resource(new LeaseBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .withNamespace(config.namespace())
                            .withLabels(Map.of(
                                    Names.MANAGED_BY_LABEL, Names.MANAGED_BY_WAVEGATE, COMPONENT_LABEL, COMPONENT))
                            .withAnnotations(Map.of(
                                    Option.DATABASE.annotation(),
                                    run.database(),
                                    Names.RUN_UID,
                                    run.getMetadata().getUid()))
                            .endMetadata()
                            .withNewSpec()
                            .withHolderIdentity(Holder.identity(run))
                            .withAcquireTime(ZonedDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
                            .endSpec()
                            .build())
                    .create();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return leases.withName(name).get();
            }
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                throw new IllegalStateException(
                        "The namespace " + config.namespace() + ", where the locks of databases are kept, is not there:"
                                + " create it, or let WAVEGATE_NAMESPACE name another.",
                        e);
            }
            throw e;
        }
    }

    /**
     * Gives a lock back; does nothing where that Lease is gone.
     *
     * @throws KubernetesClientException 409 when the Lease is no longer the one that was read
     */
    public void free(Lease read) {
        client.leases()
                .resource(read)
                .lockResourceVersion(read.getMetadata().getResourceVersion())
                .delete();
    }
}
