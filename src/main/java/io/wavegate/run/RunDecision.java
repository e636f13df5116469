package io.wavegate.run;

import static java.util.Objects.requireNonNull;

import io.wavegate.api.DeletePolicy;
import io.wavegate.api.Line;
import io.wavegate.api.MigrationRunSpec;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.MigrationRunStatus.Blocked;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.api.StartStep;
import io.wavegate.run.RunState.Hook;
import io.wavegate.run.RunState.Job;
import io.wavegate.run.RunState.Lock;
import io.wavegate.run.RunState.Pod;
import io.wavegate.run.RunState.Recorded;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The one next step of a run, and why. */
sealed interface RunDecision {
    /** How often a run that waits looks whether its hook Job is still there: nothing tells it, since it has no Job that the hook owns. */
    Duration LOOK = Duration.ofSeconds(30);

    /** How long the next in line may take to come for the lock before the line is looked at again. */
    Duration TURN = Duration.ofSeconds(1);

    /** Why this step, for the log. */
    String why();

    /**
     * Nothing to do until something changes.
     *
     * @param until when to look again even if nothing does, or null
     */
    record Rest(String why, @Nullable Instant until) implements RunDecision {
        Rest(String why) {
            this(why, null);
        }
    }

    /** Ask the API server whether the emitted Job is there. */
    record LookAgain(String why) implements RunDecision {}

    /** Ask the API server whether the hook Job is there. */
    record LookForHook(String why) implements RunDecision {}

    /** Ask the API server how the pods of the emitted Job have ended. */
    record LookForPods(String why) implements RunDecision {}

    /** Take the lock of the database. */
    record TakeLock(String why) implements RunDecision {}

    /**
     * Write into the record that another has the lock.
     *
     * @param message the record's message meanwhile
     */
    record Wait(String why, MigrationRunStatus.Lock lock, String message) implements RunDecision {}

    /** Give the lock of the database back. */
    record FreeLock(String why) implements RunDecision {}

    /** Delete the emitted Job before it has ended; it is gone when its pods are. */
    record Stop(String why) implements RunDecision {}

    /**
     * Delete the emitted Job whose pod could not start in time.
     *
     * @param settled nothing has begun, and the record is to say so first: of pods without a node nothing is seen of their end
     */
    record GiveUp(String why, boolean settled) implements RunDecision {}

    /** Ask for the warnings about the emitted Job or its pod. */
    record LookForEvents(String why, StartStep step, String kind, String name) implements RunDecision {}

    /** Create the Job. */
    record Emit(String why) implements RunDecision {}

    /** Write what is known of the Job into the record, with the end of a log where one is due. */
    record Note(String why, @Nullable LogSource log) implements RunDecision {}

    /** Give the emitted Job the deadline that its hook Job has by now. */
    record SetDeadline(String why, Job.Ours job, @Nullable Long seconds) implements RunDecision {}

    /** Write what keeps the pod from starting into the record, or that nothing does any more. */
    record NoteStart(String why, @Nullable Blocked blocked) implements RunDecision {}

    /** Write the verdict into the record. */
    record Conclude(String why, Verdict verdict, @Nullable LogSource log) implements RunDecision {}

    /** Delete the emitted Job, as its delete policy says. */
    record DeleteJob(String why) implements RunDecision {}

    /** Give the emitted Job the user's time to live. */
    record SetTtl(String why, int seconds) implements RunDecision {}

    /** The rules, first match wins; RunDecisionTest is their table. */
    static RunDecision decide(RunState state) {
        MigrationRunStatus status = state.record().status();
        if (status.phase() == null) {
            return unopened(state);
        }
        if (status.terminal()) {
            return tidy(state);
        }
        if (state.record().lost()) {
            return lost(state);
        }
        if (state.job() instanceof Job.Foreign && status.job() == null) {
            return new Conclude(
                    "the name is taken",
                    Verdict.notRun(
                            Reason.NameTaken, "job/" + state.record().name() + " is there and is not Wavegate's"),
                    null);
        }
        return state.job() instanceof Job.Ours job ? follow(state, job) : start(state);
    }

    /** The gate opens a run within moments; whose hook Job is gone before that, nobody opens it any more. */
    private static RunDecision unopened(RunState state) {
        return switch (state.hook()) {
            case PRESENT ->
                new Rest("the front door is not open yet", state.now().plus(LOOK));
            case UNKNOWN -> new LookForHook("not opened for long; its hook Job may be gone");
            case GONE ->
                new Conclude(
                        "never opened",
                        Verdict.notRun(Reason.Aborted, "nothing was run, since its hook Job was deleted"),
                        null);
        };
    }

