package io.wavegate.argocd;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.wavegate.api.ApplicationName;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * All Applications, followed: in this cluster, or in the hub where one is configured. Where Argo CD is not installed, or may not be
 * read, there are none, and they are looked for again for as long as we live: it may be installed later than we are.
 *
 * <p>What is kept of each is its {@link WatchedApplication}; the objects themselves can be large, and pass by.
 */
@ApplicationScoped
public class ApplicationWatch {
    private static final Logger LOG = Logger.getLogger(ApplicationWatch.class);
    /** How often the hub's kubeconfig is looked at: a new one is followed with a new watch. */
    private static final long HUB_SECONDS = 10;
    /** Applications fetched per request when the list is read. */
    private static final long PAGE = 100;

    private final Applications applications;
    private final Map<ApplicationName, WatchedApplication> known = new ConcurrentHashMap<>();
    private final List<Consumer<ApplicationName>> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "wavegate-applications"));
    private @Nullable Future<?> following;
    private @Nullable KubernetesClient followed;
    private volatile @Nullable SharedIndexInformer<GenericKubernetesResource> informer;
    private @Nullable String trouble;

    ApplicationWatch(Applications applications) {
        this.applications = applications;
    }

    void onStartup(@Observes StartupEvent event) {
        following = timer.scheduleWithFixedDelay(this::follow, 0, HUB_SECONDS, TimeUnit.SECONDS);
    }

    void onShutdown(@Observes ShutdownEvent event) {
        if (following != null) {
            following.cancel(true);
        }
        timer.shutdownNow();
        stop();
    }

    /** Has a listener hear which Application changed or went, in the thread of the watch: it is not to wait for anything. */
    public void listen(Consumer<ApplicationName> listener) {
        listeners.add(listener);
    }

    /** An Application as it is known by now; empty where there is none, or none that is for this cluster. */
    public Optional<WatchedApplication> find(ApplicationName name) {
        return Optional.ofNullable(known.get(name));
    }

    /** Every Application that is for this cluster. */
    public Collection<WatchedApplication> all() {
        return List.copyOf(known.values());
    }

    /** Whether the list was read whole and is being followed: until then an Application that is not here may well be there. */
    public boolean synced() {
        var current = informer;
        return current != null && current.hasSynced();
    }

    /**
     * Takes what a write of ours has returned, which the watch may bring much later. Where it has brought something else meanwhile, that it
     * is gone even, its word stands: nothing would take an older one out again.
     *
     * @param read the Application that the write was decided on
     * @param stored what is stored of it since
     */
    public void written(WatchedApplication read, GenericKubernetesResource stored) {
        WatchedApplication watched = applications.watched(stored);
        if (watched != null && known.replace(read.name(), read, watched)) {
            tell(read.name());
        }
    }

    private synchronized void follow() {
        try {
            KubernetesClient client = applications.client();
            if (client != followed) {
                stop();
                followed = client;
                informer = start(client);
            }
            trouble = null;
        } catch (RuntimeException e) {
            // The sentence says what is wrong with the hub's kubeconfig; once is enough.
            if (!String.valueOf(e.getMessage()).equals(trouble)) {
                trouble = String.valueOf(e.getMessage());
                LOG.warnf("Applications are not followed: %s", trouble);
            }
        }
    }

    private SharedIndexInformer<GenericKubernetesResource> start(KubernetesClient client) {
        SharedIndexInformer<GenericKubernetesResource> started = Applications.in(client)
                .inAnyNamespace()
                .withLimit(PAGE)
                .runnableInformer(0)
                .itemStore(new Store())
                // Without end: the CRD, or our right to read it, may come.
                .exceptionHandler((running, failure) -> {
                    LOG.debugf("Applications can not be followed now: %s", failure.getMessage());
                    return true;
                });
        started.start();
        return started;
    }

    private synchronized void stop() {
        var current = informer;
        if (current != null) {
            current.stop();
            informer = null;
            known.clear();
        }
    }

    /** Takes what the watch has brought. */
    void take(GenericKubernetesResource application) {
        var name = name(application);
        WatchedApplication watched = applications.watched(application);
        if (watched == null) {
            forget(name);
        } else if (!watched.equals(known.put(name, watched))) {
            tell(name);
        }
    }

    /** The watch has told that it is gone, or for another cluster now. */
    void forget(ApplicationName name) {
        if (known.remove(name) != null) {
            tell(name);
        }
    }

    private void tell(ApplicationName name) {
        listeners.forEach(listener -> listener.accept(name));
    }

    private static ApplicationName name(GenericKubernetesResource application) {
        return new ApplicationName(
                application.getMetadata().getNamespace(),
                application.getMetadata().getName());
    }

    /** What the informer itself needs of each: who it is. */
    private final class Store extends BasicItemStore<GenericKubernetesResource> {
        Store() {
            super(Cache::metaNamespaceKeyFunc);
        }

        @Override
        public GenericKubernetesResource put(String key, GenericKubernetesResource application) {
            take(application);
            return super.put(key, withoutFields(application));
        }

        @Override
        public GenericKubernetesResource remove(String key) {
            GenericKubernetesResource gone = super.remove(key);
            if (gone != null) {
                forget(name(gone));
            }
            return gone;
        }
    }

    static GenericKubernetesResource withoutFields(GenericKubernetesResource application) {
        var meta = application.getMetadata();
        var bare = new GenericKubernetesResource();
        bare.setApiVersion(application.getApiVersion());
        bare.setKind(application.getKind());
        bare.setMetadata(new ObjectMetaBuilder()
                .withNamespace(meta.getNamespace())
                .withName(meta.getName())
                .withUid(meta.getUid())
                .withResourceVersion(meta.getResourceVersion())
                .build());
        return bare;
    }
}
