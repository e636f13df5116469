package io.wavegate.lab;

import static io.wavegate.lab.Hook.label;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.wavegate.api.Names;
import io.wavegate.lab.Recording.Aspect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Sees what happens to the objects of a chart in a project, and puts it into words. */
final class Recorder implements AutoCloseable {
    /** What the end of a step sets off, as the deletion of what has no owner any more, is under way within this time. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    private final Project project;
    private final Chronicle<ConfigMap> configMaps;
    private final Chronicle<ServiceAccount> accounts;
    private long begin;

    Recorder(Project project) {
        this.project = project;
        configMaps = new Chronicle<>(project.client(), ConfigMap.class, project.namespace());
        accounts = new Chronicle<>(project.client(), ServiceAccount.class, project.namespace());
    }

    /** A step begins now. */
    void begin() {
        begin = Long.parseLong(project.client()
                .pods()
                .inNamespace(project.namespace())
                .list()
                .getMetadata()
                .getResourceVersion());
    }

    /** What a deployer told, without what is another each time. */
    Recording told(String ran, String told) {
        Map<Aspect, String> words = new EnumMap<>(Aspect.class);
        words.put(Aspect.RAN, ran);
        words.put(Aspect.TOLD, normal(told));
        return new Recording(words);
    }

    /** The step has ended, and its deployer has told this. */
    Recording end(String told) {
        Await.until("all that is going to be gone").during(QUIET).until(this::nothingIsGoing);
        project.awaitChronicles();
        whatRanIsRecorded();
        Map<Aspect, String> words = new EnumMap<>(Aspect.class);
        words.put(Aspect.RAN, ran());
        words.put(Aspect.LEFT, left());
        words.put(Aspect.TOLD, normal(told));
        return new Recording(words);
    }

    @Override
    public void close() {
        configMaps.close();
        accounts.close();
    }

    private boolean nothingIsGoing() {
        List<Job> jobs = jobs();
        Set<String> owners = new HashSet<>();
        jobs.forEach(job -> owners.add(job.getMetadata().getUid()));
        List<Pod> pods =
                project.client().pods().inNamespace(project.namespace()).list().getItems();
        return jobs.stream().allMatch(Hook::finished)
                && Stream.concat(jobs.stream(), pods.stream())
                        .noneMatch(object -> object.getMetadata().getDeletionTimestamp() != null)
                && pods.stream()
                        .flatMap(pod -> pod.getMetadata().getOwnerReferences().stream())
                        .filter(owner -> owner.getKind().equals("Job"))
                        .allMatch(owner -> owners.contains(owner.getUid()))
                && project.records().stream()
                        .allMatch(run -> run.statusOrEmpty().terminal());
    }

    /** Once for each hook Job of Wavegate's that had a pod; and the Job that ran is there as long as its pod. */
    private void whatRanIsRecorded() {
        for (Job job : project.jobs().everSeen()) {
            String uid = job.getMetadata().getUid();
            if (Names.MANAGED_BY.equals(job.getSpec().getManagedBy())) {
                assertThat(project.records().stream()
                                .filter(run -> run.getSpec().hook().uid().equals(uid)))
                        .as("records of %s", named(job))
                        .hasSize(pods(uid) == 0 ? 0 : 1);
            }
        }
        Set<String> withPods = new HashSet<>();
        project.client()
                .pods()
                .inNamespace(project.namespace())
                .list()
                .getItems()
                .forEach(pod -> withPods.add(label(pod, Names.RUN_LABEL)));
        assertThat(jobs().stream().filter(Hook::isEmitted))
                .as("emitted Jobs that are left")
                .allSatisfy(job -> assertThat(withPods).contains(label(job, Names.RUN_LABEL)));
    }

    /** How many pods of this hook Job ever ran. */
    private long pods(String hookUid) {
        return PodTimes.of(project.pods()).stream()
                .filter(time -> hookUid.equals(label(time.pod(), "batch.kubernetes.io/controller-uid")))
                .count();
    }

    /** One thing that was done, from and to a resource version. */
    private record Deed(String what, long from, long to) {}

    /** In their order; what was done at the same time is one thing, and what was done again and again is told once. */
    private String ran() {
        List<String> groups = new ArrayList<>();
        List<Deed> group = new ArrayList<>();
        long end = 0;
        for (Deed deed : deeds()) {
            if (!group.isEmpty() && deed.from() > end) {
                groups.add(sideBySide(group));
                group.clear();
            }
            group.add(deed);
            end = Math.max(end, deed.to());
        }
        if (!group.isEmpty()) {
            groups.add(sideBySide(group));
        }
        List<String> told = new ArrayList<>();
        for (int i = 0; i < groups.size(); ) {
            int times = 1;
            while (i + times < groups.size() && groups.get(i + times).equals(groups.get(i))) {
                times++;
            }
            told.add(times == 1 ? groups.get(i) : "%d times (%s)".formatted(times, groups.get(i)));
            i += times;
        }
        return told.isEmpty() ? "nothing" : String.join(", ", told);
    }

