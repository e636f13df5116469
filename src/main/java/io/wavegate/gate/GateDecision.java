package io.wavegate.gate;

import static java.util.Objects.requireNonNull;

import io.wavegate.api.Line;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.MigrationRunStatus.Changed;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.gate.GateState.Hook;
import io.wavegate.gate.GateState.Run;

/** The one next step for a hook Job, and why. */
sealed interface GateDecision {
    /** Why nothing more happens to a hook Job that has ended. */
    String FINISHED = "the hook Job has its verdict; a finished Job is never run";

    /** Why this step, for the log. */
    String why();

    /** Nothing to do until something changes. */
    record Rest(String why) implements GateDecision {}

    /** Ask the API server whether the record is there. */
    record LookAgain(String why) implements GateDecision {}

    /** Read the hook Job whole, its Application and its earlier runs. */
    record Ask(String why) implements GateDecision {}

    /** Give the hook Job a verdict without running it; where that is on trust, with a word on what nobody has looked at. */
    record Answer(String why, Reason reason, String message, boolean onTrust) implements GateDecision {}

    /** Show that the hook Job waits for somebody to resume it. */
    record Hold(String why) implements GateDecision {}

    /** Create the record. */
    record Open(String why) implements GateDecision {}

    /** Write the hook Job's startTime. */
    record Start(String why) implements GateDecision {}

    /** Make the record Pending: from now on it may be run. */
    record Admit(String why) implements GateDecision {}

    /** Tell the run what was changed on the hook Job. */
    record Tell(String why, Changed changed) implements GateDecision {}

    /** Fail the hook Job, which somebody has terminated or deleted. */
    record Abort(String why, String detail) implements GateDecision {}

    /** Write the run's state into the hook Job's status. */
    record Show(String why, MigrationRunStatus status) implements GateDecision {}

    /** Delete the emitted Job that has lost its record. */
    record Stop(String why) implements GateDecision {}

    /** Create a record that says that the first one is lost. */
    record Lose(String why) implements GateDecision {}

    /** Fail the hook Job: the record's name is taken. */
    record Refuse(String why) implements GateDecision {}

    /** The rules, first match wins; GateDecisionTest is their table. */
    static GateDecision decide(GateState state) {
        Hook hook = state.hook();
        if (state.run() instanceof Run.Present present) {
            return present.lost() && state.emittedJobPresent()
                    ? new Stop("the first record is gone; its Job goes with it")
                    : decide(hook, present);
        }
        if (state.run() instanceof Run.Foreign) {
            return hook.finished() ? new Rest(FINISHED) : new Refuse("the record's name belongs to another hook");
        }
        // A record takes its Job along; Kubernetes would leave it to the hook Job, its other owner.
        if (state.emittedJobPresent()) {
            return state.run() instanceof Run.NotSeen
                    ? new LookAgain("our cache has no record of a Job that was emitted")
                    : new Stop("the record is gone; its Job goes with it");
        }
        if (hook.finished()) {
            return new Rest(FINISHED);
        }
        if (hook.started()) {
            if (state.run() instanceof Run.NotSeen) {
                return new LookAgain("our cache has no record of a hook Job that was started");
            }
            // The loss is recorded for the release: Argo CD's retry is another hook Job, and is not to run it again
            // either.
            return state.release() == null
                    ? new Ask("the record is gone and nothing of the run is left")
                    : new Lose("the record is gone and nothing of the run is left");
        }
        if (hook.asks().terminated() != null) {
            return new Abort(
                    "the hook Job was terminated, or deleted, before it began",
                    "nothing was run, since "
                            + Line.withoutStop(requireNonNull(hook.asks().terminated())));
        }
        if (hook.suspended()) {
            return hook.held()
                    ? new Rest("the hook Job is suspended; it starts when it is resumed")
                    : new Hold("the hook Job is suspended");
        }
        if (state.release() == null) {
            return new Ask("a new hook Job");
        }
        return state.release()
                .answer()
                .<GateDecision>map(
                        answer -> new Answer(answer.why(), answer.reason(), answer.message(), answer.onTrust()))
                .orElseGet(() -> new Open("a new hook Job, and no run answers for it"));
    }

    private static GateDecision decide(Hook hook, Run.Present run) {
        MigrationRunStatus status = run.status();
        if (!hook.finished()) {
            if (!hook.started()) {
                return new Start("the record is there");
            }
            if (status.phase() == null) {
                return new Admit("the hook Job is marked as started");
            }
            if (status.phase() == Phase.Succeeded && hook.failureTarget()) {
                return new Abort(
                        "Kubernetes lets no Job succeed that was terminated",
                        "the hook Job was terminated when its migration had ended with success ("
                                + hook.asks().terminated() + ")");
            }
            if (!status.terminal() && !hook.asks().equals(run.known())) {
                return new Tell("the hook Job was changed", hook.asks());
            }
            if (status.terminal()) {
                return new Show("the verdict is " + status.reason(), status);
            }
            if (!hook.shown().equals(hook.toShow(status))) {
                return new Show("the run went on", status);
            }
        }
        return new Rest("the hook Job shows the run as it is");
    }
}
