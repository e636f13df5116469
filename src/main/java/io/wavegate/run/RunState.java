package io.wavegate.run;

import io.wavegate.api.DeletePolicy;
import io.wavegate.api.MigrationRunStatus;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything about one run that its next step depends on.
 *
 * @param record what the record says
 * @param job the emitted Job
 * @param pods the emitted Job's pods, in the order of their creation
 * @param tried logs that were asked for in this pass, whatever came of it
 * @param hook the hook Job
 */
record RunState(Recorded record, Job job, List<Pod> pods, Set<LogSource> tried, Hook hook) {
    /** The hook Job, as far as we know: the emitted Job names it as an owner until it is gone. */
    enum Hook {
        /** Nobody has looked. */
        UNKNOWN,
        /** It is there. */
        PRESENT,
        /** It is gone, or going. */
        GONE
    }

    /** Why the run is to be stopped, in words that go on after "stopped, since"; null where it is not, as far as we know. */
    @Nullable String abort() {
        if (record.abort() != null) {
            return record.abort().isBlank() ? "its record was annotated so" : record.abort();
        }
        return hook == Hook.GONE ? "its hook Job was deleted" : null;
    }

    /**
     * The record.
     *
     * @param name its name, and the emitted Job's
     * @param status its status
     * @param problem what can not be run, or null
     * @param deletePolicies when the emitted Job is deleted
     * @param ttlSeconds the hook Job's {@code ttlSecondsAfterFinished}, or null
     * @param deadlineSeconds the hook Job's {@code activeDeadlineSeconds}, or null
     * @param abort why the run is to be stopped, as its annotation says; null where it is not
     */
    record Recorded(
            String name,
            MigrationRunStatus status,
            @Nullable String problem,
            Set<DeletePolicy> deletePolicies,
            @Nullable Integer ttlSeconds,
            @Nullable Long deadlineSeconds,
            @Nullable String abort) {}

    /** The Job under the run's name, as far as we know. */
    sealed interface Job {
        /** Our cache has none. */
        record NotSeen() implements Job {}

        /** The API server has none. */
        record Absent() implements Job {}

        /** There is one, and the record is not its controller. */
        record Foreign() implements Job {}

        /**
         * Ours.
         *
         * @param uid metadata.uid
         * @param deleting it has a deletion timestamp
         * @param startTime status.startTime, or null
         * @param failed pods that failed
         * @param succeeded pods that succeeded
         * @param ending {@code FailureTarget} or {@code SuccessCriteriaMet} is there: the verdict is known, pods may still end
         * @param end the terminal condition, or null
         * @param ttlSet it has a {@code ttlSecondsAfterFinished}
         */
        record Ours(
                String uid,
                boolean deleting,
                @Nullable String startTime,
                int failed,
                int succeeded,
                boolean ending,
                @Nullable End end,
                boolean ttlSet)
                implements Job {}
    }

    /**
     * A Job's terminal condition.
     *
     * @param complete {@code Complete}, else {@code Failed}
     * @param reason the Job controller's reason: BackoffLimitExceeded, DeadlineExceeded, PodFailurePolicy, ...
     * @param message the Job controller's message
     * @param time its transition, RFC 3339
     */
    record End(boolean complete, String reason, String message, String time) {}

    /**
     * A pod of the emitted Job.
     *
     * @param name metadata.name
     * @param outcome how it ended, if it did
     * @param deleting it has a deletion timestamp
     * @param containers init containers first, then the others, the migration's own ({@code
     *     kubectl.kubernetes.io/default-container}, else the first) before its companions
     */
    record Pod(String name, Outcome outcome, boolean deleting, List<Container> containers) {
        /** None of its containers runs or will run. */
        boolean over() {
            return outcome != Outcome.OPEN;
        }
    }

    /** A pod's phase, as far as it matters. */
    enum Outcome {
        /** Not ended. */
        OPEN,
        /** Its containers did what they should; a native sidecar may have been killed afterwards. */
        SUCCEEDED,
        /** One of its containers failed. */
        FAILED
    }

    /**
     * A container of a pod.
     *
     * @param name its name
     * @param init an init container
     * @param started it has run, or runs
     * @param restarts how often it was restarted within the pod
     * @param exitCode of the last time it ended, or null
     * @param endReason Error, OOMKilled, Completed, ... of the last time it ended, or null
     */
    record Container(
            String name,
            boolean init,
            boolean started,
            int restarts,
            @Nullable Integer exitCode,
            @Nullable String endReason) {
        boolean failed() {
            return exitCode != null && exitCode != 0;
        }
    }
}
