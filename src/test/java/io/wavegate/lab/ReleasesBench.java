package io.wavegate.lab;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code make bench}: many Applications released at once by the real Argo CD, with plain hook Jobs and with Wavegate's, side by side, and
 * the requests that one migration costs. Prints tables and judges nothing: a figure is the machine's as much as ours.
 */
@LabTest
class ReleasesBench {
    /** Applications at once. */
    private static final int RELEASES = Integer.getInteger("wavegate.bench.releases", 100);
    /** Applications released before anything is measured: a controller, or an Argo CD, that has just started is not at its pace. */
    private static final int WARM_UP = 30;
    /** Applications whose requests are counted, through a proxy. */
    private static final int COUNTED = 10;

    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final Pattern PLACE = Pattern.compile("/namespaces/[^/]+/([a-z.]+)(?:/[^/]+)?(/[a-z]+)?$");

    @Test
    void releases(Project project, Controller controller, @TempDir Path folder) {
        release(project, "warm-plain", WARM_UP, false);
        List<Sync> plain = release(project, "plain", RELEASES, false);
        release(project, "warm-managed", WARM_UP, true);
        List<Sync> managed = release(project, "managed", RELEASES, true);

        Map<String, Long> requests = new TreeMap<>();
        try (ApiServerProxy proxy = new ApiServerProxy(project.lab());
                Controller own = controller.through(proxy.kubeconfig(folder))) {
            own.start();
            int before = proxy.requests().size();
            release(project, "counted", COUNTED, true);
            requests.putAll(proxy.requests().subList(before, proxy.requests().size()).stream()
                    .filter(request -> request.contains("/namespaces/"))
                    .collect(groupingBy(ReleasesBench::withoutNames, counting())));
        }
        print(project, plain, managed, requests);
    }

    /**
     * One Application's sync.
     *
     * @param seconds from the moment in which all Applications were made until this one had synced
     */
    private record Sync(double seconds) {}

    private static List<Sync> release(Project project, String name, int releases, boolean managed) {
        List<String> names =
                IntStream.range(0, releases).mapToObj(i -> name + "-" + i).toList();
        String revision = project.commitOnly(
                name,
                names.stream()
                        .flatMap(each -> Stream.of(hook(project, each, managed), web(project, each)))
                        .toArray(HasMetadata[]::new));
        // Watched: to list a hundred Applications again and again would be most of what the API server has to do.
        try (var watched = new Chronicle<>(applications(project))) {
            Instant begun = Instant.now();
            names.forEach(application -> project.client()
                    .resource("""
                            apiVersion: argoproj.io/v1alpha1
                            kind: Application
                            metadata: {name: %1$s, namespace: %2$s}
                            spec:
                              project: default
                              source: {repoURL: '%3$s', path: ., targetRevision: %4$s, directory: {include: '{job-%1$s.yaml,deployment-%1$s.yaml}'}}
                              destination: {server: 'https://kubernetes.default.svc', namespace: %5$s}
                              syncPolicy: {automated: {}, retry: {limit: 0}}
                            """.formatted(
                                    application, Lab.ARGOCD, project.repositoryUrl(), revision, project.namespace()))
                    .create());
            return Await.within(DEADLINE, releases + " Applications to sync")
                    .until(() -> synced(watched, names), ended -> ended.size() == releases)
                    .stream()
                    .map(at -> new Sync(Duration.between(begun, at).toMillis() / 1000.0))
                    .toList();
        } finally {
            names.forEach(
                    application -> applications(project).withName(application).delete());
        }
    }

    /** When each of these that have synced had. */
    private static List<Instant> synced(Chronicle<GenericKubernetesResource> watched, List<String> names) {
        return watched.sightings().stream()
                .filter(sighting -> names.contains(
                                sighting.object().getMetadata().getName())
                        && "Succeeded".equals(sighting.object().<Object>get("status", "operationState", "phase")))
                .collect(toMap(Chronicle.Sighting::uid, Chronicle.Sighting::at, (first, later) -> first))
                .values()
                .stream()
                .toList();
    }

    private static Job hook(Project project, String name, boolean managed) {
        HookJob hook = project.hookJob(name).script("true");
        return managed ? hook.manifest() : hook.plain().manifest();
    }

    private static Deployment web(Project project, String name) {
        return new DeploymentBuilder(project.web("v1", 0))
                .editMetadata()
                .withName(name)
                .endMetadata()
                .build();
    }

