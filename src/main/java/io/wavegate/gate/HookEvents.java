package io.wavegate.gate;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.wavegate.api.Names;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.jboss.logging.Logger;

/** Kubernetes Events on hook Jobs, which kubectl and Argo CD show beside them. They tell, and nothing depends on them. */
@ApplicationScoped
class HookEvents {
    private static final Logger LOG = Logger.getLogger(HookEvents.class);

    /** Characters of an Event's note (kubernetes pkg/apis/core/validation/events.go). */
    private static final int LONGEST = 1024;

    private final KubernetesClient client;
    private final Clock clock;

    HookEvents(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /** Writes an Event of type Warning; a message is cut where it is longer than an Event takes. */
    void warn(Job hook, String reason, String message) {
        write(hook, "Warning", reason, message.length() <= LONGEST ? message : message.substring(0, LONGEST));
    }

    /**
     * Writes the end of a log as an Event, as many whole lines as it takes.
     *
     * @param failed whether it is the log of a failure
     */
    void log(Job hook, boolean failed, String log) {
        int from = Math.max(0, log.length() - LONGEST);
        int line = from == 0 ? 0 : log.indexOf('\n', from - 1) + 1;
        write(hook, failed ? "Warning" : "Normal", "HookLog", log.substring(line == 0 ? from : line));
    }

    /** One that can not be written is logged. */
    private void write(Job hook, String type, String reason, String message) {
        var meta = hook.getMetadata();
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        try {
            client.v1()
                    .events()
                    .inNamespace(meta.getNamespace())
                    .resource(new EventBuilder()
                            .withNewMetadata()
                            .withGenerateName(meta.getName() + ".")
                            .withNamespace(meta.getNamespace())
                            .endMetadata()
                            .withNewInvolvedObject()
                            .withApiVersion("batch/v1")
                            .withKind("Job")
                            .withNamespace(meta.getNamespace())
                            .withName(meta.getName())
                            .withUid(meta.getUid())
                            .endInvolvedObject()
                            .withType(type)
                            .withReason(reason)
                            .withMessage(message)
                            .withNewSource()
                            .withComponent(Names.MANAGED_BY_WAVEGATE)
                            .endSource()
                            .withReportingComponent(Names.MANAGED_BY)
                            .withFirstTimestamp(now)
                            .withLastTimestamp(now)
                            .withCount(1)
                            .build())
                    .create();
        } catch (KubernetesClientException e) {
            LOG.warnf(
                    "hook %s/%s: the Event %s could not be written: %s",
                    meta.getNamespace(), meta.getName(), reason, e.getMessage());
        }
    }
}
