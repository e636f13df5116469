package io.wavegate.gate;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.wavegate.api.JobConditions;
import io.wavegate.api.Names;

/** Reads a hook Job into a {@link GateState.Hook}. */
final class HookObservation {
    private HookObservation() {}

    /** The hook Job as read. */
    static GateState.Hook of(Job hook) {
        JobStatus status = hook.getStatus();
        return new GateState.Hook(
                JobConditions.haveEnded(hook),
                JobConditions.has(hook, JobConditions.FAILURE_TARGET),
                Boolean.TRUE.equals(hook.getSpec().getSuspend()),
                JobConditions.has(hook, JobConditions.SUSPENDED),
                status != null && status.getStartTime() != null,
                new GateState.Shown(
                        status == null ? 0 : requireNonNullElse(status.getActive(), 0),
                        status == null ? 0 : requireNonNullElse(status.getFailed(), 0),
                        JobConditions.of(hook, Names.BLOCKED)
                                .map(JobCondition::getMessage)
                                .findFirst()
                                .orElse(null)),
                HookChanges.of(hook));
    }
}
