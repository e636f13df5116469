package io.wavegate.run;

import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Reason;
import io.wavegate.run.RunState.Container;
import io.wavegate.run.RunState.End;
import io.wavegate.run.RunState.Job;
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

    /** Nothing was started. */
    static Verdict notRun(Reason reason, String detail) {
        return new Verdict(reason, detail, 0, 0, null, null);
    }

    /** The emitted Job and its pods are gone before it ended: by our hand, or by another's. */
    static Verdict stopped(RunState state) {
        int failed = orZero(state.record().status().failed());
        String abort = state.abort();
        return new Verdict(
                abort == null ? Reason.JobDeleted : Reason.Aborted,
                abort == null
                        ? "the emitted Job was deleted before it ended"
                        : "the migration was stopped, since " + withoutStop(abort),
                Math.max(failed, orZero(state.record().status().attempts())),
                failed,
                null,
                null);
    }

    /** From the Job's terminal condition, as Argo CD and Kubernetes read it. */
    static Verdict of(RunState state, Job.Ours job, End end) {
        int attempts = attempts(state, job);
        if (end.complete()) {
            return new Verdict(
                    Reason.Migrated,
                    attempts <= 1 ? "the migration ended well" : "the migration ended well at attempt " + attempts,
                    attempts,
                    job.failed(),
                    0,
                    end.time());
        }
        var failure = Failure.of(state);
        if (end.reason().equals("DeadlineExceeded")) {
            return new Verdict(
                    Reason.DeadlineExceeded,
                    "the migration had not ended after activeDeadlineSeconds: "
                            + state.record().deadlineSeconds(),
                    attempts,
                    job.failed(),
                    failure == null ? null : failure.exitCode(),
                    end.time());
        }
        return new Verdict(
                Reason.MigrationFailed,
                failure == null
                        ? "the Job failed with " + end.reason() + ": " + withoutStop(end.message())
                        : "container %s exited with code %d%s at attempt %d, the last one (%s)"
                                .formatted(
                                        failure.container(),
                                        failure.exitCode(),
                                        "OOMKilled".equals(failure.reason())
                                                ? " (OOMKilled: it reached its memory limit)"
                                                : "",
                                        attempts,
                                        end.reason()),
                attempts,
                job.failed(),
                failure == null ? null : failure.exitCode(),
                end.time());
    }

    /**
     * The container that failed.
     *
     * @param container its name
     * @param exitCode not 0
     * @param reason the kubelet's word, or null where only the record remembers the failure
     */
    record Failure(String container, int exitCode, @Nullable String reason) {
        /** In the last pod that ran; once that is gone, as the record has it; null where neither tells. */
        static @Nullable Failure of(RunState state) {
            Container teller = state.pods().stream()
                    .filter(pod -> pod.containers().stream().anyMatch(Container::started))
                    .reduce((earlier, later) -> later)
                    .map(LogSource::teller)
                    .orElse(null);
            if (teller != null && teller.exitCode() != null && teller.exitCode() != 0) {
                return new Failure(teller.name(), teller.exitCode(), teller.endReason());
            }
            MigrationRunStatus status = state.record().status();
            return status.log() == null || status.exitCode() == null || status.exitCode() == 0
                    ? null
                    : new Failure(status.log().container(), status.exitCode(), null);
        }
    }

    /** Pods, or starts of a container within one pod ({@code restartPolicy: OnFailure}), whichever are more. */
    static int attempts(RunState state, Job.Ours job) {
        int starts = state.pods().stream()
                .flatMap(pod -> pod.containers().stream())
                .filter(container -> container.started() && !container.init())
                .mapToInt(container -> container.restarts() + 1)
                .max()
                .orElse(orZero(state.record().status().attempts()));
        int running = job.ending() || job.end() != null ? 0 : 1;
        return Math.max(starts, job.failed() + job.succeeded() + running);
    }

    private static String withoutStop(String text) {
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    private static int orZero(@Nullable Integer value) {
        return value == null ? 0 : value;
    }
}
