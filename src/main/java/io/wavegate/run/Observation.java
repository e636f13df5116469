package io.wavegate.run;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.UncountedTerminatedPods;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.wavegate.api.Annotations;
import io.wavegate.api.Fields;
import io.wavegate.api.JobConditions;
import io.wavegate.api.MigrationResult;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunSpec;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Names;
import io.wavegate.api.Options;
import io.wavegate.api.Phase;
import io.wavegate.api.Times;
import io.wavegate.lock.Holder;
import io.wavegate.lock.Locks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads objects of the cluster into a {@link RunState}. */
final class Observation {
    /** What {@code wavegate.io/start-deadline} is where nobody says otherwise. */
    private static final Duration START_DEADLINE = Duration.ofMinutes(2);

    /** So long after a record was made its hook Job is taken to be there. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    /** Less than the 300 s that Helm waits for a hook. */
    private static final Duration LOCK_TIMEOUT = Duration.ofMinutes(4);

    /** Kubernetes keeps times to the second; the uid decides within one. */
    private static final Comparator<MigrationRun> FIRST_COME = Comparator.comparing(
                    (MigrationRun run) -> run.getMetadata().getCreationTimestamp())
            .thenComparing(run -> run.getMetadata().getUid());

    private Observation() {}

    /** A Job under a run's name: ours when the record is its controller. */
    static RunState.Job job(Job job, String runUid) {
        if (!isControlledBy(job, runUid)) {
            return new RunState.Job.Foreign();
        }
        JobStatus status = job.getStatus();
        return new RunState.Job.Ours(
                job.getMetadata().getUid(),
                job.getMetadata().getDeletionTimestamp() != null,
                status == null || status.getStartTime() == null
                        ? job.getMetadata().getCreationTimestamp()
                        : status.getStartTime(),
                status == null ? 0 : requireNonNullElse(status.getFailed(), 0),
                status == null ? 0 : requireNonNullElse(status.getSucceeded(), 0),
                status == null ? 0 : open(status),
                JobConditions.has(job, JobConditions.FAILURE_TARGET, JobConditions.SUCCESS_CRITERIA_MET),
                JobConditions.has(job, JobConditions.FAILURE_TARGET),
                JobConditions.of(job, JobConditions.COMPLETE, JobConditions.FAILED)
                        .findFirst()
                        .map(condition -> new RunState.End(
                                condition.getType().equals(JobConditions.COMPLETE),
                                orEmpty(condition.getReason()),
                                orEmpty(condition.getMessage()),
                                orEmpty(condition.getLastTransitionTime()),
                                isStopped(job)))
                        .orElse(null),
                job.getSpec().getTtlSecondsAfterFinished() != null,
                job.getSpec().getActiveDeadlineSeconds());
    }

    /** Whether it fails, and did not before its deletion began; to the second, as Kubernetes keeps times. */
    private static boolean isStopped(Job job) {
        return Times.parse(job.getMetadata().getDeletionTimestamp())
                .flatMap(deleted -> JobConditions.of(job, JobConditions.FAILURE_TARGET, JobConditions.FAILED)
                        .flatMap(condition -> Times.parse(condition.getLastTransitionTime()).stream())
                        .min(Comparator.naturalOrder())
                        .map(failed -> !failed.isBefore(deleted)))
                .orElse(false);
    }

    private static int open(JobStatus status) {
        UncountedTerminatedPods uncounted = status.getUncountedTerminatedPods();
        return requireNonNullElse(status.getActive(), 0)
                + requireNonNullElse(status.getTerminating(), 0)
                + (uncounted == null
                        ? 0
                        : uncounted.getFailed().size()
                                + uncounted.getSucceeded().size());
    }

