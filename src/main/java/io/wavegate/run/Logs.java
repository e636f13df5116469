package io.wavegate.run;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.wavegate.api.MigrationRunStatus;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Reads the end of a container's log. */
@ApplicationScoped
class Logs {
    private static final Logger LOG = Logger.getLogger(Logs.class);
    /** More than this is never taken into memory; a log whose last lines are longer is asked for fewer of them. */
    private static final int LIMIT = 256 * 1024;

    private final KubernetesClient client;

    Logs(KubernetesClient client) {
        this.client = client;
    }

    /**
     * The end of the log, or the reason why there is none, or what was kept before where the pod is the same and says no more.
     *
     * @param source whose log; null where nothing ever ran
     */
    MigrationRunStatus.@Nullable Log read(
            String namespace, @Nullable LogSource source, MigrationRunStatus.@Nullable Log kept) {
        if (source == null) {
            return kept;
        }
        try {
            LogTail tail = LogTail.of(fetch(namespace, source));
            return tail.text().isEmpty()
                            && kept != null
                            && kept.text() != null
                            && source.pod().equals(kept.pod())
                    ? kept
                    : new MigrationRunStatus.Log(source.pod(), source.container(), tail.text(), tail.lastLines(), null);
        } catch (KubernetesClientException e) {
            LOG.debugf(e, "log of %s/%s, container %s", namespace, source.pod(), source.container());
            return kept != null && kept.text() != null
                    ? kept
                    : new MigrationRunStatus.Log(
                            source.pod(),
                            source.container(),
                            null,
                            null,
                            "the log could not be read: " + e.getMessage());
        }
    }

    /** As a plain request: the client's own way to a log first lists and watches the pod, to wait until it is ready. */
    private byte[] fetch(String namespace, LogSource source) {
        byte[] written = new byte[0];
        // The kubelet counts the limit from the first of the lines asked for, so that a cut takes the end away.
        for (int lines : List.of(LogTail.LINES, 5, 1)) {
            String log = client.raw(
                    "/api/v1/namespaces/%s/pods/%s/log?container=%s&limitBytes=%d&tailLines=%d"
                            .formatted(namespace, source.pod(), source.container(), LIMIT, lines),
                    "GET",
                    null);
            written = log == null ? new byte[0] : log.getBytes(StandardCharsets.UTF_8);
            if (written.length < LIMIT) {
                break;
            }
        }
        return written;
    }
}
