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

    /**
     * Writes an Event of type Warning; one that can not be written is logged.
     *
     * @param reason one word
     * @param message cut where it is longer than an Event takes
     */
    void warn(Job hook, String reason, String message) {
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
                            .withType("Warning")
                            .withReason(reason)
                            .withMessage(message.length() <= LONGEST ? message : message.substring(0, LONGEST))
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
