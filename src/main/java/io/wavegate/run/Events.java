package io.wavegate.run;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/** Reads events, where nothing else tells why there is no pod, or why its node can not prepare it. */
@ApplicationScoped
class Events {
    private static final Logger LOG = Logger.getLogger(Events.class);
    /** Kubernetes itself keeps fewer of one object (client-go tools/record/events_cache.go); who writes more of them is not heard. */
    private static final long MOST = 50;

    private final KubernetesClient client;

    Events(KubernetesClient client) {
        this.client = client;
    }

    /** The warnings about an object; none where they can not be read: they explain, and nothing depends on them. */
    List<Event> warnings(String namespace, String kind, String name) {
        try {
            return client.v1()
                    .events()
                    .inNamespace(namespace)
                    .withFields(Map.of("involvedObject.kind", kind, "involvedObject.name", name, "type", "Warning"))
                    .list(new ListOptionsBuilder().withLimit(MOST).build())
                    .getItems();
        } catch (KubernetesClientException e) {
            LOG.warnf("events of %s %s/%s can not be read: %s", kind, namespace, name, e.getMessage());
            return List.of();
        }
    }
}
