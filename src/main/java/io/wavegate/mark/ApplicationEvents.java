package io.wavegate.mark;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.wavegate.argocd.Applications;
import io.wavegate.argocd.WatchedApplication;
import io.wavegate.loop.EventRecorder;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Events on Applications, in the cluster that these are in. */
@ApplicationScoped
class ApplicationEvents {
    private static final Logger LOG = Logger.getLogger(ApplicationEvents.class);

    private final Applications applications;
    private final EventRecorder recorder;

    ApplicationEvents(Applications applications, EventRecorder recorder) {
        this.applications = applications;
        this.recorder = recorder;
    }

    /** Tells once; what can not be told is logged. */
    void tell(WatchedApplication application, Marking.Told told) {
        KubernetesClient client;
        try {
            client = applications.client();
        } catch (IllegalStateException e) {
            // Its conditions are written, and nobody comes back for the Event.
            LOG.warnf(
                    "application %s: the Event %s could not be written: %s",
                    application.name(), told.reason(), e.getMessage());
            return;
        }
        recorder.record(
                client,
                EventRecorder.about(
                        Applications.API,
                        "Application",
                        application.name().namespace(),
                        application.name().name(),
                        application.uid()),
                told.warning(),
                told.reason(),
                told.message(),
                told.about());
    }
}
