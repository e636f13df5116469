package io.wavegate.gate;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.wavegate.api.Names;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a hook Job into a {@link GateState.Hook}. */
final class HookObservation {
    private HookObservation() {}

    /** The hook Job as read. */
    static GateState.Hook of(Job hook) {
        JobStatus status = hook.getStatus();
        return new GateState.Hook(
                has(status, "Complete", "Failed"),
                has(status, "FailureTarget"),
                Boolean.TRUE.equals(hook.getSpec().getSuspend()),
                has(status, "Suspended"),
                status != null && status.getStartTime() != null,
                new GateState.Shown(
                        status == null ? 0 : requireNonNullElse(status.getActive(), 0),
                        status == null ? 0 : requireNonNullElse(status.getFailed(), 0),
                        blocked(status)),
                HookChanges.of(hook));
    }

    /** Whether one of these conditions holds. */
    private static boolean has(@Nullable JobStatus status, String... types) {
        return status != null
                && status.getConditions() != null
                && status.getConditions().stream()
                        .anyMatch(condition -> "True".equals(condition.getStatus())
                                && List.of(types).contains(condition.getType()));
    }

    /** What the hook Job's status names as keeping the migration from starting. */
    private static @Nullable String blocked(@Nullable JobStatus status) {
        return status == null || status.getConditions() == null
                ? null
                : status.getConditions().stream()
                        .filter(condition -> Names.BLOCKED.equals(condition.getType()))
                        .map(JobCondition::getMessage)
                        .findFirst()
                        .orElse(null);
    }
}