    /**
     * Whether the hook Job of a run without a Job is there: nobody asks about one that the gate has seen within these seconds, when it made
     * the record and opened it. Should it go at this very moment, the Job is emitted and stopped, as a moment later.
     */
    static RunState.Hook hook(MigrationRun run, Instant now) {
        Duration age = Duration.between(Instant.parse(run.getMetadata().getCreationTimestamp()), now);
        Phase phase = run.statusOrEmpty().phase();
        return (phase == null || phase == Phase.Pending) && !age.isNegative() && age.compareTo(FRESH) < 0
                ? RunState.Hook.PRESENT
                : RunState.Hook.UNKNOWN;
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

    /**
     * The pods of a run, oldest first: those that its Job controls, since labels alone can be forged. Where the Job is not there they may
     * be at work without it ({@code kubectl delete job --cascade=orphan} leaves pods that nothing controls), so all count that have the
     * label. A forged one delays the verdict, and at worst lends it a log of its own namespace; it never lets another run begin.
     *
     * @param labelled all pods with the run's label
     */
    static List<RunState.Pod> pods(Collection<Pod> labelled, RunState.Job job) {
        return labelled.stream()
                .filter(pod -> !(job instanceof RunState.Job.Ours ours) || isControlledBy(pod, ours.uid()))
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()))
                .map(Observation::pod)
                .toList();
    }

    /**
     * The lock of a run's database.
     *
     * @param lease the Lease, or null where there is none. That of a record that was lost is the one's that stands for it
     * @param line the runs that have not begun and are for the same database, this one included
     */
    static RunState.Lock lock(MigrationRun run, @Nullable Lease lease, Stream<MigrationRun> line) {
        if (lease != null) {
            Holder holder = Holder.of(lease);
            return holder.is(run) || (isLost(run) && holder.identity().equals(Holder.identity(run)))
                    ? new RunState.Lock.Mine()
                    : new RunState.Lock.Held(holder.identity(), holder.since());
        }
        return line.min(FIRST_COME)
                .filter(first -> FIRST_COME.compare(first, run) < 0)
                .<RunState.Lock>map(first -> new RunState.Lock.Promised(Holder.identity(first)))
                .orElseGet(RunState.Lock.Free::new);
    }

    /** What the record says. */
    static RunState.Recorded record(MigrationRun run) {
        MigrationRunSpec spec = run.getSpec();
        Map<?, ?> job = Fields.map(spec.job().get("spec"));
        return new RunState.Recorded(
                run.getMetadata().getName(),
                run.statusOrEmpty(),
                run.database(),
                Locks.name(run.database()),
                spec.options() == null || spec.options().lockTimeoutSeconds() == null
                        ? LOCK_TIMEOUT
                        : Duration.ofSeconds(spec.options().lockTimeoutSeconds()),
                spec.problem(),
                isLost(run),
                spec.deletePolicy() == null ? Set.of() : Set.copyOf(spec.deletePolicy()),
                spec.putsOut(run.statusOrEmpty().phase()),
                job.get("ttlSecondsAfterFinished") instanceof Number ttl ? ttl.intValue() : null,
                job.get("activeDeadlineSeconds") instanceof Number deadline ? deadline.longValue() : null,
                spec.options() == null || spec.options().check() == null
                        ? null
                        : String.join(" ", spec.options().check()),
                abort(run),
                startDeadline(spec.options()));
    }

    /** Whether a record stands for one that was deleted. */
    static boolean isLost(MigrationRun run) {
        return Boolean.TRUE.equals(run.getSpec().lost());
    }

    private static @Nullable String abort(MigrationRun run) {
        MigrationRunStatus.Changed changed = run.statusOrEmpty().changed();
        return run.abort() != null || changed == null ? run.abort() : changed.terminated();
    }

    private static Duration startDeadline(@Nullable Options options) {
        Integer seconds = options == null ? null : options.startDeadlineSeconds();
        return seconds == null ? START_DEADLINE : Duration.ofSeconds(seconds);
    }

    private static RunState.Pod pod(Pod pod) {
        String phase = pod.getStatus() == null ? "" : orEmpty(pod.getStatus().getPhase());
        var containers = new ArrayList<RunState.Container>();
        if (pod.getStatus() != null) {
            Set<String> sidecars = sidecars(pod);
            pod.getStatus()
                    .getInitContainerStatuses()
                    .forEach(status -> containers.add(container(
                            status, sidecars.contains(status.getName()) ? RunState.Role.SIDECAR : RunState.Role.INIT)));
            String own = ownContainer(pod);
            Predicate<ContainerStatus> isOwn = status -> status.getName().equals(own);
            List<ContainerStatus> statuses = pod.getStatus().getContainerStatuses();
            Stream.concat(statuses.stream().filter(isOwn), statuses.stream().filter(isOwn.negate()))
                    .forEach(status -> containers.add(container(status, RunState.Role.MAIN)));
        }
        return new RunState.Pod(
                pod.getMetadata().getName(),
                switch (phase) {
                    case "Succeeded" -> RunState.Outcome.SUCCEEDED;
                    case "Failed" -> RunState.Outcome.FAILED;
                    default -> RunState.Outcome.OPEN;
                },
                pod.getMetadata().getDeletionTimestamp() != null,
                List.copyOf(containers),
                StartObservation.step(pod),
                StartObservation.obstacle(pod),
                StartObservation.disruption(pod),
                StartObservation.changed(pod));
    }

    private static Set<String> sidecars(Pod pod) {
        return pod.getSpec().getInitContainers().stream()
                .filter(container -> "Always".equals(container.getRestartPolicy()))
                .map(Container::getName)
                .collect(Collectors.toSet());
    }

    private static String ownContainer(Pod pod) {
        String named = Annotations.of(pod, Names.DEFAULT_CONTAINER);
        return named != null ? named : pod.getSpec().getContainers().get(0).getName();
    }

    private static RunState.Container container(ContainerStatus status, RunState.Role role) {
        ContainerStateTerminated now = ended(status, status.getState());
        ContainerStateTerminated ended = now == null ? ended(status, status.getLastState()) : now;
        MigrationResult result =
                ended == null || role != RunState.Role.MAIN ? null : EngineResult.of(ended.getMessage());
        return new RunState.Container(
                status.getName(),
                role,
                StartObservation.hasRun(status),
                requireNonNullElse(status.getRestartCount(), 0),
                ended == null ? null : ended.getExitCode(),
                ended == null ? null : ended.getReason(),
                now == null ? null : StartObservation.time(now.getFinishedAt()),
                status.getImageID() == null || status.getImageID().isEmpty() ? null : status.getImageID(),
                result,
                ended == null || result != null ? null : ended.getMessage());
    }

    /** How it ended, where it had run. */
    private static @Nullable ContainerStateTerminated ended(ContainerStatus status, @Nullable ContainerState state) {
        ContainerStateTerminated ended = state == null ? null : state.getTerminated();
        return StartObservation.hasRun(status, ended) ? ended : null;
    }

    private static boolean isControlledBy(HasMetadata object, String uid) {
        List<OwnerReference> owners = object.getMetadata().getOwnerReferences();
        return owners != null
                && owners.stream()
                        .anyMatch(owner -> Boolean.TRUE.equals(owner.getController()) && uid.equals(owner.getUid()));
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }
}
