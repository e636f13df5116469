package io.wavegate.loop;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.wavegate.api.Line;
import io.wavegate.api.Names;
import io.wavegate.api.RunName;
import io.wavegate.api.Times;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.time.Clock;
import org.jboss.logging.Logger;

/** Writes Kubernetes Events, which kubectl and Argo CD show beside an object. They tell, and nothing depends on them. */
@ApplicationScoped
public class EventRecorder {
    private static final Logger LOG = Logger.getLogger(EventRecorder.class);

    /** Characters of an Event's note (kubernetes pkg/apis/core/validation/events.go). */
    public static final int LONGEST = 1024;

    private final Clock clock;

    EventRecorder(Clock clock) {
        this.clock = clock;
    }

    /** The object that an Event is about, as {@link #record} wants it. */
    public static ObjectReference about(String apiVersion, String kind, String namespace, String name, String uid) {
        return new ObjectReferenceBuilder()
                .withApiVersion(apiVersion)
                .withKind(kind)
                .withNamespace(namespace)
                .withName(name)
                .withUid(uid)
                .build();
    }

    /**
     * Writes an Event, in the object's namespace, under a name that follows from what it is about, so that recording it twice makes one.
     *
     * @param client for the cluster that the object is in
     * @param object with apiVersion, kind, namespace, name, uid
     * @param warning whether its type is Warning, or else Normal
     * @param reason one word
     * @param message cut where it is longer than an Event takes
     * @param about what makes it this Event and no other of the same object
     */
    public void record(
            KubernetesClient client,
            ObjectReference object,
            boolean warning,
            String reason,
            String message,
            String about) {
        String now = Times.text(clock.instant());
        try {
            client.v1()
                    .events()
                    .inNamespace(object.getNamespace())
                    .resource(new EventBuilder()
                            .withNewMetadata()
                            .withName(RunName.of(object.getName(), object.getUid() + reason + about))
                            .withNamespace(object.getNamespace())
                            .endMetadata()
                            .withInvolvedObject(object)
                            .withType(warning ? "Warning" : "Normal")
                            .withReason(reason)
                            .withMessage(fit(message))
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
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                LOG.warnf(
                        "%s %s/%s: the Event %s could not be written: %s",
                        object.getKind(), object.getNamespace(), object.getName(), reason, e.getMessage());
            }
        }
    }

    /** What says that it was cut is to fit as well. */
    static String fit(String message) {
        return message.length() <= LONGEST ? message : Line.cut(message, LONGEST - 2);
    }
}
