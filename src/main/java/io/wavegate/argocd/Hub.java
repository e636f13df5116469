package io.wavegate.argocd;

import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.wavegate.api.WavegateConfig;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The cluster that Argo CD runs in, where that is another one than the hook Jobs'. Its kubeconfig is a file, a mounted Secret, that may
 * be replaced at any time: it is read at each use, and a client is made anew when it says something else.
 */
@ApplicationScoped
class Hub {
    private static final Logger LOG = Logger.getLogger(Hub.class);
    private static final int CONNECT_MILLIS = 5_000;
    private static final int ANSWER_MILLIS = 10_000;

    private final Optional<Path> file;
    private final KubernetesSerialization serialization;
    private @Nullable String current;
    private @Nullable KubernetesClient client;

    Hub(WavegateConfig config, KubernetesSerialization serialization) {
        this.file = config.hubKubeconfig().filter(path -> !path.isBlank()).map(Path::of);
        this.serialization = serialization;
    }

    /** Whether there is another cluster to ask. */
    boolean isElsewhere() {
        return file.isPresent();
    }

    /** The file that names it, for people. */
    String name() {
        return "WAVEGATE_HUB_KUBECONFIG=" + file.map(Path::toString).orElse("");
    }

    /**
     * A client for it, as its kubeconfig is now.
     *
     * @throws IllegalStateException when the file can not be used, with what is wrong with it
     */
    synchronized KubernetesClient client() {
        Path path = file.orElseThrow();
        String text = read(path);
        if (client == null || !text.equals(current)) {
            Config config = config(path, text);
            close();
            client = new KubernetesClientBuilder()
                    .withKubernetesSerialization(serialization)
                    .withConfig(config)
                    .build();
            current = text;
            LOG.infof("Applications are read at %s (%s)", config.getMasterUrl(), name());
        }
        return client;
    }

    @PreDestroy
    synchronized void close() {
        if (client != null) {
            client.close();
            client = null;
        }
    }

    private String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "%s can not be read: %s. Mount the Secret with the hub's kubeconfig there (docs/hub.md)"
                            .formatted(name(), e),
                    e);
        }
    }

    private Config config(Path path, String text) {
        check(text);
        try {
            return new ConfigBuilder(Config.fromKubeconfig(path.toFile()))
                    .withConnectionTimeout(CONNECT_MILLIS)
                    .withRequestTimeout(ANSWER_MILLIS)
                    .withRequestRetryBackoffLimit(1)
                    .build();
        } catch (KubernetesClientException e) {
            throw new IllegalStateException(name() + " is no kubeconfig that can be used: " + e.getMessage(), e);
        }
    }

    /** The client would fill in for what is missing, and ask some other API server. */
    private void check(String text) {
        io.fabric8.kubernetes.api.model.Config kubeconfig = parse(text);
        String name = kubeconfig.getCurrentContext();
        if (name == null) {
            throw new IllegalStateException(name() + " has no current-context, which says what cluster is the hub");
        }
        Optional<NamedContext> context = orEmpty(kubeconfig.getContexts()).stream()
                .filter(one -> name.equals(one.getName()) && one.getContext() != null)
                .findFirst();
        if (context.isEmpty()) {
            throw new IllegalStateException(
                    "%s has no context '%s', which its current-context names".formatted(name(), name));
        }
        String cluster = context.get().getContext().getCluster();
        if (cluster == null) {
            throw new IllegalStateException("%s names no cluster in its context '%s'".formatted(name(), name));
        }
        Optional<NamedCluster> server = orEmpty(kubeconfig.getClusters()).stream()
                .filter(one -> cluster.equals(one.getName())
                        && one.getCluster() != null
                        && one.getCluster().getServer() != null)
                .findFirst();
        if (server.isEmpty()) {
            throw new IllegalStateException(
                    "%s has no server for the cluster '%s' of its current context".formatted(name(), cluster));
        }
    }

    private io.fabric8.kubernetes.api.model.Config parse(String text) {
        try {
            io.fabric8.kubernetes.api.model.Config parsed =
                    serialization.unmarshal(text, io.fabric8.kubernetes.api.model.Config.class);
            return parsed == null ? new io.fabric8.kubernetes.api.model.Config() : parsed;
        } catch (KubernetesClientException e) {
            // Its message would quote the file, which has a token in it.
            throw new IllegalStateException(name() + " is no kubeconfig: it is no YAML of that kind");
        }
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
