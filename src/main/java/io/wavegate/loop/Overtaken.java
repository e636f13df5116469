package io.wavegate.loop;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.net.HttpURLConnection;
import java.time.Duration;
import org.jboss.logging.Logger;

/** A write that came too late: somebody was faster, or the object is gone. That is nobody's fault, and no reason to log a failure. */
public final class Overtaken {
    /** How soon to look again, in case the event of the other's write came before ours. */
    public static final Duration AGAIN = Duration.ofSeconds(1);

    private Overtaken() {}

    /** Whether that is what the API server's answer says. */
    public static boolean is(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_CONFLICT || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
    }

    /**
     * Ends a pass that failed: one that was overtaken looks again.
     *
     * @param pass named in the log
     * @throws KubernetesClientException the failure, where it is another
     */
    public static <P extends HasMetadata> UpdateControl<P> lookAgain(
            KubernetesClientException e, Logger log, Object pass) {
        if (!is(e)) {
            throw e;
        }
        log.debugf("%s: %s", pass, e.getMessage());
        return UpdateControl.<P>noUpdate().rescheduleAfter(AGAIN);
    }
}
