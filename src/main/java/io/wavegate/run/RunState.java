package io.wavegate.run;

import io.wavegate.api.DeletePolicy;
import io.wavegate.api.MigrationResult;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.StartStep;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything about one run that its next step depends on.
 *
 * @param record what the record says
 * @param job the emitted Job
 * @param pods the emitted Job's pods, in the order of their creation
 * @param podsRead the pods are as the API server had them in this pass, else as our cache has them
 * @param unplaced pods of it that are gone and never had a node, as far as was seen
 * @param tried logs that were asked for in this pass, whatever came of it
 * @param hook the hook Job
 * @param lock the lock of the database
 * @param told what events say, where they were asked for in this pass
 * @param now the time
 */
record RunState(
        Recorded record,
        Job job,
        List<Pod> pods,
        boolean podsRead,
        int unplaced,
        Set<LogSource> tried,
        Hook hook,
        Lock lock,
        @Nullable Told told,
        Instant now) {
    /**
     * What events say.
     *
     * @param obstacle what keeps the pod from starting; null where they name nothing
     */
    record Told(@Nullable Obstacle obstacle) {}

    /** The lock of the run's database, as far as we know. */
    sealed interface Lock {
        /** Nobody has it. */
        record Free() implements Lock {}

        /** Nobody has it, and a run that came earlier will take it. */
        record Promised(String to) implements Lock {}

        /** This run has it. */
        record Mine() implements Lock {}

        /**
         * Another has it.
         *
         * @param by {@code <namespace>/<run>}, or whoever took it by hand
         * @param since RFC 3339, or null
         */
        record Held(String by, @Nullable String since) implements Lock {}
    }

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
     * @param database key of the database
     * @param lease name of the Lease that is its lock
     * @param lockTimeout how long the lock is waited for
     * @param problem what can not be run, or null
     * @param lost it stands for a record that was deleted
     * @param deletePolicies when the emitted Job is deleted
     * @param logPutOut a run that has ended as this one has its log put out, which Helm reads from the pod
     * @param ttlSeconds the hook Job's {@code ttlSecondsAfterFinished}, or null
     * @param deadlineSeconds the hook Job's {@code activeDeadlineSeconds} when the record was made, or null
     * @param check the check's command, as a person would type it; null where there is none
     * @param abort why the run is to be stopped, as its annotation or its hook Job says; null where it is not
     * @param startDeadline how long after the first error state a pod may be unable to start
     */
    record Recorded(
            String name,
            MigrationRunStatus status,
            String database,
            String lease,
            Duration lockTimeout,
            @Nullable String problem,
            boolean lost,
            Set<DeletePolicy> deletePolicies,
            boolean logPutOut,
            @Nullable Integer ttlSeconds,
            @Nullable Long deadlineSeconds,
            @Nullable String check,
            @Nullable String abort,
            Duration startDeadline) {
        /** Whether the emitted Job is to have another deadline, since the hook Job's was changed while it ran. */
        boolean asksForAnotherDeadline(Job.Ours job) {
            return status.changed() != null
                    && !Objects.equals(status.changed().activeDeadlineSeconds(), job.deadlineSeconds());
        }
    }

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
         * @param open pods that have not ended, or whose end is not counted yet
         * @param ending {@code FailureTarget} or {@code SuccessCriteriaMet} is there: the verdict is known, pods may still end
         * @param failing {@code FailureTarget} is there: the Job controller deletes what still runs
         * @param end the terminal condition, or null
         * @param ttlSet it has a {@code ttlSecondsAfterFinished}
         * @param deadlineSeconds {@code spec.activeDeadlineSeconds}, or null
         */
        record Ours(
                String uid,
                boolean deleting,
                @Nullable String startTime,
                int failed,
                int succeeded,
                int open,
                boolean ending,
                boolean failing,
                @Nullable End end,
                boolean ttlSet,
                @Nullable Long deadlineSeconds)
                implements Job {}
    }

    /**
     * A Job's terminal condition.
     *
     * @param complete {@code Complete}, else {@code Failed}
     * @param reason the Job controller's reason: BackoffLimitExceeded, DeadlineExceeded, PodFailurePolicy, ...
     * @param message the Job controller's message
     * @param time its transition, RFC 3339
     * @param stopped it failed after its deletion had begun: its pods were deleted with it, and the Job controller may take that for a
     *     failure while the Job is still there (met with a {@code podFailurePolicy})
     */
    record End(boolean complete, String reason, String message, String time, boolean stopped) {}

    /**
     * A pod of the emitted Job.
     *
     * @param name metadata.name
     * @param outcome how it ended, if it did
     * @param deleting it has a deletion timestamp
     * @param containers init containers first, then the others, the migration's own ({@code
     *     kubectl.kubernetes.io/default-container}, else the first) before its companions
     * @param step how far its start has come
     * @param obstacle what keeps it from starting, or kept it, as its status says; null where nothing does
     * @param disruption why the cluster takes it away, in Kubernetes' words; null where it does not
     * @param changed when it last went on
     */
    record Pod(
            String name,
            Outcome outcome,
            boolean deleting,
            List<Container> containers,
            StartStep step,
            @Nullable Obstacle obstacle,
            @Nullable String disruption,
            Instant changed) {
        /** Something of the migration has run in it. */
        boolean begun() {
            return containers.stream().anyMatch(container -> container.started() && container.role() != Role.SIDECAR);
        }

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

    /** What a container of a pod is for. */
    enum Role {
        /** Runs to its end before the others start. */
        INIT,
        /** A native sidecar: an init container that stays until the others have ended, and is killed then. */
        SIDECAR,
        /** The migration, or what runs beside it. */
        MAIN
    }

    /**
     * A container of a pod.
     *
     * @param name its name
     * @param role what it is for
     * @param started it has run, or runs
     * @param restarts how often it was restarted within the pod
     * @param exitCode of the last time it ended, or null
     * @param endReason Error, OOMKilled, Completed, ... of the last time it ended, or null
     * @param ended when it ended for good; null while it runs, or will
     * @param image the image that it was made of, with its digest, as its node says; null where the node has not said
     * @param result what the built-in engine said in it the last time it ended; null where it said nothing, or is another program
     * @param said its termination message otherwise, as it stands: since {@code terminationMessagePolicy} is {@code FallbackToLogsOnError},
     *     the end of its log where it failed and wrote none
     */
    record Container(
            String name,
            Role role,
            boolean started,
            int restarts,
            @Nullable Integer exitCode,
            @Nullable String endReason,
            @Nullable Instant ended,
            @Nullable String image,
            @Nullable MigrationResult result,
            @Nullable String said) {
        boolean failed() {
            return exitCode != null && exitCode != 0;
        }

        boolean running() {
            return started && ended == null;
        }

        /** It was started, and only one whose end the pod waits for: what a native sidecar does decides nothing. */
        boolean counts() {
            return started && role != Role.SIDECAR;
        }
    }
}