    /** It starts nothing, and has its verdict, and with it the first one's lock, when nothing is left of what the first one started. */
    private static RunDecision lost(RunState state) {
        if (state.job() instanceof Job.NotSeen) {
            return new LookAgain("the first record was lost; its Job may have been created at that very moment");
        }
        return state.job() instanceof Job.Absent && state.pods().stream().allMatch(Pod::over)
                ? new Conclude(
                        "the first record was lost",
                        Verdict.notRun(
                                Reason.RecordLost,
                                MigrationRunSpec.loss(state.record().name())),
                        null)
                : new Rest("the first record was lost, and its Job or a pod of it is still ending");
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
                    "stopped before it began",
                    Verdict.notRun(Reason.Aborted, "nothing was run, since " + Line.withoutStop(abort)),
                    null);
        }
        if (state.hook() == Hook.UNKNOWN) {
            return new LookForHook("open, and no Job yet; its hook Job may be gone meanwhile");
        }
        if (state.lock() instanceof Lock.Mine) {
            return new Emit("open, and no Job yet");
        }
        return state.lock() instanceof Lock.Free
                ? new TakeLock(
                        "nobody has the lock of database " + state.record().database())
                : waitForLock(state);
    }

    private static RunDecision waitForLock(RunState state) {
        Recorded record = state.record();
        MigrationRunStatus status = record.status();
        Instant since = waitingSince(state);
        Instant end = since.plus(record.lockTimeout());
        if (!state.now().isBefore(end)) {
            return new Conclude(
                    "waited long enough",
                    Verdict.notRun(
                            Reason.LockTimeout,
                            "after %d s another run still had the lock of database %s (lease %s): %s"
                                    .formatted(
                                            record.lockTimeout().toSeconds(),
                                            record.database(),
                                            record.lease(),
                                            holder(state.lock()))),
                    null);
        }
        if (state.lock() instanceof Lock.Promised && status.phase() == Phase.Waiting) {
            // That run has been woken as this one was. Its end without the lock wakes nobody.
            return new Rest("another is next", min(end, state.now().plus(TURN)));
        }
        var lock = new MigrationRunStatus.Lock(record.database(), record.lease(), since.toString());
        String message = "waits for the lock of database %s (lease %s): %s"
                .formatted(record.database(), record.lease(), holder(state.lock()));
        return lock.equals(status.lock()) && message.equals(status.message())
                ? new Rest("another has the lock", min(end, state.now().plus(LOOK)))
                : new Wait("another has the lock", lock, message);
    }

    /** From now on, unless the record has an earlier time: one that lies ahead is another clock's, and would never end. */
    private static Instant waitingSince(RunState state) {
        MigrationRunStatus.Lock lock = state.record().status().lock();
        Instant now = state.now().truncatedTo(ChronoUnit.SECONDS);
        if (lock == null || lock.waitingSince() == null) {
            return now;
        }
        try {
            return min(now, Instant.parse(lock.waitingSince()));
        } catch (DateTimeParseException e) {
            return now;
        }
    }

    private static String holder(Lock lock) {
        if (lock instanceof Lock.Held held) {
            return held.since() == null ? "held by " + held.by() : "held by " + held.by() + " since " + held.since();
        }
        return lock instanceof Lock.Promised promised ? promised.to() + " is next" : "free";
    }

    private static Instant min(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /**
     * The Job was there, or is about to go and has failed by that. Its pods may outlive it; a verdict before they end would let a second
     * migration start beside them.
     */
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
            if (!state.podsRead() && !knowsTheEnds(state, job)) {
                return new LookForPods("the Job has ended, and a pod of it has not as far as our cache knows");
            }
            return job.end().stopped()
                    ? vanished(state)
                    : new Conclude("the Job has ended", Verdict.of(state, job, job.end()), LogSource.missing(state));
        }
        LogSource log = LogSource.endingOf(state, job);
        if (log != null && !log.isKeptIn(status) && !state.tried().contains(log)) {
            return new Note("a pod has ended, or is going", log);
        }
        boolean known = status.job() != null
                && status.job().uid().equals(job.uid())
                && Integer.valueOf(job.failed()).equals(status.failed())
                && (Integer.valueOf(0).equals(status.attempts()) || !Start.neverBegan(state))
                && Objects.equals(status.exitCode(), Verdict.exitCode(state))
                && Objects.equals(status.disruption(), Verdict.disruption(state))
                && Objects.equals(status.lingering(), Companions.lingering(state))
                && Objects.equals(status.result(), Verdict.result(state));
        if (!known) {
            return new Note("the Job went on", null);
        }
        if (state.abort() == null && !job.ending() && state.record().asksForAnotherDeadline(job)) {
            return new SetDeadline(
                    "the hook Job's activeDeadlineSeconds was changed",
                    job,
                    requireNonNull(status.changed()).activeDeadlineSeconds());
        }
        if (job.ending()) {
            return new Rest("the Job is at it");
        }
        if (job.deleting()) {
            return new Rest("being stopped, its pods are still ending");
        }
        if (state.abort() != null) {
            return new Stop("its hook Job is gone, or it was called off");
        }
        Instant look = Companions.nextLook(state);
        return look == null ? Start.decide(state, job) : new Rest("the migration has ended, its pod has not yet", look);
    }

    /** A Job and its pods are two watches, which keep no order; a pod that our cache has not seen end has an exit code all the same. */
    private static boolean knowsTheEnds(RunState state, Job.Ours job) {
        return state.pods().size() >= job.failed() + job.succeeded()
                && state.pods().stream().allMatch(Pod::over);
    }

    private static RunDecision tidy(RunState state) {
        if (state.lock() instanceof Lock.Mine && state.pods().stream().allMatch(Pod::over)) {
            return new FreeLock("over, and so are its pods");
        }
        if (!(state.job() instanceof Job.Ours job) || job.deleting() || job.end() == null) {
            return new Rest("over, nothing left to tidy up");
        }
        DeletePolicy policy = job.end().complete() ? DeletePolicy.HOOK_SUCCEEDED : DeletePolicy.HOOK_FAILED;
        // Helm prints a log when all hooks of its event have ended, and deletes the hook Job after that.
        boolean awaited = state.record().logPutOut() && state.hook() != Hook.GONE;
        if (state.record().deletePolicies().contains(policy) && !awaited) {
            return new DeleteJob("its delete policy is " + policy.helm());
        }
        // As the pods of any Job go with it. Argo CD's retry deletes the hook Job of a failure: the pod that failed
        // stays to be looked at.
        if (job.end().complete() && state.hook() == Hook.GONE) {
            return new DeleteJob("it has succeeded, and its hook Job is gone");
        }
        Integer ttl = state.record().ttlSeconds();
        return ttl != null && !job.ttlSet()
                ? new SetTtl("the record is written", ttl)
                : new Rest("over, nothing left to tidy up");
    }
}
