package io.wavegate.run;

import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.MigrationRunStatus.Blocked;
import io.wavegate.api.Reason;
import io.wavegate.api.StartStep;
import io.wavegate.run.RunState.Job;
import io.wavegate.run.RunState.Outcome;
import io.wavegate.run.RunState.Pod;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rules for a Job whose pod has not started: what keeps it is named in the record, and what lasts too long from its first error
 * state on is given up. Time spent without an error, as pulling an image is, never counts.
 */
final class Start {
    /** How long a pod may find no node, since a cluster may have to grow for it; more where the start deadline is longer. */
    static final Duration SCALE_UP = Duration.ofMinutes(10);

    /** A pod that starts as pods do has started by then, and nobody has asked for events. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(3);
    /** The longest pause between two looks; the Job controller waits about as long between two attempts. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private Start() {}

    static RunDecision decide(RunState state, Job.Ours job) {
        Pod pod = newest(state);
        StartStep step = pod == null || pod.over() ? StartStep.Create : pod.step();
        Obstacle obstacle = obstacle(state, pod, step);
        boolean told = toldByEvents(pod, step);
        Instant look = told ? nextLook(state, job, pod) : null;
        if (look != null && obstacle == null && state.told() == null && !look.isAfter(state.now())) {
            return step == StartStep.Create
                    ? new RunDecision.LookForEvents(
                            "it has no pod", step, "Job", state.record().name())
                    : new RunDecision.LookForEvents(
                            "its pod is not prepared",
                            step,
                            "Pod",
                            Objects.requireNonNull(pod).name());
        }
        Blocked before = state.record().status().blocked();
        Blocked blocked = obstacle != null
                ? blocked(state, before, obstacle)
                : before == null || isOver(before, pod, step) ? null : before;
        if (!Objects.equals(blocked, before)) {
            return new RunDecision.NoteStart(
                    blocked == null ? "what kept it from starting is over" : "it can not start: " + blocked.message(),
                    blocked);
        }
        if (givenUp(state)) {
            return new RunDecision.GiveUp("it could not start in time", settled(state, job));
        }
        Instant until = blocked == null ? null : time(blocked.deadline());
        if (look != null && (until == null || look.isBefore(until))) {
            until = look;
        }
        return until == null
                ? new RunDecision.Rest("the Job is at it")
                : new RunDecision.Rest("its pod has not started yet", until);
    }

    /** Whether the run's time to start is over. It stays so, whatever happens until its Job is gone. */
    static boolean givenUp(RunState state) {
        Blocked blocked = state.record().status().blocked();
        return blocked != null && !state.now().isBefore(time(blocked.deadline()));
    }

    /** Whether it is certain that nothing of the migration has run, and that nothing of it will. */
    static boolean neverBegan(RunState state) {
        if (state.pods().stream().anyMatch(Pod::begun)) {
            return false;
        }
        boolean noted = Integer.valueOf(0).equals(state.record().status().attempts());
        return state.job() instanceof Job.Ours job
                ? (job.ending() || job.deleting() || job.end() != null) && (noted || settled(state, job))
                : noted;
    }

    /**
     * Whether all pods there ever were are seen, or are known to have had no node, none has begun, and none can any more without our seeing
     * it end. One that the Job counts and that we do not see may have run: we may hear of the Job later than of its pods. So may one that is
     * being deleted and was on its way without an error: the kubelet tells of a start up to a second later, and then of its end only.
     */
    private static boolean settled(RunState state, Job.Ours job) {
        MigrationRunStatus status = state.record().status();
        boolean hasRun = status.log() != null
                || status.exitCode() != null
                || (status.blocked() != null && status.blocked().begun());
        int ended = job.failed() + job.succeeded();
        return !hasRun
                && state.pods().stream().filter(Pod::over).count() + state.unplaced() >= ended
                && state.pods().size() + state.unplaced() >= ended + job.open()
                && state.pods().stream()
                        .allMatch(pod -> !pod.begun()
                                && (pod.over()
                                        || pod.step() == StartStep.Schedule
                                        || (pod.deleting() && status.blocked() != null)));
    }

