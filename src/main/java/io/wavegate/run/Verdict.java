package io.wavegate.run;

import static java.util.Objects.requireNonNullElse;

import io.wavegate.api.Line;
import io.wavegate.api.MigrationResult;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.MigrationRunStatus.Blocked;
import io.wavegate.api.MigrationRunStatus.Lingering;
import io.wavegate.api.Names;
import io.wavegate.api.Reason;
import io.wavegate.run.RunState.Container;
import io.wavegate.run.RunState.End;
import io.wavegate.run.RunState.Job;
import io.wavegate.run.RunState.Pod;
import io.wavegate.run.RunState.Role;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param reason the reason, and with it the phase
 * @param detail what happened, where; without a full stop
 * @param attempts how many times the migration was started
 * @param failed failed pods
 * @param exitCode of the container that decided, or null
 * @param time when, RFC 3339; null for now
 */
record Verdict(
        Reason reason,
        String detail,
        int attempts,
        int failed,
        @Nullable Integer exitCode,
        @Nullable String time) {
    /** Ends of an Indexed Job with backoffLimitPerIndex: the index that failed need not be the one that was tried last. */
    private static final Set<String> OF_ONE_INDEX = Set.of("FailedIndexes", "MaxFailedIndexesExceeded");
    /** Argo CD's action "terminate" (argo-cd resource_customizations/batch/Job/actions/terminate). */
    private static final String TERMINATED = "ManuallyTerminated";

    /** Nothing was started. */
    static Verdict notRun(Reason reason, String detail) {
        return new Verdict(reason, detail, 0, 0, null, null);
    }

    /** The emitted Job and its pods are gone before it ended: by our hand, or by another's. */
    static Verdict stopped(RunState state) {
        String abort = state.abort();
        Blocked blocked = state.record().status().blocked();
        if (Start.neverBegan(state)) {
            return abort == null
                    ? notBegun(
                            state,
                            blocked != null && Start.givenUp(state)
                                    ? tooLong(blocked)
                                    : "its Job was deleted before anything had started")
                    : ended(state, Reason.Aborted, "nothing was run, since " + Line.withoutStop(abort));
        }
        if (abort != null) {
            return ended(state, Reason.Aborted, stopped(abort));
        }
        if (blocked == null || !Start.givenUp(state)) {
            return ended(state, Reason.JobDeleted, "the emitted Job was deleted before it ended");
        }
        if (!blocked.begun()) {
            return ended(
                    state,
                    Reason.JobDeleted,
                    "the migration was stopped: %s; it began when its time to start was already over"
                            .formatted(tooLong(blocked)));
        }
        Failure failure = Failure.of(state);
        return ended(
                state,
                Reason.MigrationFailed,
                "%s, and it could not go on: %s: %s"
                        .formatted(
                                failure == null
                                        ? "something of the migration had run"
                                        : "container %s exited with code %d"
                                                .formatted(failure.container(), failure.exitCode()),
                                tooLong(blocked),
                                blocked.message()));
    }

    private static Verdict ended(RunState state, Reason reason, String detail) {
        int failed = requireNonNullElse(state.record().status().failed(), 0);
        int attempts = Start.neverBegan(state)
                ? 0
                : Math.max(
                        failed,
                        Math.max(1, requireNonNullElse(state.record().status().attempts(), 0)));
        return new Verdict(reason, detail, attempts, failed, null, null);
    }

    private static String tooLong(Blocked blocked) {
        return "its pod could not start from %s to %s".formatted(blocked.since(), blocked.deadline());
    }

    /** Nothing of the migration has run; the reason is what kept it. */
    private static Verdict notBegun(RunState state, String end) {
        Obstacle cause = Start.cause(state);
        return ended(
                state,
                cause == null ? Reason.StartFailed : cause.reason(),
                cause == null
                        ? end + ", and no error was seen: an image may still have been pulled"
                        : "%s (%s)".formatted(cause.message(), end));
    }

    private Verdict with(int failed, @Nullable String time) {
        return new Verdict(reason, detail, attempts, failed, exitCode, time);
    }

    /** From the Job's terminal condition, as Argo CD and Kubernetes read it. */
    static Verdict of(RunState state, Job.Ours job, End end) {
        int attempts = attempts(state, job);
        if (end.complete()) {
            MigrationResult result = result(state);
            String well = result == null || result.error() != null ? "the migration ended well" : result.summary();
            return new Verdict(
                    Reason.Migrated,
                    attempts <= 1 ? well : well + (result == null ? " at" : ", at") + " attempt " + attempts,
                    attempts,
                    job.failed(),
                    0,
                    end.time());
        }
        return failed(state, job, end, attempts);
    }

    private static Verdict failed(RunState state, Job.Ours job, End end, int attempts) {
        if (end.reason().equals(TERMINATED)) {
            return new Verdict(Reason.Aborted, stopped(end.message()), attempts, job.failed(), null, end.time());
        }
        boolean late = end.reason().equals("DeadlineExceeded");
        if (Start.neverBegan(state)) {
            return notBegun(
                            state,
                            late
                                    ? deadline(state, job) + " passed before anything had started"
                                    : "the Job failed with %s before anything had started".formatted(end.reason()))
                    .with(job.failed(), end.time());
        }
        var failure = Failure.of(state);
        Integer exitCode = failure == null ? null : failure.exitCode();
        if (isAtTheCheck(state)) {
            // The last pod never got as far as the migration.
            return checked(state, job, end, failure, Math.max(0, attempts - 1));
        }
        Lingering lingering = Companions.lingering(state);
        if (late && lingering != null) {
            return new Verdict(
                    Reason.SidecarStillRuns,
                    "container %s had ended well, and %s ran on until %s had passed"
                            .formatted(lingering.ended(), String.join(", ", lingering.running()), deadline(state, job)),
                    attempts,
                    job.failed(),
                    null,
                    end.time());
        }
        String disruption = late ? null : disruption(state);
        if (disruption != null) {
            return new Verdict(
                    Reason.Disrupted,
                    "the pod of attempt %d, the last one, was taken away while it ran (%s)"
                            .formatted(attempts, disruption),
                    attempts,
                    job.failed(),
                    exitCode,
                    end.time());
        }
        return late
                ? new Verdict(
                        Reason.DeadlineExceeded,
                        "the migration had not ended after " + deadline(state, job),
                        attempts,
                        job.failed(),
                        exitCode,
                        end.time())
                : new Verdict(
                        Reason.MigrationFailed,
                        failure == null
                                ? "the Job failed with " + end.reason() + ": " + Line.withoutStop(end.message())
                                : "container %s %s%s (%s)%s"
                                        .formatted(
                                                failure.container(),
                                                failure.end(),
                                                OF_ONE_INDEX.contains(end.reason())
                                                        ? ""
                                                        : " at attempt " + attempts + ", the last one",
                                                end.reason(),
                                                why(state)),
                        attempts,
                        job.failed(),
                        exitCode,
                        end.time());
    }

    /** Its check failed, or was at it when the time was over. */
    private static Verdict checked(RunState state, Job.Ours job, End end, @Nullable Failure failure, int attempts) {
        boolean late = end.reason().equals("DeadlineExceeded");
        return new Verdict(
                late ? Reason.DeadlineExceeded : Reason.CheckFailed,
                "the check `%s` %s; %s"
                        .formatted(
                                state.record().check(),
                                late
                                        ? "had not ended after " + deadline(state, job)
                                        : failure == null ? "failed" : failure.end(),
                                attempts == 0 && !begun(state)
                                        ? "the database was not touched"
                                        : "an earlier attempt had begun the migration"),
                attempts,
                job.failed(),
                failure == null ? null : failure.exitCode(),
                end.time());
    }

    /** Whether the last pod had not got any further than the check; once it is gone, as the record has it. */
    private static boolean isAtTheCheck(RunState state) {
        LogSource last = LogSource.of(state);
        MigrationRunStatus.Log kept = state.record().status().log();
        String container = last != null ? last.container() : kept == null ? "" : kept.container();
        return state.record().check() != null && container.equals(Names.CHECK_CONTAINER);
    }

    /** An evicted pod counts as no attempt, and may be there still. */
    private static boolean begun(RunState state) {
        return state.pods().stream()
                .flatMap(pod -> pod.containers().stream())
                .anyMatch(container -> container.started() && container.role() == Role.MAIN);
    }

    /** The value that decided. */
    private static String deadline(RunState state, Job.Ours job) {
        Long asked = state.record().deadlineSeconds();
        return "activeDeadlineSeconds: " + job.deadlineSeconds()
                + (Objects.equals(job.deadlineSeconds(), asked)
                        ? ""
                        : " (changed while it ran, from " + (asked == null ? "none" : asked) + ")");
    }

    /**
     * The container that failed.
     *
     * @param container its name
     * @param exitCode not 0
     * @param reason the kubelet's word, or null where only the record remembers the failure
     */
    record Failure(String container, int exitCode, @Nullable String reason) {
        /** 128 and the number of the signal, as a shell has it. */
        private static final int SIGKILLED = 137;

        /** In the last pod that ran; once that is gone, as the record has it; null where neither tells. */
        static @Nullable Failure of(RunState state) {
            Container teller = LogSource.decisive(state).map(LogSource::teller).orElse(null);
            if (teller != null && teller.exitCode() != null && teller.exitCode() != 0) {
                return new Failure(teller.name(), teller.exitCode(), teller.endReason());
            }
            MigrationRunStatus status = state.record().status();
            return status.log() == null || status.exitCode() == null || status.exitCode() == 0
                    ? null
                    : new Failure(status.log().container(), status.exitCode(), null);
        }

        /**
         * How it ended, in words that go on after its name. A container that ran out of memory is not always called so: containerd
         * may hear of the exit first, and the reason is {@code Error} then (containerd/containerd#8180).
         */
        String end() {
            String why = "OOMKilled".equals(reason)
                    ? " (OOMKilled: it reached its memory limit)"
                    : exitCode == SIGKILLED && "Error".equals(reason)
                            ? " (SIGKILL: out of memory, or killed from outside)"
                            : "";
            return "exited with code " + exitCode + why;
        }
    }

    /** Of the last pod that ran; what the record has where no such pod is left. */
    static @Nullable Integer exitCode(RunState state) {
        if (state.pods().stream().noneMatch(Pod::begun)) {
            return state.record().status().exitCode();
        }
        Failure failure = Failure.of(state);
        return failure == null ? null : failure.exitCode();
    }

    /** Why the last pod that ran was taken away; what the record has where no such pod is left. */
    static @Nullable String disruption(RunState state) {
        return state.pods().stream().noneMatch(Pod::begun)
                ? state.record().status().disruption()
                : LogSource.decisive(state).map(Pod::disruption).orElse(null);
    }

    /** What the built-in engine says of its failure, in words that go on after how its container ended; empty where it says nothing. */
    private static String why(RunState state) {
        MigrationResult result = result(state);
        return result == null || result.error() == null ? "" : ": " + Line.withoutStop(result.summary());
    }

    /** What the built-in engine said in the last pod that ran; what the record has where no such pod is left. */
    static @Nullable MigrationResult result(RunState state) {
        if (state.pods().stream().noneMatch(Pod::begun)) {
            return state.record().status().result();
        }
        return LogSource.decisive(state)
                .map(pod -> LogSource.teller(pod).result())
                .orElse(null);
    }

    /** The image that the migration's own container ran last; what the record has where no pod tells. */
    static @Nullable String image(RunState state) {
        return state.pods().stream()
                .flatMap(pod -> pod.containers().stream()
                        .filter(container -> container.role() == Role.MAIN)
                        .limit(1))
                .filter(own -> own.started() && own.image() != null)
                .map(Container::image)
                .reduce((earlier, later) -> later)
                .orElse(state.record().status().image());
    }

    /** Pods, or starts of a container within one pod ({@code restartPolicy: OnFailure}), whichever are more. */
    static int attempts(RunState state, Job.Ours job) {
        if (Start.neverBegan(state)) {
            return 0;
        }
        int starts = state.pods().stream()
                .flatMap(pod -> pod.containers().stream())
                .filter(container -> container.started() && container.role() == Role.MAIN)
                .mapToInt(container -> container.restarts() + 1)
                .max()
                .orElse(requireNonNullElse(state.record().status().attempts(), 0));
        int running = job.ending() || job.end() != null ? 0 : 1;
        return Math.max(starts, job.failed() + job.succeeded() + running);
    }

    private static String stopped(String why) {
        return "the migration was stopped, since " + Line.withoutStop(why);
    }
}
