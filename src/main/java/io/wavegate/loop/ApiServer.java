package io.wavegate.loop;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.wavegate.api.Line;
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

    /**
     * What was found.
     *
     * @param version as the API server gives it, v1.34.4; empty where it gave none
     * @param obstacle a sentence on what keeps us from working, with what to do; empty where nothing does
     */
    record Finding(String version, Optional<String> obstacle) {}

    /** Asks the API server. */
    Finding look() {
        try {
            var version = client.getKubernetesVersion();
            var tooOld = KubernetesVersion.obstacle(version.getMajor(), version.getMinor(), version.getGitVersion());
            return new Finding(version.getGitVersion(), tooOld.or(this::missingDefinition));
        } catch (KubernetesClientException e) {
            return new Finding(
                    "",
                    Optional.of("The API server at " + client.getMasterUrl() + " does not answer: " + cause(e)
                            + ". Wavegate waits for it."));
        }
    }

    /** The client's own words say only that something went wrong. */
    private static String cause(Throwable e) {
        Throwable first = e;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        String words = first.getMessage() == null ? first.getClass().getSimpleName() : first.getMessage();
        return Line.withoutStop(words);
    }

    private Optional<String> missingDefinition() {
        return client.supports(MigrationRun.class)
                ? Optional.empty()
                : Optional.of(
                        "The API server does not know migrationruns.wavegate.io/v1alpha1. Install the CRDs: kubectl apply"
                                + " --server-side -k manifests/crds. Wavegate waits for them.");
    }
}
