package io.wavegate.run;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The cache of the pods, which remembers of those that are gone how many never had a node. The Job controller counts such a pod as
 * failed like any other, and deletes it within milliseconds; whoever looks only after that could not tell that nothing had run.
 */
final class PodStore extends BasicItemStore<Pod> {
    /** As many Jobs are remembered; of one that is forgotten, in doubt something has run. */
    private static final int JOBS = 1_000;

    private final Map<String, Set<String>> unplaced = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Set<String>> eldest) {
            return size() > JOBS;
        }
    };

    PodStore() {
        super(Cache::metaNamespaceKeyFunc);
    }

    /** Remembers before it forgets: whoever finds the pod gone finds it counted. */
    @Override
    public @Nullable Pod remove(String key) {
        Pod pod = get(key);
        if (pod != null && neverHadNode(pod)) {
            pod.getMetadata().getOwnerReferences().stream()
                    .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                    .map(OwnerReference::getUid)
                    .forEach(job -> remember(job, pod.getMetadata().getUid()));
        }
        return super.remove(key);
    }

    /** No pod gets a node once it is being deleted (kubernetes pkg/registry/core/pod/storage, assignPod). */
    private static boolean neverHadNode(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() != null && pod.getSpec().getNodeName() == null;
    }

    private synchronized void remember(String job, String pod) {
        unplaced.computeIfAbsent(job, uid -> new HashSet<>()).add(pod);
    }

    /** How many pods of a Job are gone that never had a node, as far as we have seen. */
    synchronized int unplaced(@Nullable String job) {
        return unplaced.getOrDefault(job, Set.of()).size();
    }
}
