package io.wavegate.run;

import io.wavegate.api.MigrationRunStatus;
import io.wavegate.run.RunState.Container;
import io.wavegate.run.RunState.Job;
import io.wavegate.run.RunState.Outcome;
import io.wavegate.run.RunState.Pod;
import io.wavegate.run.RunState.Role;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whose log tells the story of a run.
 *
 * @param pod the pod's name
 * @param container the container's name
 */
record LogSource(String pod, String container) {
    /** The pod that a verdict is about; in it the container that failed, else the migration's own. */
    static @Nullable LogSource of(RunState state) {
        return decisive(state).map(LogSource::of).orElse(null);
    }

    /**
     * The last pod that ran; for a Job that is complete the last that succeeded, else the last that did not: a Job of several
     * completions fails by one pod while later ones succeed.
     */
    static Optional<Pod> decisive(RunState state) {
        List<Pod> ran = state.pods().stream().filter(LogSource::started).toList();
        boolean complete = state.job() instanceof Job.Ours job
                && job.end() != null
                && job.end().complete();
        return last(ran.stream()
                        .filter(pod -> complete == (pod.outcome() == Outcome.SUCCEEDED))
                        .toList())
                .or(() -> last(ran));
    }

    /**
     * A log that may soon be unreadable, that of a pod being deleted, or of any pod once the Job is to fail: for a passed deadline, and
     * for {@code restartPolicy: OnFailure}, the pod is gone when the Job says Failed (facts: argocd.md 0.18). And that of a pod that has
     * ended, which is read while the Job controller still counts it: the verdict need not wait for the kubelet then, and an attempt that
     * failed is known when its pod is gone.
     */
    static @Nullable LogSource endingOf(RunState state, Job.Ours job) {
        return last(state.pods().stream()
                        .filter(LogSource::started)
                        .filter(candidate -> candidate.deleting() || job.failing() || candidate.over())
                        .toList())
                .map(LogSource::of)
                .orElse(null);
    }

    /** The log that a verdict still needs: one that was read before its pod had ended is read again. */
    static @Nullable LogSource missing(RunState state) {
        Pod pod = decisive(state).orElse(null);
        if (pod == null) {
            return null;
        }
        LogSource source = of(pod);
        MigrationRunStatus.Log kept = state.record().status().log();
        return pod.over() && !pod.deleting() && kept != null && source.isOf(kept) && kept.text() != null
                ? null
                : source;
    }

    /** What the container left as its termination message, by which its log's end is known where the log itself is gone. */
    @Nullable String said(RunState state) {
        return state.pods().stream()
                .filter(candidate -> candidate.name().equals(pod))
                .flatMap(candidate -> candidate.containers().stream())
                .filter(candidate -> candidate.name().equals(container))
                .map(Container::said)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Whether the record has this log already, or the reason why it has not. */
    boolean isKeptIn(MigrationRunStatus status) {
        return status.log() != null && isOf(status.log());
    }

    /** Whether it is this log, or what there is instead of it. */
    boolean isOf(MigrationRunStatus.Log log) {
        return log.pod().equals(pod) && log.container().equals(container);
    }

    private static LogSource of(Pod pod) {
        Container teller = teller(pod);
        return new LogSource(pod.name(), teller.name());
    }

    /** The container that a verdict on this pod is about. The pod has at least one that started. */
    static Container teller(Pod pod) {
        Container own = own(pod);
        if (own.failed() || pod.outcome() != Outcome.FAILED) {
            return own;
        }
        return pod.containers().stream()
                .filter(container -> container.counts() && container.failed())
                .findFirst()
                .orElse(own);
    }

    /** The migration's own container, or, when only init containers have run, the one that ran last. */
    private static Container own(Pod pod) {
        List<Container> started = started(pod, Container::counts);
        return started.stream()
                .filter(container -> container.role() == Role.MAIN)
                .findFirst()
                .or(() -> last(started))
                .or(() -> last(started(pod, Container::started)))
                .orElseThrow();
    }

    private static boolean started(Pod pod) {
        return pod.containers().stream().anyMatch(Container::started);
    }

    private static List<Container> started(Pod pod, Predicate<Container> which) {
        return pod.containers().stream().filter(which).toList();
    }

    private static <T> Optional<T> last(List<T> all) {
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }
}
