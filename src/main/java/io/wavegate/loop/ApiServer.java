package io.wavegate.loop;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.wavegate.api.MigrationRun;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Whether the API server is one that we can work with. */
@ApplicationScoped
class ApiServer {
    private final KubernetesClient client;

    ApiServer(KubernetesClient client) {
        this.client = client;
    }

    /** A sentence on what keeps us from working, with what to do; empty where nothing does. Asks the API server. */
    Optional<String> obstacle() {
        try {
            var version = client.getKubernetesVersion();
            var tooOld = KubernetesVersion.obstacle(version.getMajor(), version.getMinor());
            return tooOld.isPresent() ? tooOld : missingDefinition();
        } catch (KubernetesClientException e) {
            return Optional.of("The API server at " + client.getMasterUrl() + " does not answer: " + e.getMessage()
                    + ". Wavegate waits for it.");
        }
    }

    private Optional<String> missingDefinition() {
        boolean there = client.supports(MigrationRun.class);
        return there
                ? Optional.empty()
                : Optional.of(
                        "The API server does not know migrationruns.wavegate.io/v1alpha1. Install the CRDs: kubectl apply"
                                + " --server-side -k manifests/crds. Wavegate waits for them.");
    }
}
