package io.wavegate.loop;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The objects that the operator SDK has submitted to its threads and that none of these has begun with, as it tells its metrics: its
 * executor is wrapped, and shows nobody its queue. The extension takes a bean of this type in the place of its own, of Micrometer, which
 * is not to come back: JOSDK 5.3.2 registers {@code events.received} with different tags for primary and secondary events; Prometheus
 * refuses that, the exception escapes into the informer's handler, and the event is lost.
 */
@Singleton
class Submitted implements Metrics {
    /** Their uids: an object is submitted once until it is done with, and no two reconcilers have the same. */
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();

    /** How many. */
    int count() {
        return waiting.size();
    }

    @Override
    public void reconciliationSubmitted(
            HasMetadata resource, @Nullable RetryInfo retryInfo, Map<String, Object> metadata) {
        waiting.add(uid(resource));
    }

    @Override
    public void reconciliationStarted(HasMetadata resource, Map<String, Object> metadata) {
        waiting.remove(uid(resource));
    }

    /** Of one that went before its turn this is all that is told. */
    @Override
    public void reconciliationFinished(
            HasMetadata resource, @Nullable RetryInfo retryInfo, Map<String, Object> metadata) {
        waiting.remove(uid(resource));
    }

    private static String uid(HasMetadata resource) {
        return String.valueOf(resource.getMetadata().getUid());
    }
}
