package io.wavegate.run;

import io.wavegate.api.DeletePolicy;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Reason;
import io.wavegate.run.RunState.Hook;
import io.wavegate.run.RunState.Job;
import io.wavegate.run.RunState.Pod;
import org.jspecify.annotations.Nullable;

/** The one next step of a run, and why. */
sealed interface RunDecision {
    /** Why this step, for the log. */
    String why();

    /** Nothing to do until something changes. */
    record Rest(String why) implements RunDecision {}

    /** Ask the API server whether the emitted Job is there. */
    record LookAgain(String why) implements RunDecision {}

    /** Ask the API server whether the hook Job is there. */
    record LookForHook(String why) implements RunDecision {}

    /** Delete the emitted Job before it has ended; it is gone when its pods are. */
    record Stop(String why, Job.Ours job) implements RunDecision {}

    /** Create the Job. */
    record Emit(String why) implements RunDecision {}

    /** Write what is known of the Job into the record, with the end of a log where one is due. */
    record Note(String why, Job.Ours job, @Nullable LogSource log) implements RunDecision {}

    /** Write the verdict into the record. */
    record Conclude(String why, Verdict verdict, @Nullable LogSource log) implements RunDecision {}

    /** Delete the emitted Job, as its delete policy says. */
    record DeleteJob(String why, Job.Ours job) implements RunDecision {}

    /** Give the emitted Job the user's time to live. */
    record SetTtl(String why, Job.Ours job, int seconds) implements RunDecision {}

    /** The rules, first match wins; RunDecisionTest is their table. */
    static RunDecision decide(RunState state) {
        MigrationRunStatus status = state.record().status();
        if (status.phase() == null) {
            return new Rest("the front door is not open yet");
        }
        if (status.terminal()) {
            return tidy(state);
        }
        if (state.job() instanceof Job.Foreign) {
            return new Conclude(
                    "the name is taken",
                    Verdict.notRun(
                            Reason.NameTaken, "job/" + state.record().name() + " is there and is not Wavegate's"),
                    null);
        }
        return state.job() instanceof Job.Ours job ? follow(state, job) : start(state);
    }

    private static RunDecision start(RunState state) {
        if (state.record().status().job() != null) {
            return vanished(state);
        }
        String problem = state.record().problem();
        if (problem != null) {
            return new Conclude("can not be run", Verdict.notRun(Reason.InvalidOption, problem), null);
        }
        String abort = state.abort();
        if (abort != null) {
            return new Conclude(
                    "stopped before it began", Verdict.notRun(Reason.Aborted, "nothing was run, since " + abort), null);
        }
        return state.hook() == Hook.UNKNOWN
                ? new LookForHook("open, and no Job yet; its hook Job may be gone meanwhile")
                : new Emit("open, and no Job yet");
    }

    /** The Job was there. Its pods may outlive it; a verdict before they end would let a second migration start beside them. */
    private static RunDecision vanished(RunState state) {
        if (state.job() instanceof Job.NotSeen) {
            return new LookAgain("the record has a Job that our cache has not");
        }
        if (!state.pods().stream().allMatch(Pod::over)) {
            return new Rest("the Job was deleted, its pods are still ending");
        }
        return state.abort() == null && state.hook() == Hook.UNKNOWN
                ? new LookForHook("the Job and its pods are gone; so may be its hook Job")
                : new Conclude("the Job and its pods are gone", Verdict.stopped(state), LogSource.of(state));
    }

    private static RunDecision follow(RunState state, Job.Ours job) {
        MigrationRunStatus status = state.record().status();
        if (job.end() != null) {
            return new Conclude("the Job has ended", Verdict.of(state, job, job.end()), LogSource.of(state));
        }
        LogSource log = LogSource.endingOf(state, job);
        if (log != null && !log.isKeptIn(status) && !state.tried().contains(log)) {
            return new Note("a pod is going, and its log with it", job, log);
        }
        boolean known = status.job() != null
                && status.job().uid().equals(job.uid())
                && Integer.valueOf(job.failed()).equals(status.failed());
        if (!known) {
            return new Note("the Job went on", job, null);
        }
        if (state.abort() == null || job.ending()) {
            return new Rest("the Job is at it");
        }
        return job.deleting()
                ? new Rest("being stopped, its pods are still ending")
                : new Stop("its hook Job is gone, or it was called off", job);
    }

    private static RunDecision tidy(RunState state) {
        if (!(state.job() instanceof Job.Ours job) || job.deleting() || job.end() == null) {
            return new Rest("over, nothing left to tidy up");
        }
        DeletePolicy policy = job.end().complete() ? DeletePolicy.HOOK_SUCCEEDED : DeletePolicy.HOOK_FAILED;
        if (state.record().deletePolicies().contains(policy)) {
            return new DeleteJob("its delete policy is " + policy.helm(), job);
        }
        Integer ttl = state.record().ttlSeconds();
        return ttl != null && !job.ttlSet()
                ? new SetTtl("the record is written", job, ttl)
                : new Rest("over, nothing left to tidy up");
    }
}
