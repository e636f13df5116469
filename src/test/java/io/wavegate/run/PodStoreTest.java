package io.wavegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PodStoreTest {
    private final PodStore store = new PodStore();

    @Test
    void aPodThatGoesWithoutANodeIsRemembered() {
        gone(pod("one", null, true));
        gone(pod("two", null, true));

        assertThat(store.unplaced("job")).isEqualTo(2);
        assertThat(store.unplaced("another")).isZero();
        assertThat(store.unplaced(null)).isZero();
        assertThat(store.size()).isZero();
    }

    @Test
    void oneThatHadANodeMayHaveRun() {
        gone(pod("one", "node", true));

        assertThat(store.unplaced("job")).isZero();
    }

    /** After a broken watch: a pod that was not being deleted when we last saw it may have got a node since. */
    @Test
    void soMayOneWhoseDeletionNobodySaw() {
        gone(pod("one", null, false));

        assertThat(store.unplaced("job")).isZero();
    }

    private void gone(Pod pod) {
        String key = store.getKey(pod);
        store.put(key, pod);
        store.remove(key);
        store.remove(key);
    }

    private static Pod pod(String name, @Nullable String node, boolean deleting) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .withUid(name)
                .withDeletionTimestamp(deleting ? "2026-01-01T00:00:00Z" : null)
                .addNewOwnerReference()
                .withController(true)
                .withUid("job")
                .endOwnerReference()
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .endSpec()
                .build();
    }
}
