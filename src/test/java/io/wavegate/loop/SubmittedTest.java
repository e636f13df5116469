package io.wavegate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How many objects wait for a thread, by what the operator SDK tells of them. */
class SubmittedTest {
    private final Submitted submitted = new Submitted();

    @Test
    void whatIsSubmittedWaitsUntilItIsBegun() {
        HasMetadata first = job("first");
        HasMetadata second = job("second");
        assertThat(submitted.count()).isZero();
        submitted.reconciliationSubmitted(first, null, Map.of());
        submitted.reconciliationSubmitted(second, null, Map.of());
        assertThat(submitted.count()).isEqualTo(2);
        submitted.reconciliationStarted(first, Map.of());
        assertThat(submitted.count()).isEqualTo(1);
        submitted.reconciliationFinished(first, null, Map.of());
        assertThat(submitted.count()).isEqualTo(1);
    }

    @Test
    void whatGoesBeforeItsTurnWaitsNoMore() {
        submitted.reconciliationSubmitted(job("first"), null, Map.of());
        submitted.reconciliationFinished(job("first"), null, Map.of());
        assertThat(submitted.count()).isZero();
    }

    private static HasMetadata job(String uid) {
        return new JobBuilder().withNewMetadata().withUid(uid).endMetadata().build();
    }
}
