package io.wavegate.web;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.wavegate.api.Phase;
import io.wavegate.argocd.ApplicationWatch;
import io.wavegate.argocd.WatchedApplication;
import io.wavegate.ledger.Entry;
import io.wavegate.ledger.Ledger;
import io.wavegate.lock.Locks;
import io.wavegate.loop.LeaderElection;
import io.wavegate.loop.Loop;
import io.wavegate.loop.Unending;
import io.wavegate.mark.Condition;
import io.wavegate.mark.Marker;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /q/metrics} tells; docs/monitoring.md lists it, ApiIT holds the two together. What concerns the whole cluster is told by
 * the controller that leads alone, so that a sum over the replicas counts nothing twice. A run that claims an Application counts once the
 * Application confirms it.
 */
@ApplicationScoped
class Metrics {
    private static final Duration[] BUCKETS = Stream.of(
                    "PT0.1S", "PT0.5S", "PT1S", "PT2S", "PT5S", "PT10S", "PT30S", "PT1M", "PT5M", "PT15M", "PT1H",
                    "PT4H")
            .map(Duration::parse)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Ledger ledger;
    private final ApplicationWatch watch;
    private final Marker marker;
    private final Locks locks;
    private final Waiters waiters;
    private final Loop loop;
    private final LeaderElection election;
    private final Clock clock;
    private final Namespaces namespaces = new Namespaces();
    private final MultiGauge applications;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "wavegate-metrics"));
    // Registered with us, so that each is there, with zero, before the first of its kind.
    private final Timer lockWait;
    private final Timer startDelay;
    private final Timer runDuration;
    private final Timer verdictLag;

    Metrics(
            MeterRegistry registry,
            Ledger ledger,
            ApplicationWatch watch,
            Marker marker,
            Locks locks,
            Waiters waiters,
            Loop loop,
            LeaderElection election,
            Clock clock) {
        this.registry = registry;
        this.ledger = ledger;
        this.watch = watch;
        this.marker = marker;
        this.locks = locks;
        this.waiters = waiters;
        this.loop = loop;
        this.election = election;
        this.clock = clock;
        this.applications = MultiGauge.builder("wavegate.applications")
                .description("Applications that carry a condition of Wavegate.")
                .register(registry);
        this.lockWait = timer("wavegate.lock.wait", "How long a run waited for its lock.");
        this.startDelay = timer(
                "wavegate.start.delay",
                "From the creation of a record to that of its emitted Job, without the wait for the lock.");
        this.runDuration = timer("wavegate.run.duration", "How long a migration ran.");
        this.verdictLag =
                timer("wavegate.verdict.lag", "From the end of an emitted Job until its verdict was written.");
    }

    void onStartup(@Observes StartupEvent event) {
        for (Phase phase : new Phase[] {Phase.Pending, Phase.Waiting, Phase.Running}) {
            gauge(
                    "wavegate.runs.active",
                    "Runs under way.",
                    Tags.of("phase", phase.name()),
                    () -> led(() -> underway(phase)));
        }
        Gauge.builder("wavegate.oldest.active.run", () -> led(this::oldest))
                .description("Age of the oldest run under way.")
                .baseUnit("seconds")
                .register(registry);
        gauge("wavegate.locks.held", "Databases that a run has locked.", Tags.empty(), () -> led(locks::held));
        gauge("wavegate.leading", "1 on the replica at work.", Tags.empty(), () -> election.leads() ? 1 : 0);
        gauge("wavegate.waiters", "Requests that wait for a release.", Tags.empty(), waiters::waiting);
        gauge(
                "wavegate.loop.queue",
                "Objects that wait for the controller.",
                Tags.empty(),
                () -> loop.waiting() + marker.waiting());
        ledger.listen(this::changed);
        marker.onSkipped(name -> counter(
                        "wavegate.skipped",
                        "Hooks that a sync of their Application did not run.",
                        Tags.of("namespace", namespaces.label(name.namespace())))
                .increment());
        var unused = timer.scheduleWithFixedDelay(
                new Unending("The count of the Applications that carry a condition", this::countApplications),
                1,
                1,
                TimeUnit.SECONDS);
    }

    void onShutdown(@Observes ShutdownEvent event) {
        timer.shutdownNow();
    }

    /** A verdict is counted when it is seen to come; one that was there when we started is another controller's. */
    private void changed(@Nullable Entry before, @Nullable Entry now) {
        if (before == null || now == null || !election.leads()) {
            return;
        }
        if (now.started() != null && before.started() == null) {
            Duration waited = waited(now, now.started());
            time(startDelay, Duration.between(now.created(), now.started()).minus(waited));
            time(lockWait, waited);
        }
        if (now.terminal() && !before.terminal() && now.ended() != null) {
            if (now.started() != null) {
                time(runDuration, Duration.between(now.started(), now.ended()));
                time(verdictLag, Duration.between(now.ended(), clock.instant()));
            }
        }
        if (isVerdict(now) && !isVerdict(before)) {
            counter(
                            "wavegate.runs",
                            "Runs that ended.",
                            Tags.of(
                                    "namespace",
                                    namespaces.label(now.namespace()),
                                    "verdict",
                                    String.valueOf(now.phase()),
                                    "reason",
                                    String.valueOf(now.reason())))
                    .increment();
        }
    }

    private static boolean isVerdict(Entry run) {
        return run.terminal() && run.counts();
    }

    private static Duration waited(Entry run, Instant until) {
        return run.waitingSince() == null ? Duration.ZERO : Duration.between(run.waitingSince(), until);
    }

    private void countApplications() {
        Map<List<String>, Long> counts = election.leads()
                ? watch.all().stream()
                        .flatMap(application -> states(application).stream()
                                .map(state -> List.of(
                                        namespaces.label(application.name().namespace()), state)))
                        .collect(Collectors.groupingBy(labels -> labels, Collectors.counting()))
                : Map.of();
        applications.register(
                counts.entrySet().stream()
                        .map(one -> MultiGauge.Row.of(
                                Tags.of(
                                        "namespace",
                                        one.getKey().get(0),
                                        "state",
                                        one.getKey().get(1)),
                                one.getValue()))
                        .collect(Collectors.toList()),
                true);
    }

    private static List<String> states(WatchedApplication application) {
        boolean failed = application.condition(Condition.ERROR).isPresent();
        boolean skipped = application.condition(Condition.SKIPPED).isPresent();
        return failed
                ? skipped ? List.of("failed", "skipped") : List.of("failed")
                : skipped ? List.of("skipped") : List.of();
    }

    private double underway(Phase phase) {
        return ledger.all().stream().filter(run -> run.phase() == phase).count();
    }

    private double oldest() {
        return ledger.all().stream()
                .filter(run -> run.phase() != null && !run.terminal())
                .map(run -> Duration.between(run.created(), clock.instant()).toSeconds())
                .max(Long::compare)
                .orElse(0L);
    }

    private double led(Supplier<Number> value) {
        return election.leads() ? value.get().doubleValue() : 0;
    }

    private void gauge(String name, String description, Tags tags, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).tags(tags).register(registry);
    }

    private Timer timer(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private Counter counter(String name, String description, Tags tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    /** Kubernetes keeps times to the second, and clocks differ: what would be negative took no time. */
    private static void time(Timer timer, Duration duration) {
        timer.record(duration.isNegative() ? Duration.ZERO : duration);
    }
}
