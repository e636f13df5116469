package io.wavegate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Kubernetes 1.32 is the oldest that works. */
class KubernetesVersionTest {
    @Test
    void fromOneDotThirtyTwoOnAllIsWell() {
        assertThat(KubernetesVersion.obstacle("1", "32", "v1.32.0")).isEmpty();
        assertThat(KubernetesVersion.obstacle("1", "34+", "v1.34.4-gke.1")).isEmpty();
        assertThat(KubernetesVersion.obstacle("2", "0", "v2.0.0")).isEmpty();
    }

    @Test
    void anOlderOneIsNamedWithWhatHappensThere() {
        assertThat(KubernetesVersion.obstacle("1", "31+", "v1.31.9-eks-1"))
                .contains(
                        "This is Kubernetes v1.31.9-eks-1, and Wavegate needs 1.32 or later: an older API server drops"
                                + " spec.managedBy, so that a hook Job runs at once as a plain Job, without Wavegate. Upgrade the"
                                + " cluster.");
    }
}
