package io.wavegate.api;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** What an administrator can set; each as property or as environment variable ({@code WAVEGATE_HISTORY_LIMIT}). */
@ConfigMapping(prefix = "wavegate")
public interface WavegateConfig {
    /** Namespace of Wavegate itself, where the Leases are: the leader's, and one for each database that is being migrated. */
    @WithDefault("${POD_NAMESPACE:wavegate-system}")
    String namespace();

    /**
     * Databases whose lock is shared between namespaces, each {@code <namespace>/<key>=<namespace that may use it too>}: {@code
     * shop/orders=billing,shop/orders=reports}.
     */
    Optional<List<String>> databaseGrants();

    /** Namespace of Argo CD, where an Application named without a namespace is looked for. */
    @WithDefault("argocd")
    String argocdNamespace();

    /** A kubeconfig file for the cluster that Argo CD runs in, where that is another one; its Applications are read there. */
    Optional<String> hubKubeconfig();

    /**
     * What the hub's Applications have as {@code spec.destination.server} or {@code name} when they are for this cluster. Without it none
     * is looked upon as another cluster's.
     */
    Optional<String> hubDestination();

    /** What the API tells a caller without a token. */
    @WithDefault("none")
    Anonymous apiAnonymous();

    /** See {@link #apiAnonymous}. */
    enum Anonymous {
        /** Nothing. */
        NONE,
        /** Status and reason of an Application, a release or a run; no message and no log, which quote what the migration printed. */
        VERDICTS
    }

    /** How many finished records are kept per hook; the oldest go first. */
    @WithDefault("10")
    int historyLimit();
}
