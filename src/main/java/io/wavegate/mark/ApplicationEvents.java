package io.wavegate.mark;

import io.wavegate.argocd.Applications;
import io.wavegate.argocd.Standing;
import io.wavegate.loop.Telling;
import jakarta.enterprise.context.ApplicationScoped;

/** Events on Applications, in the cluster that these are in. */
@ApplicationScoped
class ApplicationEvents {
    private final Applications applications;
    private final Telling telling;

    ApplicationEvents(Applications applications, Telling telling) {
        this.applications = applications;
        this.telling = telling;
    }

    /** Tells once; what can not be told is logged. */
    void tell(Standing application, Marking.Told told) {
        telling.tell(
                applications.client(),
                Telling.about(
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
