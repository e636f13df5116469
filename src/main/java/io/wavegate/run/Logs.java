package io.wavegate.run;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.wavegate.api.Line;
import io.wavegate.api.MigrationRunStatus;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Reads the end of a container's log. */
@ApplicationScoped
class Logs {
    private static final Logger LOG = Logger.getLogger(Logs.class);
    /** More than this is never taken into memory; a log whose last lines are longer is asked for fewer of them. */
    private static final int LIMIT = 256 * 1024;

    /**
     * What the kubelet answers, with 200 and in the place of a log, when the log is gone with its container (kubernetes
     * pkg/kubelet/kuberuntime/kuberuntime_container.go; k8s.io/cri-client pkg/logs/logs.go).
     */
    private static final Pattern NONE = Pattern.compile(
            "\\s*(unable to retrieve container logs for \\S+|failed to try resolving symlinks in path \"[^\n]*)\\s*");

    private final KubernetesClient client;

    Logs(KubernetesClient client) {
        this.client = client;
    }

    /**
     * The end of the log, or what was kept before where the pod is the same and says no more. Where the log can not be read it is, in this
     * order, what was kept of it, what its container said, what was kept of another pod, or the reason why there is none.
     *
     * @param source whose log; null where nothing ever ran
     * @param said its container's termination message, or null
     */
    MigrationRunStatus.@Nullable Log read(
            String namespace,
            @Nullable LogSource source,
            @Nullable String said,
            MigrationRunStatus.@Nullable Log kept) {
        if (source == null) {
            return kept;
        }
        try {
            String log = fetch(namespace, source);
            if (NONE.matcher(log).matches()) {
                return instead(source, said, kept, Line.of(log));
            }
            LogTail tail = LogTail.of(log.getBytes(StandardCharsets.UTF_8));
            return tail.text().isEmpty()
                            && kept != null
                            && kept.text() != null
                            && source.pod().equals(kept.pod())
                    ? kept
                    : new MigrationRunStatus.Log(source.pod(), source.container(), tail.text(), tail.lastLines(), null);
        } catch (KubernetesClientException e) {
            LOG.debugf(e, "log of %s/%s, container %s", namespace, source.pod(), source.container());
            return instead(source, said, kept, String.valueOf(e.getMessage()));
        }
    }

    private static MigrationRunStatus.Log instead(
            LogSource source, @Nullable String said, MigrationRunStatus.@Nullable Log kept, String why) {
        MigrationRunStatus.Log before = kept == null || kept.text() == null ? null : kept;
        if (said != null && !said.isBlank() && (before == null || !source.isOf(before))) {
            LogTail tail = LogTail.of(said.getBytes(StandardCharsets.UTF_8));
            return new MigrationRunStatus.Log(source.pod(), source.container(), tail.text(), tail.lastLines(), null);
        }
        return before != null
                ? before
                : new MigrationRunStatus.Log(
                        source.pod(), source.container(), null, null, "the log could not be read: " + why);
    }

    /** As a plain request: the client's own way to a log first lists and watches the pod, to wait until it is ready. */
    private String fetch(String namespace, LogSource source) {
        String written = "";
        // The kubelet counts the limit from the first of the lines asked for, so that a cut takes the end away.
        for (int lines : List.of(LogTail.LINES, 5, 1)) {
            String log = client.raw(
                    "/api/v1/namespaces/%s/pods/%s/log?container=%s&limitBytes=%d&tailLines=%d"
                            .formatted(namespace, source.pod(), source.container(), LIMIT, lines),
                    "GET",
                    null);
            written = log == null ? "" : log;
            if (written.getBytes(StandardCharsets.UTF_8).length < LIMIT) {
                break;
            }
        }
        return written;
    }
}
