package io.wavegate.lab;

import static io.wavegate.lab.Hook.label;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Names;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What holds whatever a test does, asserted on everything that happened in its project. */
final class Invariants {
    private Invariants() {}

    static void hold(Project project) {
        project.awaitChronicles();
        // What a verdict comes after may be told later than the verdict, by another watch. These are all told when the
        // chronicles have been waited for once more, whatever a test has left at work.
        List<Chronicle.Sighting<Job>> verdicts = verdicts(project);
        project.awaitChronicles();
        noRunEmitsASecondJob(project);
        podsOfADatabaseNeverOverlap(project);
        phasesOnlyGoForward(project);
        hooksAreMarkedStartedBeforeAnythingRuns(project);
        recordsAreWrittenBeforeVerdictsAreShown(project, verdicts);
        nothingRunsWhenAVerdictIsShown(project, verdicts);
        aLockIsHeldOnlyByARunThatIsNotOver(project);
    }

    /** A pass that finds something to do after each of its own steps never comes to an end. */
    static void hold(Controller controller) {
        assertThat(controller.log().lines().filter(line -> line.contains("went in circles")))
                .as("passes that went in circles, in %s", controller.logFile())
                .isEmpty();
    }

    private static void noRunEmitsASecondJob(Project project) {
        project.everEmitted().stream()
                .collect(groupingBy(job -> label(job, Names.RUN_LABEL)))
                .forEach((run, jobs) ->
                        assertThat(jobs).as("Jobs ever emitted for run %s", run).hasSize(1));
    }

    /** Two pods of one run among them. */
    private static void podsOfADatabaseNeverOverlap(Project project) {
        Map<String, String> databases = project.runs().everSeen().stream()
                .collect(toMap(run -> run.getMetadata().getName(), MigrationRun::database, (one, same) -> one));
        List<PodTimes> times = PodTimes.of(project.pods()).stream()
                .filter(time -> databases.containsKey(label(time.pod(), Names.RUN_LABEL)))
                .toList();
        for (int i = 0; i < times.size(); i++) {
            for (PodTimes later : times.subList(i + 1, times.size())) {
                PodTimes earlier = times.get(i);
                String database = databases.get(label(earlier.pod(), Names.RUN_LABEL));
                if (Objects.equals(database, databases.get(label(later.pod(), Names.RUN_LABEL)))) {
                    assertThat(later.overlaps(earlier))
                            .as(
                                    "a pod of database %s ran beside another: %s from %s to %s and %s from %s to %s",
                                    database,
                                    label(earlier.pod(), Names.RUN_LABEL),
                                    earlier.started(),
                                    earlier.finished(),
                                    label(later.pod(), Names.RUN_LABEL),
                                    later.started(),
                                    later.finished())
                            .isFalse();
                }
            }
        }
    }

    private static void aLockIsHeldOnlyByARunThatIsNotOver(Project project) {
        Await.until("the locks of runs that are over to be given back")
                .untilAsserted(() -> assertThat(project.locks().stream()
                                .map(lease -> lease.getSpec().getHolderIdentity())
                                .filter(holder -> isOver(project, holder)))
                        .isEmpty());
    }

    private static boolean isOver(Project project, String holder) {
        String name = holder.substring(holder.indexOf('/') + 1);
        return project.records().stream()
                .filter(run -> run.getMetadata().getName().equals(name))
                .findFirst()
                .map(run -> run.statusOrEmpty().terminal())
                .orElse(true);
    }

    private static void phasesOnlyGoForward(Project project) {
        for (MigrationRun run : project.runs().everSeen()) {
            List<Phase> phases = project.runs().of(run.getMetadata().getUid()).stream()
                    .flatMap(sighting -> phase(sighting.object()).stream())
                    .toList();
            assertThat(phases).as("phases of %s", run.getMetadata().getName()).isSorted();
            assertThat(phases.stream().filter(Phase::terminal).distinct())
                    .as("verdicts of %s", run.getMetadata().getName())
                    .hasSizeLessThanOrEqualTo(1);
        }
    }

