package io.wavegate.run;

import io.wavegate.api.MigrationRunStatus;
import io.wavegate.run.RunState.Container;
import io.wavegate.run.RunState.Job;
import io.wavegate.run.RunState.Outcome;
import io.wavegate.run.RunState.Pod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose log tells the story of a run.
 *
 * @param pod the pod's name
 * @param container the container's name
 */
record LogSource(String pod, String container) {
    /** The last pod that ran; in it the container that failed, else the migration's own. */
    static @Nullable LogSource of(RunState state) {
        Pod pod = last(state.pods().stream().filter(LogSource::started).toList());
        return pod == null ? null : of(pod);
    }

    /**
     * A log that may soon be unreadable: that of a pod being deleted, or of any pod once the Job has its verdict. For a passed
     * deadline, and for {@code restartPolicy: OnFailure}, the pod is gone when the Job says Failed (facts: argocd.md 0.18).
     */
    static @Nullable LogSource endingOf(RunState state, Job.Ours job) {
        Pod pod = last(state.pods().stream()
                .filter(LogSource::started)
                .filter(candidate -> candidate.deleting() || job.ending())
                .toList());
        return pod == null ? null : of(pod);
    }

    /** Whether the record has this log already, or the reason why it has not. */
    boolean isKeptIn(MigrationRunStatus status) {
        return status.log() != null
                && status.log().pod().equals(pod)
                && status.log().container().equals(container);
    }

    private static LogSource of(Pod pod) {
        Container teller = teller(pod);
        return new LogSource(pod.name(), teller.name());
    }

    /** The container that a verdict on this pod is about. The pod has at least one that started. */
    static Container teller(Pod pod) {
        Container own = own(pod);
        // In a pod that did not fail another container's exit code is a native sidecar's, killed when all was done.
        if (own.failed() || pod.outcome() != Outcome.FAILED) {
            return own;
        }
        return pod.containers().stream().filter(Container::failed).findFirst().orElse(own);
    }

    /** The migration's own container, or, when only init containers have run, the one that ran last. */
    private static Container own(Pod pod) {
        List<Container> started =
                pod.containers().stream().filter(Container::started).toList();
        return started.stream()
                .filter(container -> !container.init())
                .findFirst()
                .orElseGet(() -> started.get(started.size() - 1));
    }

    private static boolean started(Pod pod) {
        return pod.containers().stream().anyMatch(Container::started);
    }

    private static @Nullable Pod last(List<Pod> pods) {
        return pods.isEmpty() ? null : pods.get(pods.size() - 1);
    }
}
