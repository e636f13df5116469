package io.wavegate.gate;

import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Phase;
import org.jspecify.annotations.Nullable;

/**
 * Everything about one hook Job that its next step depends on.
 *
 * @param hook the hook Job
 * @param run the record under the name that belongs to this hook Job
 * @param emittedJobPresent whether the Job emitted for this hook Job is still there, maybe ending
 * @param release which release it is and what ran before; null until that was read
 */
public record GateState(
        Hook hook,
        Run run,
        boolean emittedJobPresent,
        @Nullable Release release) {
    /**
     * The hook Job.
     *
     * @param finished it has a terminal condition
     * @param deleting it has a deletion timestamp
     * @param suspended {@code spec.suspend}
     * @param held its status says that it is suspended
     * @param started it has a {@code startTime}
     * @param shown what its status tells of the run
     */
    public record Hook(
            boolean finished, boolean deleting, boolean suspended, boolean held, boolean started, Shown shown) {}

    /**
     * What a hook Job's status tells, apart from a verdict.
     *
     * @param active 1 while the emitted Job is there
     * @param failed failed pods so far
     */
    public record Shown(int active, int failed) {
        /** What a hook Job's status should tell of this run. */
        static Shown of(MigrationRunStatus run) {
            return new Shown(run.phase() == Phase.Running ? 1 : 0, run.failed() == null ? 0 : run.failed());
        }
    }

    /** The record, as far as we know. */
    public sealed interface Run {
        /** Our cache has none. */
        record NotSeen() implements Run {}

        /** The API server has none. */
        record Absent() implements Run {}

        /** There is one, and it is for another hook Job. */
        record Foreign() implements Run {}

        /**
         * There is one.
         *
         * @param status its status
         * @param claimed it names an Application
         * @param verificationTried the Application was asked in this pass
         */
        record Present(MigrationRunStatus status, boolean claimed, boolean verificationTried) implements Run {
            boolean verificationDue() {
                return claimed
                        && !verificationTried
                        && !Boolean.TRUE.equals(status.verified())
                        && (status.job() != null || status.terminal());
            }
        }
    }
}