    /** A hook Job without startTime may be run; so none may have run without it. */
    private static void hooksAreMarkedStartedBeforeAnythingRuns(Project project) {
        for (Job emitted : project.everEmitted()) {
            long created = first(project.jobs(), emitted, job -> true).orElseThrow();
            ownerOf(project, emitted)
                    .ifPresent(hook -> assertThat(first(
                                    project.jobs(),
                                    hook,
                                    job -> job.getStatus() != null
                                            && job.getStatus().getStartTime() != null))
                            .as(
                                    "resource version in which hook Job %s got its startTime, before that of the emitted Job (%d)",
                                    hook.getMetadata().getName(), created)
                            .hasValueSatisfying(started -> assertThat(started).isLessThan(created)));
        }
    }

    /** Each Job that has ended, as it first was seen so. */
    private static List<Chronicle.Sighting<Job>> verdicts(Project project) {
        return project.jobs().everSeen().stream()
                .flatMap(job -> project.jobs().first(job.getMetadata().getUid(), Hook::finished).stream())
                .toList();
    }

    private static void recordsAreWrittenBeforeVerdictsAreShown(
            Project project, List<Chronicle.Sighting<Job>> verdicts) {
        for (Chronicle.Sighting<Job> shown : verdicts) {
            Job hook = shown.object();
            List<MigrationRun> records = project.runs().everSeen().stream()
                    .filter(run ->
                            run.getSpec().hook().uid().equals(hook.getMetadata().getUid()))
                    .toList();
            if (records.isEmpty() || lost(hook)) {
                continue;
            }
            List<Long> written = records.stream()
                    .flatMap(run ->
                            first(
                                    project.runs(),
                                    run,
                                    version ->
                                            phase(version).map(Phase::terminal).orElse(false))
                                    .stream())
                    .toList();
            assertThat(written)
                    .as(
                            "resource version of the verdict in the record of hook Job %s, before the one that shows it (%d)",
                            hook.getMetadata().getName(), shown.version())
                    .singleElement()
                    .satisfies(version -> assertThat(version).isLessThan(shown.version()));
        }
    }

    /** A verdict lets others go on, so it must not come while a process of the migration may still write. */
    private static void nothingRunsWhenAVerdictIsShown(Project project, List<Chronicle.Sighting<Job>> verdicts) {
        for (Pod pod : project.pods().everSeen()) {
            verdicts.stream()
                    .filter(shown -> shown.uid().equals(label(pod, "batch.kubernetes.io/controller-uid")))
                    .forEach(shown -> assertThat(ended(project, pod))
                            .as(
                                    "resource version in which pod %s had ended, before the one that shows the verdict (%d)",
                                    pod.getMetadata().getName(), shown.version())
                            .hasValueSatisfying(version -> assertThat(version).isLessThan(shown.version())));
        }
    }

    private static Optional<Long> ended(Project project, Pod pod) {
        String uid = pod.getMetadata().getUid();
        return project.pods()
                .first(
                        uid,
                        seen -> Set.of("Succeeded", "Failed")
                                .contains(seen.getStatus().getPhase()))
                .or(() -> project.pods().deletion(uid))
                .map(Chronicle.Sighting::version);
    }

    private static boolean lost(Job job) {
        return Hook.finished(job)
                && Reason.RecordLost.name().equals(Hook.verdict(job).getReason());
    }

    private static Optional<Phase> phase(MigrationRun run) {
        return Optional.ofNullable(run.getStatus()).map(MigrationRunStatus::phase);
    }

    /** By its first version: the reference goes when the hook Job is deleted. */
    private static Optional<Job> ownerOf(Project project, Job emitted) {
        Job first = project.jobs().of(emitted.getMetadata().getUid()).get(0).object();
        return project.jobs().everSeen().stream()
                .filter(job -> first.getMetadata().getOwnerReferences().stream()
                        .anyMatch(
                                owner -> owner.getUid().equals(job.getMetadata().getUid())))
                .findFirst();
    }

    /** The resource version in which an object first was like this. All versions of a cluster are one sequence. */
    private static <T extends HasMetadata> Optional<Long> first(Chronicle<T> chronicle, T object, Predicate<T> like) {
        return chronicle.first(object.getMetadata().getUid(), like).map(Chronicle.Sighting::version);
    }
}
