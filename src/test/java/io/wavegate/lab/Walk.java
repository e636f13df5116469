package io.wavegate.lab;

import io.wavegate.api.Names;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** One chart's life by one {@link Way}, step by step, in a project of its own. */
final class Walk implements AutoCloseable {
    /** More walks at once make each of them slow, on a machine of two processors. */
    private static final ExecutorService WALKERS = Executors.newFixedThreadPool(12, Walk::daemon);

    /** For what waits for walks, and what walks wait for. */
    private static final Executor BESIDE = Executors.newCachedThreadPool(Walk::daemon);

    /** How often a walk is begun whose outcome a race of Argo CD's own decides. */
    private static final int MOST = 10;

    private final Way way;
    private final Project project;
    private final Deployer deployer;
    private final Recorder recorder;
    private final Map<String, Recording> steps = new LinkedHashMap<>();

    private Walk(Way way, Project project, Deployer deployer) {
        this.way = way;
        this.project = project;
        this.deployer = deployer;
        this.recorder = new Recorder(project);
    }

    /**
     * Walks by every way, side by side; what they did is to be compared.
     *
     * @param name of the walk, for its namespaces and its folder under {@code target/lab/HelmIT}
     * @param retry how Argo CD repeats a failed sync
     * @param steps what each of them does
     */
    static Comparison byEachWay(
            Lab lab, Controller controller, String name, Application.Retry retry, Consumer<Walk> steps) {
        List<Future<?>> walks = new ArrayList<>();
        Map<Way, Map<String, Recording>> recordings = new LinkedHashMap<>();
        for (Way way : Way.values()) {
            Map<String, Recording> recorded = new LinkedHashMap<>();
            recordings.put(way, recorded);
            walks.add(WALKERS.submit(() -> recorded.putAll(walked(lab, controller, name, way, retry, steps, 1))));
        }
        for (Future<?> walk : walks) {
            try {
                walk.get();
            } catch (ExecutionException e) {
                walks.forEach(other -> other.cancel(true));
                throw new AssertionError("a walk of " + name + " failed: " + e.getCause(), e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while walking", e);
            }
        }
        Comparison comparison = new Comparison();
        recordings.forEach(comparison::add);
        return comparison;
    }

    private static Map<String, Recording> walked(
            Lab lab,
            Controller controller,
            String name,
            Way way,
            Application.Retry retry,
            Consumer<Walk> steps,
            int time) {
        byte[] random = new byte[3];
        ThreadLocalRandom.current().nextBytes(random);
        String namespace = "helm-" + name + "-" + HexFormat.of().formatHex(random);
        // A folder of its own: pods of the last time may still write.
        String folderName = way.name().toLowerCase(Locale.ROOT) + (time == 1 ? "" : "-" + time);
        Path folder = LabExtension.emptied(Path.of("target", "lab", "HelmIT", name, folderName));
        Project project = new Project(lab, namespace, folder);
        Deployer deployer = way.byArgoCd() ? new ArgoCdDeployer(project, retry) : new HelmDeployer(project);
        try (Walk walk = new Walk(way, project, deployer)) {
            boolean failed = true;
            boolean again;
            try {
                steps.accept(walk);
                again = time < MOST && way.byArgoCd() && walk.argoCd().hasRaced();
                if (!again) {
                    Invariants.hold(project);
                }
                failed = false;
            } finally {
                if (failed) {
                    new Evidence(project, controller, folder).keep();
                }
            }
            if (!again) {
                return walk.steps;
            }
        }
        System.out.printf(
                "HelmIT: walk %s by %s is done again: a race of Argo CD's own decided it (argo-cd#29100, #10077)%n",
                name, way.title());
        return walked(lab, controller, name, way, retry, steps, time + 1);
    }

    /** Does it beside what goes on here. */
    static <T> CompletableFuture<T> beside(Supplier<T> action) {
        return CompletableFuture.supplyAsync(action, BESIDE);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "walk");
        thread.setDaemon(true);
        return thread;
    }

    Way way() {
        return way;
    }

    Project project() {
        return project;
    }

    Deployer deployer() {
        return deployer;
    }

    /** The Helm CLI, where this walk is by it. */
    HelmDeployer helm() {
        return (HelmDeployer) deployer;
    }

    /** The Application, where this walk is by Argo CD. */
    ArgoCdDeployer argoCd() {
        return (ArgoCdDeployer) deployer;
    }

    /** A hook Job as this way has it: with the one line or without. */
    HookJob hook(String name, String events) {
        HookJob hook = project.hookJob(name).annotation(Names.HELM_HOOK, events);
        return way.managed() ? hook : hook.plain();
    }

    /** Does it, and records what comes of it; the action returns what the deployer told. */
    void step(String name, Function<Deployer, String> action) {
        recorder.begin();
        steps.put(name, recorder.end(action.apply(deployer)));
    }

    /** Records what ran, as the scripts themselves have traced it, and what the deployer told. */
    void traced(String name, String trace, String told) {
        steps.put(name, recorder.told(String.join(", ", project.lines(trace)), told));
    }

    @Override
    public void close() {
        recorder.close();
        project.close();
    }
}
