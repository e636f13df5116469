package io.wavegate.gate;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.wavegate.api.Fields;
import io.wavegate.api.JobConditions;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunStatus.Changed;
import org.jspecify.annotations.Nullable;

/**
 * What can be changed on a hook Job while its migration runs: its deadline, and that it is to end. One that is deleted while a
 * finalizer holds it is to end; one that is gone is the run's to notice. Argo CD's action terminate, and
 * whoever does the same, writes the condition FailureTarget, at which Kubernetes' own controller stops a Job (argo-cd
 * resource_customizations/batch/Job/actions/terminate).
 */
final class HookChanges {
    private HookChanges() {}

    /** What a hook Job asks for now. */
    static Changed of(Job hook) {
        String terminated = terminated(hook);
        return new Changed(
                hook.getSpec().getActiveDeadlineSeconds(),
                terminated == null && ManagedJobs.isDeleting(hook) ? "its hook Job was deleted" : terminated);
    }

    /** What the hook Job asked for when its record was made. */
    static Changed of(MigrationRun record) {
        return new Changed(
                Fields.map(record.getSpec().job().get("spec")).get("activeDeadlineSeconds") instanceof Number seconds
                        ? Long.valueOf(seconds.longValue())
                        : null,
                null);
    }

    /** Who or what says so, in words that go on after "since"; null where nobody has, or the hook Job has its verdict. */
    private static @Nullable String terminated(Job hook) {
        return JobConditions.has(hook, JobConditions.FAILED)
                ? null
                : JobConditions.of(hook, JobConditions.FAILURE_TARGET)
                        .map(condition -> condition.getMessage() == null
                                        || condition.getMessage().isBlank()
                                ? "its status has the condition FailureTarget"
                                : Problems.quoted(condition.getMessage()))
                        .findFirst()
                        .orElse(null);
    }
}
