package io.wavegate.argocd;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Reads Applications from the cluster, live: a cached one may be older than the hook that it caused. */
@ApplicationScoped
public class Applications {
    private static final Logger LOG = Logger.getLogger(Applications.class);
    private final KubernetesClient client;

    Applications(KubernetesClient client) {
        this.client = client;
    }

    /**
     * The Application that a tracking id names.
     *
     * @return empty where there is none, where Argo CD's CRD is not installed, or where we may not read it
     * @throws KubernetesClientException when the API server can not say now: the caller comes again
     */
    public Optional<Application> find(TrackingId id) {
        try {
            GenericKubernetesResource found = client.genericKubernetesResources("argoproj.io/v1alpha1", "Application")
                    .inNamespace(id.applicationNamespace())
                    .withName(id.applicationName())
                    .get();
            return Optional.ofNullable(found)
                    .map(object -> Application.of(
                            id.applicationNamespace(),
                            id.applicationName(),
                            object.getMetadata().getUid(),
                            object.getAdditionalProperties()));
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
}