    private static @Nullable Pod newest(RunState state) {
        List<Pod> pods = state.pods();
        return pods.isEmpty() ? null : pods.get(pods.size() - 1);
    }

    private static @Nullable Obstacle obstacle(RunState state, @Nullable Pod pod, StartStep step) {
        if (pod != null && pod.obstacle() != null) {
            return pod.obstacle();
        }
        Obstacle told = state.told() == null ? null : state.told().obstacle();
        return told != null && told.step() == step ? told : null;
    }

    /** Whether only events can tell why it does not go on: its pod's own status says so of an image, and of a node. */
    private static boolean toldByEvents(@Nullable Pod pod, StartStep step) {
        return pod == null
                || (step == StartStep.Create && pod.outcome() == Outcome.FAILED)
                || (step == StartStep.Prepare && !pod.begun());
    }

    /** First some seconds after the Job, or its pod, last went on, then in growing pauses. Another machine's clock may be wrong. */
    private static Instant nextLook(RunState state, Job.Ours job, @Nullable Pod pod) {
        Instant from = pod == null ? StartObservation.time(job.startTime()) : pod.changed();
        Duration age = Duration.between(from, state.now()).abs();
        Duration first = pod != null && pod.over() ? LONGEST_PAUSE : FIRST_LOOK;
        if (age.compareTo(first) < 0) {
            return state.now().plus(first.minus(age));
        }
        if (state.told() == null) {
            return state.now();
        }
        return state.now().plus(age.compareTo(LONGEST_PAUSE) < 0 ? age : LONGEST_PAUSE);
    }

    /** The first words and the first time are kept while the same thing is wrong: the kubelet changes its words at each try. */
    private static Blocked blocked(RunState state, @Nullable Blocked before, Obstacle obstacle) {
        if (before != null
                && before.reason() == obstacle.reason()
                && Objects.equals(before.object(), obstacle.object())
                && before.step() == obstacle.step()) {
            return before;
        }
        Duration limit = limit(state, obstacle.reason());
        Instant since = before != null
                        && obstacle.step().compareTo(before.step()) <= 0
                        && limit(state, before.reason()).equals(limit)
                ? time(before.since())
                : state.now().truncatedTo(ChronoUnit.SECONDS);
        return new Blocked(
                obstacle.reason(),
                obstacle.object(),
                obstacle.message(),
                obstacle.step(),
                state.pods().stream().anyMatch(Pod::begun)
                        || state.record().status().log() != null,
                since.toString(),
                since.plus(limit).toString());
    }

    /** Whether a pod has come further than where it was kept, or has begun; a pod that replaces it has to come as far first. */
    private static boolean isOver(Blocked before, @Nullable Pod pod, StartStep step) {
        if (pod == null) {
            return false;
        }
        if (pod.over()) {
            return pod.begun()
                    && (before.step() != StartStep.Create || pod.changed().isAfter(time(before.since())));
        }
        return pod.begun() || step.compareTo(before.step()) > 0;
    }

    private static Duration limit(RunState state, Reason reason) {
        Duration deadline = state.record().startDeadline();
        return reason == Reason.Unschedulable && deadline.compareTo(SCALE_UP) < 0 ? SCALE_UP : deadline;
    }

    private static Instant time(String text) {
        return StartObservation.time(text);
    }

    /** What to name where nothing has begun: what the record has, or what the last pod's end says. */
    static @Nullable Obstacle cause(RunState state) {
        MigrationRunStatus status = state.record().status();
        Blocked blocked = status.blocked();
        if (blocked != null) {
            return new Obstacle(blocked.reason(), blocked.object(), blocked.message(), blocked.step());
        }
        Pod pod = newest(state);
        return pod == null ? null : pod.obstacle();
    }
}
