package io.wavegate.api;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What an administrator can set; each as property or as environment variable ({@code WAVEGATE_HISTORY_LIMIT}). */
@ConfigMapping(prefix = "wavegate")
public interface WavegateConfig {
    /** Namespace of Argo CD, where an Application named without a namespace is looked for. */
    @WithDefault("argocd")
    String argocdNamespace();

    /** How many finished records are kept per hook; the oldest go first. */
    @WithDefault("10")
    int historyLimit();
}
