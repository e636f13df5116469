package io.wavegate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
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
