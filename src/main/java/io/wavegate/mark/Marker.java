package io.wavegate.mark;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.wavegate.api.ApplicationName;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.StatusPatch;
import io.wavegate.argocd.ApplicationWatch;
import io.wavegate.argocd.Applications;
import io.wavegate.argocd.WatchedApplication;
import io.wavegate.ledger.Entry;
import io.wavegate.ledger.Ledger;
import io.wavegate.loop.Decisions;
import io.wavegate.loop.LeaderElection;
import io.wavegate.loop.Loop;
import io.wavegate.loop.Overtaken;
import io.wavegate.loop.Queue;
import io.wavegate.loop.Unending;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Observe, decide, act for one Application, whenever it or one of the records that claim it changes. */
@ApplicationScoped
public class Marker {
    private static final Logger LOG = Logger.getLogger(Marker.class);
    /** More than any pass over the records of an Application takes: each record is verified once. */
    private static final int STEPS = 100;

    private static final int EARLY = 1;
    /** What changed under us is on its way through the watch. */
    private static final Duration SOON = Duration.ofSeconds(1);
    /** Who may not write today may tomorrow. */
    private static final Duration LATER = Duration.ofMinutes(5);

    private final Ledger ledger;
    private final ApplicationWatch watch;
    private final Applications applications;
    private final ApplicationEvents events;
    private final KubernetesClient client;
    private final Loop loop;
    private final LeaderElection election;
    private final Clock clock;
    private final Rewrites<ApplicationName> rewrites = new Rewrites<>();
    private final Queue<ApplicationName> queue = new Queue<>("wavegate-marker", this::pass);
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "wavegate-marker-timer"));
    private @Nullable Future<?> ticking;
    /** Some Application had its turn while we were not ready. */
    private volatile boolean forgotten;

    private final List<Consumer<ApplicationName>> skippedListeners = new CopyOnWriteArrayList<>();

    Marker(
            Ledger ledger,
            ApplicationWatch watch,
            Applications applications,
            ApplicationEvents events,
            KubernetesClient client,
            Loop loop,
            LeaderElection election,
            Clock clock) {
        this.ledger = ledger;
        this.watch = watch;
        this.applications = applications;
        this.events = events;
        this.client = client;
        this.loop = loop;
        this.election = election;
        this.clock = clock;
    }

    /** Before anything is watched: what comes before a listener is there is not heard. */
    void onStartup(@Observes @Priority(EARLY) StartupEvent event) {
        ledger.listen((before, now) -> {
            add(before);
            add(now);
        });
        watch.listen(name -> {
            if (!ledger.claiming(name).isEmpty()) {
                queue.add(name);
            }
        });
        ticking = timer.scheduleWithFixedDelay(
                new Unending("The marker's look whether it is to work", this::catchUp),
                SOON.toMillis(),
                SOON.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    void onShutdown(@Observes ShutdownEvent event) {
        if (ticking != null) {
            ticking.cancel(true);
        }
        timer.shutdownNow();
        queue.close();
    }

    /** Has a listener hear of each migration that is found to have been skipped. */
    public void onSkipped(Consumer<ApplicationName> listener) {
        skippedListeners.add(listener);
    }

    /** How many Applications wait for a pass. */
    public int waiting() {
        return queue.size();
    }

    private void add(@Nullable Entry entry) {
        if (entry != null && entry.application() != null) {
            queue.add(entry.application());
        }
    }

    /** Only the one at work marks, and only with all in view: a record that is not seen yet would look like one that is gone. */
    private boolean isReady() {
        return election.leads() && loop.obstacle().isEmpty() && watch.synced();
    }

    /** What was forgotten while we were not ready is worked off once we are: a standby has each Application in no queue meanwhile. */
    private void catchUp() {
        if (forgotten && isReady()) {
            forgotten = false;
            ledger.claimed().forEach(queue::add);
        }
    }

    private @Nullable Duration pass(ApplicationName name) {
        if (!isReady()) {
            forgotten = true;
            return null;
        }
        var runs = new ArrayList<>(ledger.claiming(name));
        try {
            for (int step = 0; step < STEPS; step++) {
                Optional<WatchedApplication> application = watch.find(name);
                if (application.isEmpty()) {
                    return null;
                }
                Marking next = Marking.decide(application.get(), runs, clock.instant());
                if (next instanceof Marking.Verify verify) {
                    Entry run = verify.run();
                    Decisions.log(
                            LOG,
                            "application " + name + ", migrationrun/" + run.name(),
                            new Decisions.Subject(
                                    name.toString(), run.namespace(), run.hookName(), run.name(), run.release()),
                            verify,
                            verify.why());
                    verify(verify, runs);
                } else if (next instanceof Marking.Write write) {
                    Duration pause = write(application.get(), write);
                    if (pause != null) {
                        return pause;
                    }
                } else {
                    LOG.debugf("application %s: %s", name, next.why());
                    return null;
                }
            }
        } catch (KubernetesClientException e) {
            if (Overtaken.is(e)) {
                LOG.debugf("application %s: %s", name, e.getMessage());
                return Overtaken.AGAIN;
            }
            if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                LOG.warnf(
                        "application %s can not be marked: %s. manifests/rbac.yaml has what is needed, docs/hub.md for a hub",
                        name, e.getMessage());
                return LATER;
            }
            throw e;
        }
        return SOON;
    }

    private void verify(Marking.Verify verify, List<Entry> runs) {
        Entry run = verify.run();
        var bare = new MigrationRun();
        bare.setMetadata(new ObjectMetaBuilder()
                .withNamespace(run.namespace())
                .withName(run.name())
                .build());
        var status = new HashMap<String, Object>(Map.of("verified", true));
        if (!verify.revisions().isEmpty()) {
            status.put("revision", String.join(",", verify.revisions()));
        }
        MigrationRun stored = client.resource(bare)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        client.getKubernetesSerialization()
                                .asJson(StatusPatch.of(run.uid(), run.resourceVersion(), status)));
        runs.remove(run);
        runs.add(Entry.of(stored));
    }

    /** Null when it was written; else when to try again. */
    private @Nullable Duration write(WatchedApplication application, Marking.Write write) {
        Instant now = clock.instant();
        ApplicationName name = application.name();
        Optional<Duration> pause = rewrites.pause(name, write.ours(), now);
        if (pause.isPresent()) {
            LOG.debugf("application %s: what it was told was dropped again; told again in %s", name, pause.get());
            return pause.get();
        }
        Decisions.log(
                LOG,
                "application " + name,
                new Decisions.Subject(name.toString(), null, null, null, null),
                write,
                write.why());
        watch.written(application, applications.setConditions(application, write.conditions()));
        boolean again = rewrites.note(name, write.ours(), now);
        write.told().forEach(told -> events.tell(application, told));
        // What was dropped and is written again was counted.
        if (write.skipped() && !again) {
            skippedListeners.forEach(listener -> listener.accept(name));
        }
        return null;
    }
}