    private static String sideBySide(List<Deed> group) {
        return group.stream().map(Deed::what).sorted().collect(joining(" ∥ "));
    }

    private List<Deed> deeds() {
        Stream<Deed> hooks = project.jobs().everSeen().stream()
                .filter(job -> !Hook.isEmitted(job))
                .flatMap(job -> deed(job).stream());
        Stream<Deed> others = Stream.concat(applied(configMaps), applied(accounts));
        return Stream.concat(hooks, others)
                .filter(deed -> deed.from() > begin)
                .sorted((a, b) -> Long.compare(a.from(), b.from()))
                .toList();
    }

    /** Of a hook whose pod ran. */
    private Optional<Deed> deed(Job hook) {
        String uid = hook.getMetadata().getUid();
        long pods = pods(uid);
        if (pods == 0) {
            return Optional.empty();
        }
        Optional<Chronicle.Sighting<Job>> finished = project.jobs().first(uid, Hook::finished);
        Optional<Chronicle.Sighting<Job>> end = finished.or(() -> project.jobs().deletion(uid));
        String what = named(hook)
                + (pods == 1 ? "" : " in %d pods".formatted(pods))
                + (end.isEmpty()
                        ? " (goes on)"
                        : finished.isEmpty()
                                ? " (deleted)"
                                : Hook.condition(finished.get().object(), "Failed") != null ? " (fails)" : "");
        return Optional.of(new Deed(
                what,
                project.jobs().of(uid).get(0).version(),
                end.map(Chronicle.Sighting::version).orElse(Long.MAX_VALUE)));
    }

    /** Each version of the chart's objects that are no Jobs. */
    private static <T extends HasMetadata> Stream<Deed> applied(Chronicle<T> chronicle) {
        List<Deed> deeds = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Chronicle.Sighting<T> sighting : chronicle.sightings()) {
            String version = label(sighting.object(), Chart.VERSION);
            if (!version.isEmpty() && !sighting.deleted() && seen.add(sighting.uid() + version)) {
                deeds.add(new Deed(named(sighting.object()), sighting.version(), sighting.version()));
            }
        }
        return deeds.stream();
    }

    private String left() {
        List<String> left = new ArrayList<>();
        List<Pod> pods =
                project.client().pods().inNamespace(project.namespace()).list().getItems();
        Set<String> hooks = new HashSet<>();
        for (Job job : jobs()) {
            String uid = job.getMetadata().getUid();
            if (!Hook.isEmitted(job)) {
                hooks.add(uid);
                boolean pod =
                        pods.stream().anyMatch(one -> uid.equals(label(one, "batch.kubernetes.io/controller-uid")));
                left.add("job/" + named(job) + (pod ? "" : " (no pod)"));
            }
        }
        pods.stream()
                .filter(pod -> !label(pod, "batch.kubernetes.io/job-name").isEmpty())
                .filter(pod -> !hooks.contains(label(pod, "batch.kubernetes.io/controller-uid")))
                .forEach(pod -> left.add("a pod of " + label(pod, "batch.kubernetes.io/job-name")));
        Stream.concat(
                        project
                                .client()
                                .configMaps()
                                .inNamespace(project.namespace())
                                .withLabel(Chart.VERSION)
                                .list()
                                .getItems()
                                .stream(),
                        project
                                .client()
                                .serviceAccounts()
                                .inNamespace(project.namespace())
                                .withLabel(Chart.VERSION)
                                .list()
                                .getItems()
                                .stream())
                .map(Recorder::named)
                .forEach(left::add);
        return left.isEmpty() ? "nothing" : left.stream().sorted().collect(joining(", "));
    }

    /** The hook Job's name and version; other objects with their kind, but for the one that is no hook. */
    private static String named(HasMetadata object) {
        String version = label(object, Chart.VERSION);
        String name = object.getMetadata().getName();
        if (object.getMetadata().getGenerateName() != null) {
            name = object.getMetadata().getGenerateName() + "<generated>";
        }
        String kind = object instanceof Job || name.equals(Chart.APP)
                ? ""
                : object.getKind().toLowerCase(Locale.ROOT) + "/";
        return kind + name + " " + version;
    }

    private String normal(String told) {
        return told.replace(project.namespace(), "<namespace>")
                .replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "<time>")
                .replaceAll("\\b[0-9a-f]{40}\\b", "<revision>")
                .replaceAll("-[0-9a-f]{10}\\b", "-<id>")
                .replaceAll("/dev/shm/[0-9]+", "<file>")
                .replaceAll("Invalid value: \\{.*?\\}: field is immutable", "Invalid value: {...}: field is immutable")
                .replaceAll("generated>-[0-9a-f]{7}-", "generated>-<revision>-");
    }

    private List<Job> jobs() {
        return project.liveJobs().list().getItems();
    }
}
