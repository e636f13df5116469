package io.wavegate.argocd;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.wavegate.api.WavegateConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Reads Applications live: a cached one may be older than the hook that it caused. From this cluster, or from the hub where one is
 * configured; then Applications of this cluster are not asked.
 */
@ApplicationScoped
public class Applications {
    private static final Logger LOG = Logger.getLogger(Applications.class);
    private final KubernetesClient client;
    private final Hub hub;
    private final Optional<String> destination;

    Applications(KubernetesClient client, Hub hub, WavegateConfig config) {
        this.client = client;
        this.hub = hub;
        this.destination = config.hubDestination().filter(name -> !name.isBlank());
    }

    /**
     * The Application that a tracking id names.
     *
     * @return empty where there is none; in this cluster also where Argo CD's CRD is not installed, or where we may not read it; in the
     *     hub also where the Application is for another cluster
     * @throws KubernetesClientException when the API server can not say now: the caller comes again
     * @throws IllegalStateException when the hub can not say now, for whatever reason: without it a release would look like none of Argo
     *     CD's, and what has failed would be run again
     */
    public Optional<Application> find(TrackingId id) {
        return hub.isElsewhere() ? inHub(id) : here(id);
    }

    private Optional<Application> here(TrackingId id) {
        try {
            return read(client, id);
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                LOG.warnf(
                        "can not read Application %s/%s: %s",
                        id.applicationNamespace(), id.applicationName(), e.getMessage());
                return Optional.empty();
            }
            throw e;
        }
    }

    private Optional<Application> inHub(TrackingId id) {
        try {
            return read(hub.client(), id)
                    .filter(application ->
                            destination.isEmpty() || application.destination().contains(destination.get()));
        } catch (KubernetesClientException e) {
            throw new IllegalStateException(
                    "the hub (%s) can not be asked for Application %s/%s, and its hook waits: %s"
                            .formatted(hub.name(), id.applicationNamespace(), id.applicationName(), e.getMessage()),
                    e);
        }
    }

    private static Optional<Application> read(KubernetesClient from, TrackingId id) {
        GenericKubernetesResource found = from.genericKubernetesResources("argoproj.io/v1alpha1", "Application")
                .inNamespace(id.applicationNamespace())
                .withName(id.applicationName())
                .get();
        return Optional.ofNullable(found)
                .map(object -> Application.of(
                        id.applicationNamespace(),
                        id.applicationName(),
                        object.getMetadata().getUid(),
                        object.getAdditionalProperties()));
    }
}
