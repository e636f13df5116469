package io.wavegate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunStatus.Changed;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a hook Job asks for while its migration runs. */
class HookChangesTest {
    @Test
    void itsDeadline() {
        assertThat(HookChanges.of(hook("{activeDeadlineSeconds: 60}", null))).isEqualTo(new Changed(60L, null));
        assertThat(HookChanges.of(hook("{}", "{}"))).isEqualTo(new Changed(null, null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            # its conditions                                                                        | the end that it asks for
            []                                                                                      |
            [{type: Suspended, status: 'True'}]                                                     |
            [{type: FailureTarget, status: 'True'}]                                                 | its status has the condition FailureTarget
            [{type: FailureTarget, status: 'True', message: ' '}]                                   | its status has the condition FailureTarget
            [{type: FailureTarget, status: 'True', message: 'Job was terminated explicitly'}]     | Job was terminated explicitly
            [{type: FailureTarget, status: 'False'}]                                                |
            [{type: FailureTarget, status: 'True'}, {type: Failed, status: 'True'}]                 |
            [{type: FailureTarget, status: 'True', message: 'by hand'}, {type: Failed, status: 'False'}] | by hand
            """)
    void itsEnd(String conditions, String said) {
        assertThat(HookChanges.of(hook("{}", "{conditions: " + conditions + "}")))
                .isEqualTo(new Changed(null, said));
    }

    @Test
    void itsDeletionWhileAFinalizerHoldsIt() {
        var jobs = new ManagedJobs();
        jobs.put(
                "shop/migrate",
                new JobBuilder(hook("{managedBy: wavegate.io/controller}", null))
                        .editMetadata()
                        .withDeletionTimestamp("2026-01-01T00:00:00Z")
                        .endMetadata()
                        .build());
        Job kept = Objects.requireNonNull(jobs.get("shop/migrate"));
        assertThat(HookChanges.of(kept)).isEqualTo(new Changed(null, "its hook Job was deleted"));
        kept.setStatus(hook("{}", "{conditions: [{type: FailureTarget, status: 'True', message: 'by hand'}]}")
                .getStatus());
        assertThat(HookChanges.of(kept)).as("who says more is quoted").isEqualTo(new Changed(null, "by hand"));
    }

    @Test
    void whatItAskedForWhenItsRecordWasMade() {
        assertThat(HookChanges.of(record("{spec: {activeDeadlineSeconds: 60}}")))
                .isEqualTo(new Changed(60L, null));
        assertThat(HookChanges.of(record("{spec: {activeDeadlineSeconds: soon}}")))
                .isEqualTo(new Changed(null, null));
        assertThat(HookChanges.of(record("{spec: none}"))).isEqualTo(new Changed(null, null));
    }

    private static Job hook(String spec, @Nullable String status) {
        return Serialization.unmarshal(
                "--- {apiVersion: batch/v1, kind: Job, metadata: {name: migrate, namespace: shop}, spec: %s%s}"
                        .formatted(spec, status == null ? "" : ", status: " + status),
                Job.class);
    }

    private static MigrationRun record(String job) {
        return Serialization.unmarshal("--- {spec: {job: %s}}".formatted(job), MigrationRun.class);
    }
}
