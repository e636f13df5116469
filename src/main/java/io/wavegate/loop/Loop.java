package io.wavegate.loop;

import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Starts the reconcilers once the API server is one that we can work with, and knows whether they still turn. Nothing here ends
 * the process.
 */
@ApplicationScoped
public class Loop {
    private static final Logger LOG = Logger.getLogger(Loop.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    /** Longer than any request may take with its retries, so that a slow API server alone never looks like a dead loop. */
    private static final Duration DEAD = Duration.ofMinutes(2);

    private final Operator operator;
    private final ApiServer apiServer;
    private final Submitted submitted;
    private final Clock clock;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "wavegate-loop"));
    private @Nullable Future<?> ticking;
    private volatile Optional<String> obstacle = Optional.of("Wavegate is starting.");
    private volatile String version = "";
    private volatile boolean looked;
    private volatile Instant lastBeat;

    Loop(Operator operator, ApiServer apiServer, Submitted submitted, Clock clock) {
        this.operator = operator;
        this.apiServer = apiServer;
        this.submitted = submitted;
        this.clock = clock;
        this.lastBeat = clock.instant();
    }

    void onStartup(@Observes StartupEvent event) {
        ticking = timer.scheduleWithFixedDelay(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    void onShutdown(@Observes ShutdownEvent event) {
        if (ticking != null) {
            ticking.cancel(true);
        }
        timer.shutdownNow();
        operator.stop();
    }

    private void tick() {
        if (obstacle.isPresent()) {
            start();
        } else {
            beat();
        }
    }

    private void start() {
        try {
            ApiServer.Finding finding = apiServer.look();
            Optional<String> found = finding.obstacle();
            version = finding.version();
            if (found.isEmpty()) {
                operator.start();
                lastBeat = clock.instant();
                LOG.info("Wavegate is at work.");
            } else if (!found.equals(obstacle)) {
                LOG.warn(found.get());
            }
            obstacle = found;
        } catch (RuntimeException e) {
            Optional<String> found = Optional.of("The reconcilers could not be started: " + e.getMessage());
            // It is tried each second: its stack once is enough.
            if (!found.equals(obstacle)) {
                LOG.error("The reconcilers could not be started and are tried again.", e);
            }
            obstacle = found;
        }
        looked = true;
    }

    /** Through the reconcilers' own threads: when all of them are stuck, no beat comes back. */
    private void beat() {
        operator.getConfigurationService()
                .getExecutorServiceManager()
                .reconcileExecutorService()
                .execute(() -> lastBeat = clock.instant());
    }

    /** How many objects wait for one of the reconcilers' threads. */
    public int waiting() {
        return submitted.count();
    }

    /** Whether the reconcilers' threads turn; true while the API server is waited for. */
    public boolean turns() {
        return obstacle.isPresent() || lastBeat.isAfter(clock.instant().minus(DEAD));
    }

    /** Whether the API server was looked for once, found or not. */
    public boolean looked() {
        return looked;
    }

    /** A sentence on what keeps us from working, with what to do; empty where nothing does. Asks nobody. */
    public Optional<String> obstacle() {
        if (obstacle.isPresent()) {
            return obstacle;
        }
        return !watching()
                ? Optional.of(
                        "The API server is not being watched: it is away, or refuses us. Wavegate goes on by itself when"
                                + " it is back.")
                : Optional.empty();
    }

    private boolean watching() {
        for (RegisteredController<?> controller : operator.getRuntimeInfo().getRegisteredControllers()) {
            for (InformerWrappingEventSourceHealthIndicator<?> source : controller
                    .getControllerHealthInfo()
                    .informerEventSourceHealthIndicators()
                    .values()) {
                for (InformerHealthIndicator informer :
                        source.informerHealthIndicators().values()) {
                    if (!informer.isRunning() || !informer.hasSynced() || !informer.isWatching()) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** The API server's version, as last read; empty where none was found. */
    public String version() {
        return version;
    }
}