    private static NonNamespaceOperation<
                    GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
            applications(Project project) {
        return project.client()
                .genericKubernetesResources("argoproj.io/v1alpha1", "Application")
                .inNamespace(Lab.ARGOCD);
    }

    private static String withoutNames(String request) {
        Matcher place = PLACE.matcher(request);
        String method = request.substring(0, request.indexOf(' '));
        return place.find() ? method + " " + place.group(1) + (place.group(2) == null ? "" : place.group(2)) : request;
    }

    private static void print(Project project, List<Sync> plain, List<Sync> managed, Map<String, Long> requests) {
        var emitted = new ArrayList<Double>();
        var verdict = new ArrayList<Double>();
        for (Job hook : hooks(project, "managed")) {
            Optional<Instant> seen = first(project.jobs(), hook, any -> true);
            for (Job job : emitted(project, hook)) {
                emitted.add(millis(seen, first(project.jobs(), job, any -> true)));
                verdict.add(millis(
                        first(project.jobs(), job, Hook::finished), first(project.jobs(), hook, Hook::finished)));
            }
        }
        var table = new StringBuilder(
                "\n%d Applications at once       median      p95      last   (until synced)\n".formatted(RELEASES));
        row(table, "plain hook Job", plain);
        row(table, "with Wavegate", managed);
        table.append("\nmigration by migration, ms       median      p95       max   (%d)\n".formatted(emitted.size()));
        row(table, "hook Job seen -> Job emitted", emitted, "%8.0f");
        row(table, "Job ended -> verdict shown", verdict, "%8.0f");
        row(table, "plain: hook Job -> its pod", untilPod(project, "plain"), "%8.0f");
        row(table, "Wavegate: hook Job -> its pod", untilPod(project, "managed"), "%8.0f");
        long all = requests.values().stream().mapToLong(Long::longValue).sum();
        table.append("\nrequests to the API server per migration: %.1f\n".formatted(all / (double) COUNTED));
        requests.forEach(
                (request, count) -> table.append("  %5.1f  %s\n".formatted(count / (double) COUNTED, request)));
        System.out.println(table);
    }

    private static List<Job> hooks(Project project, String name) {
        return project.jobs().everSeen().stream()
                .filter(job -> job.getMetadata().getName().matches(name + "-\\d+"))
                .toList();
    }

    /** What was emitted for a hook Job, whose owner it was when it appeared. */
    private static List<Job> emitted(Project project, Job hook) {
        return project.everEmitted().stream()
                .filter(
                        job -> project
                                .jobs()
                                .of(job.getMetadata().getUid())
                                .get(0)
                                .object()
                                .getMetadata()
                                .getOwnerReferences()
                                .stream()
                                .anyMatch(owner ->
                                        owner.getUid().equals(hook.getMetadata().getUid())))
                .toList();
    }

    /** From the moment in which a hook Job was seen until its pod was, which carries the hook Job's uid either way. */
    private static List<Double> untilPod(Project project, String name) {
        Map<String, Pod> pods = project.pods().everSeen().stream()
                .collect(toMap(
                        pod -> pod.getMetadata().getLabels().getOrDefault("batch.kubernetes.io/controller-uid", ""),
                        pod -> pod,
                        (one, other) -> one));
        return hooks(project, name).stream()
                .map(hook -> millis(
                        first(project.jobs(), hook, any -> true),
                        first(
                                project.pods(),
                                Objects.requireNonNull(
                                        pods.get(hook.getMetadata().getUid())),
                                any -> true)))
                .toList();
    }

    private static void row(StringBuilder table, String name, List<Sync> syncs) {
        row(table, name, syncs.stream().map(Sync::seconds).toList(), "%7.1fs");
    }

    private static void row(StringBuilder table, String name, List<Double> figures, String format) {
        List<Double> sorted = figures.stream().sorted().toList();
        table.append("%-29s".formatted(name));
        for (double part : List.of(0.5, 0.95, 1.0)) {
            table.append(' ')
                    .append(String.format(
                            Locale.ROOT,
                            format,
                            sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.ceil(part * sorted.size()) - 1)));
        }
        table.append('\n');
    }

    private static <T extends HasMetadata> Optional<Instant> first(
            Chronicle<T> chronicle, T object, Predicate<T> like) {
        return chronicle.first(object.getMetadata().getUid(), like).map(Chronicle.Sighting::at);
    }

    private static double millis(Optional<Instant> from, Optional<Instant> to) {
        return Duration.between(from.orElseThrow(), to.orElseThrow()).toMillis();
    }
}
