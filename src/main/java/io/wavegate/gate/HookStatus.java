package io.wavegate.gate;

import io.wavegate.api.JobConditions;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Names;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.api.Times;
import io.wavegate.gate.GateState.Shown;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a hook Job's status says of a run, as fields of a merge patch. The API server's rules for it (facts: argocd.md 0.2;
 * kubernetes pkg/apis/batch/validation): a finished Job has a startTime and no active pods; Complete comes with
 * SuccessCriteriaMet and a completionTime, Failed with FailureTarget.
 */
final class HookStatus {
    private static final String HELD =
            "The migration waits for approval: it is run when this Job is resumed (spec.suspend: false).";

    private HookStatus() {}

    /**
     * The Job is suspended. Argo CD shows it so, and offers to resume it (gitops-engine health_job.go; resource_customizations
     * batch/Job/actions).
     */
    static Map<String, Object> held(Instant now) {
        return Map.of("conditions", List.of(condition(JobConditions.SUSPENDED, "JobSuspended", HELD, now)));
    }

    /**
     * The Job was taken on. A condition Suspended is taken away, not set to False: Argo CD takes any condition of that type for a Job
     * that is done (facts: argocd.md section 5).
     *
     * @param hook as it is; where its status has FailureTarget, its conditions are left
     */
    static Map<String, Object> started(GateState.Hook hook, Instant now) {
        return hook.failureTarget()
                ? Map.of("startTime", Times.text(now), "active", 1)
                : Map.of("startTime", Times.text(now), "active", 1, "conditions", List.of());
    }

    /**
     * The state of a run, going on or ended.
     *
     * @param hook as it is, which sets a limit to what its status may say ({@link GateState.Hook#toShow})
     */
    static Map<String, Object> of(MigrationRunStatus run, GateState.Hook hook, Instant now) {
        if (run.phase() == Phase.Succeeded) {
            return ended(
                    List.of(JobConditions.SUCCESS_CRITERIA_MET, JobConditions.COMPLETE),
                    run,
                    hook,
                    now,
                    Map.of("completionTime", Times.text(now), "succeeded", 1));
        }
        if (run.phase() == Phase.Failed) {
            return ended(List.of(JobConditions.FAILURE_TARGET, JobConditions.FAILED), run, hook, now, Map.of());
        }
        Shown shown = hook.toShow(run);
        var status = counts(shown);
        if (!hook.failureTarget()) {
            status.put(
                    "conditions",
                    shown.blocked() == null
                            ? List.of()
                            : List.of(condition(Names.BLOCKED, blockedFor(run), shown.blocked(), now)));
        }
        return status;
    }

    /** In one word: that it waits for its turn, or the reason that it will fail for. */
    private static String blockedFor(MigrationRunStatus run) {
        if (run.phase() == Phase.Waiting) {
            return Phase.Waiting.name();
        }
        return (run.blocked() == null ? Reason.SidecarStillRuns : run.blocked().reason()).name();
    }

    /** A verdict on a hook Job that has no run of its own, and may not have been started. */
    static Map<String, Object> verdict(
            Reason reason, String message, GateState.Hook hook, Instant startTime, Instant now) {
        var status = new LinkedHashMap<>(
                of(MigrationRunStatus.EMPTY.concluded(reason, message, 0, 0, null, Times.text(now)), hook, now));
        status.put("startTime", Times.text(startTime));
        return status;
    }

    private static Map<String, Object> ended(
            List<String> types, MigrationRunStatus run, GateState.Hook hook, Instant now, Map<String, Object> more) {
        var status = counts(new Shown(0, hook.toShow(run).failed(), null));
        status.putAll(more);
        status.put(
                "conditions",
                types.stream()
                        .map(type -> condition(
                                type, String.valueOf(run.reason()), run.message() == null ? "" : run.message(), now))
                        .toList());
        return status;
    }

    private static Map<String, Object> condition(String type, String reason, String message, Instant now) {
        return Map.of(
                "type",
                type,
                "status",
                "True",
                "reason",
                reason,
                "message",
                message,
                "lastProbeTime",
                Times.text(now),
                "lastTransitionTime",
                Times.text(now));
    }

    private static Map<String, Object> counts(Shown shown) {
        var status = new LinkedHashMap<String, Object>();
        status.put("active", shown.active());
        status.put("failed", shown.failed());
        return status;
    }
}
