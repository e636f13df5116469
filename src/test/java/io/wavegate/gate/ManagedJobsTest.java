package io.wavegate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which Jobs are kept in memory. */
class ManagedJobsTest {
    private final ManagedJobs jobs = new ManagedJobs();

    @Test
    void hookJobsAreKept() {
        Job hook = job("migrate", "wavegate.io/controller");
        assertThat(jobs.put("shop/migrate", hook)).isNull();
        assertThat(jobs.get("shop/migrate")).isSameAs(hook);
        assertThat(jobs.remove("shop/migrate")).isSameAs(hook);
        assertThat(jobs.size()).isZero();
    }

    @Test
    void foreignJobsAreNot() {
        jobs.put("shop/report", job("report", null));
        jobs.put("shop/queue", job("queue", "kueue.x-k8s.io/multikueue"));
        assertThat(jobs.size()).isZero();
    }

    @Test
    void removingAForeignJobNamesItsNamespaceSoThatTheInformersIndexForgetsIt() {
        assertThat(jobs.remove("shop/report").getMetadata().getNamespace()).isEqualTo("shop");
    }

    @Test
    void aForeignJobThatTookAHooksNameEndsTheHook() {
        Job hook = job("migrate", "wavegate.io/controller");
        jobs.put("shop/migrate", hook);
        assertThat(jobs.put("shop/migrate", job("migrate", null))).isSameAs(hook);
        assertThat(jobs.get("shop/migrate")).isNull();
    }

    @Test
    void aHookThatIsBeingDeletedIsKeptAsOneThatTheLoopLooksAt() {
        Job hook = new JobBuilder(job("migrate", "wavegate.io/controller"))
                .editMetadata()
                .withUid("u1")
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .build();
        jobs.put("shop/migrate", hook);
        Job kept = Objects.requireNonNull(jobs.get("shop/migrate"));
        assertThat(kept.isMarkedForDeletion()).isFalse();
        assertThat(kept.getMetadata().getUid()).isEqualTo("u1");
        assertThat(ManagedJobs.isDeleting(kept)).isTrue();
        assertThat(ManagedJobs.isDeleting(job("migrate", "wavegate.io/controller")))
                .isFalse();
    }

    private static Job job(String name, @Nullable String managedBy) {
        return new JobBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withManagedBy(managedBy)
                .endSpec()
                .build();
    }
}
