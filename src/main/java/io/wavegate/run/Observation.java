package io.wavegate.run;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunSpec;
import io.wavegate.api.Names;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads objects of the cluster into a {@link RunState}. */
final class Observation {
    private Observation() {}

    /** A Job under a run's name: ours when the record is its controller. */
    static RunState.Job job(Job job, String runUid) {
        if (!isControlledBy(job, runUid)) {
            return new RunState.Job.Foreign();
        }
        JobStatus status = job.getStatus();
        List<JobCondition> conditions = conditions(job);
        return new RunState.Job.Ours(
                job.getMetadata().getUid(),
                job.getMetadata().getDeletionTimestamp() != null,
                status == null || status.getStartTime() == null
                        ? job.getMetadata().getCreationTimestamp()
                        : status.getStartTime(),
                status == null ? 0 : orZero(status.getFailed()),
                status == null ? 0 : orZero(status.getSucceeded()),
                conditions.stream().anyMatch(condition -> isTrue(condition, "FailureTarget", "SuccessCriteriaMet")),
                conditions.stream()
                        .filter(Observation::isTerminal)
                        .findFirst()
                        .map(condition -> new RunState.End(
                                condition.getType().equals("Complete"),
                                orEmpty(condition.getReason()),
                                orEmpty(condition.getMessage()),
                                orEmpty(condition.getLastTransitionTime())))
                        .orElse(null),
                job.getSpec().getTtlSecondsAfterFinished() != null);
    }

    /**
     * Whether the hook Job is there, as the emitted Job tells: Kubernetes takes an owner that is gone off its dependents when another
     * owner keeps them (kubernetes pkg/controller/garbagecollector).
     */
    static RunState.Hook hook(Job emitted, String hookUid) {
        return emitted.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner -> owner.getUid().equals(hookUid))
                ? RunState.Hook.PRESENT
                : RunState.Hook.GONE;
    }

    /** The pods that the given Job controls, oldest first; labels alone can be forged. */
    static List<RunState.Pod> pods(Collection<Pod> pods, @Nullable String jobUid) {
        return jobUid == null
                ? List.of()
                : pods.stream()
                        .filter(pod -> isControlledBy(pod, jobUid))
                        .sorted(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()))
                        .map(Observation::pod)
                        .toList();
    }

    /** What the record says. */
    static RunState.Recorded record(MigrationRun run) {
        MigrationRunSpec spec = run.getSpec();
        Map<?, ?> job = spec.job().get("spec") instanceof Map<?, ?> fields ? fields : Map.of();
        return new RunState.Recorded(
                run.getMetadata().getName(),
                run.statusOrEmpty(),
                spec.problem(),
                spec.deletePolicy() == null ? Set.of() : Set.copyOf(spec.deletePolicy()),
                job.get("ttlSecondsAfterFinished") instanceof Number ttl ? ttl.intValue() : null,
                job.get("activeDeadlineSeconds") instanceof Number deadline ? deadline.longValue() : null,
                run.abort());
    }

    private static RunState.Pod pod(Pod pod) {
        String phase = pod.getStatus() == null ? "" : orEmpty(pod.getStatus().getPhase());
        var containers = new ArrayList<RunState.Container>();
        if (pod.getStatus() != null) {
            pod.getStatus().getInitContainerStatuses().forEach(status -> containers.add(container(status, true)));
            String own = ownContainer(pod);
            Predicate<ContainerStatus> isOwn = status -> status.getName().equals(own);
            List<ContainerStatus> statuses = pod.getStatus().getContainerStatuses();
            statuses.stream().filter(isOwn).forEach(status -> containers.add(container(status, false)));
            statuses.stream().filter(isOwn.negate()).forEach(status -> containers.add(container(status, false)));
        }
        return new RunState.Pod(
                pod.getMetadata().getName(),
                switch (phase) {
                    case "Succeeded" -> RunState.Outcome.SUCCEEDED;
                    case "Failed" -> RunState.Outcome.FAILED;
                    default -> RunState.Outcome.OPEN;
                },
                pod.getMetadata().getDeletionTimestamp() != null,
                List.copyOf(containers));
    }

    private static String ownContainer(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        String named = annotations == null ? null : annotations.get(Names.DEFAULT_CONTAINER);
        return named != null ? named : pod.getSpec().getContainers().get(0).getName();
    }

    private static RunState.Container container(ContainerStatus status, boolean init) {
        ContainerStateTerminated ended = ended(status.getState());
        if (ended == null) {
            ended = ended(status.getLastState());
        }
        boolean running = status.getState() != null && status.getState().getRunning() != null;
        return new RunState.Container(
                status.getName(),
                init,
                running || ended != null,
                orZero(status.getRestartCount()),
                ended == null ? null : ended.getExitCode(),
                ended == null ? null : ended.getReason());
    }

    private static @Nullable ContainerStateTerminated ended(@Nullable ContainerState state) {
        return state == null ? null : state.getTerminated();
    }

    private static boolean isControlledBy(HasMetadata object, String uid) {
        List<OwnerReference> owners = object.getMetadata().getOwnerReferences();
        return owners != null
                && owners.stream()
                        .anyMatch(owner -> Boolean.TRUE.equals(owner.getController()) && uid.equals(owner.getUid()));
    }

    /** Whether a Job has a terminal condition. */
    static boolean hasEnded(Job job) {
        return conditions(job).stream().anyMatch(Observation::isTerminal);
    }

    private static List<JobCondition> conditions(Job job) {
        return job.getStatus() == null || job.getStatus().getConditions() == null
                ? List.of()
                : job.getStatus().getConditions();
    }

    private static boolean isTerminal(JobCondition condition) {
        return isTrue(condition, "Complete", "Failed");
    }

    private static boolean isTrue(JobCondition condition, String... types) {
        return "True".equals(condition.getStatus()) && List.of(types).contains(condition.getType());
    }

    private static int orZero(@Nullable Integer value) {
        return value == null ? 0 : value;
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }
}
