package io.wavegate.gate;

import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.MigrationRunStatus.Blocked;
import io.wavegate.api.MigrationRunStatus.Changed;
import io.wavegate.api.MigrationRunStatus.Lingering;
import io.wavegate.api.Option;
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
record GateState(
        Hook hook,
        Run run,
        boolean emittedJobPresent,
        @Nullable Release release) {
    /**
     * The hook Job.
     *
     * @param finished it has a terminal condition
     * @param failureTarget it has the condition FailureTarget: Kubernetes lets it succeed no more
     * @param suspended {@code spec.suspend}
     * @param held its status says that it is suspended
     * @param started it has a {@code startTime}
     * @param shown what its status tells of the run
     * @param asks what it asks for that can be changed while it runs
     */
    public record Hook(
            boolean finished,
            boolean failureTarget,
            boolean suspended,
            boolean held,
            boolean started,
            Shown shown,
            Changed asks) {
        /**
         * What its status is to tell of a run. The API server lets nobody count fewer failed pods than before, nor change the conditions
         * beside FailureTarget so that it goes (kubernetes pkg/registry/batch/job/strategy.go, RejectDecreasingFailedCounter and
         * RejectDisablingTerminalCondition): a record that stands for a lost one knows of no failed pod.
         */
        Shown toShow(MigrationRunStatus run) {
            Shown told = Shown.of(run);
            return new Shown(
                    told.active(),
                    Math.max(told.failed(), shown.failed()),
                    failureTarget ? shown.blocked() : told.blocked());
        }
    }

    /**
     * What a hook Job's status tells, apart from a verdict.
     *
     * @param active 1 from the start of the hook Job on, but for the time in which it waits for its turn: one write tells both
     * @param failed failed pods so far
     * @param blocked what keeps the migration from starting, or its Job from ending, as the condition says it; null where nothing does
     */
    public record Shown(int active, int failed, @Nullable String blocked) {
        /** What there is to tell of this run. */
        static Shown of(MigrationRunStatus run) {
            return new Shown(
                    run.phase() == Phase.Pending || run.phase() == Phase.Running ? 1 : 0,
                    run.failed() == null ? 0 : run.failed(),
                    run.phase() == Phase.Waiting ? "The migration " + run.message() + "." : sentence(run));
        }

        private static @Nullable String sentence(MigrationRunStatus run) {
            return run.blocked() != null
                    ? sentence(run.blocked())
                    : run.lingering() != null ? sentence(run.lingering()) : null;
        }

        private static String sentence(Blocked blocked) {
            return "The migration can not start: %s. It fails as %s at %s, unless it starts before."
                    .formatted(blocked.message(), blocked.reason(), blocked.deadline());
        }

        private static String sentence(Lingering lingering) {
            return "Container %s has ended well, and the Job goes on with %s beside it. What is to end with the migration is named in %s."
                    .formatted(lingering.ended(), String.join(", ", lingering.running()), Option.SIDECARS.annotation());
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
         * @param lost it stands for one that was deleted: no Job is its own
         * @param asked what the hook Job asked for when the record was made
         */
        record Present(MigrationRunStatus status, boolean lost, Changed asked) implements Run {
            /** What the run knows of the hook Job. */
            Changed known() {
                return status.changed() == null ? asked : status.changed();
            }
        }
    }
}
