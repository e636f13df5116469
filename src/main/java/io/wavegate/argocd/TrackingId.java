package io.wavegate.argocd;

import io.wavegate.api.ApplicationName;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Argo CD's annotation {@code argocd.argoproj.io/tracking-id}: {@code <application>:<group>/<kind>:<namespace>/<name>}, where
 * the application is {@code <namespace>_<name>} for one outside Argo CD's own namespace (argo-cd util/argo/resource_tracking.go
 * and ApplicationSpec's InstanceName).
 */
public final class TrackingId {
    /** A DNS subdomain, as names of Applications and namespaces are. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

    private TrackingId() {}

    /**
     * The Application that the annotation's value names.
     *
     * @param value the annotation, or null where there is none
     * @param argocdNamespace Argo CD's own namespace, for an application named without one
     * @return empty where there is no claim, or one that no Argo CD writes
     */
    public static Optional<ApplicationName> parse(@Nullable String value, String argocdNamespace) {
        if (value == null) {
            return Optional.empty();
        }
        int end = value.indexOf(':');
        if (end < 0) {
            return Optional.empty();
        }
        String application = value.substring(0, end);
        // An underscore is in no name, so the first one parts the two.
        int part = application.indexOf('_');
        String namespace = part < 0 ? argocdNamespace : application.substring(0, part);
        String name = application.substring(part + 1);
        return NAME.matcher(namespace).matches() && NAME.matcher(name).matches()
                ? Optional.of(new ApplicationName(namespace, name))
                : Optional.empty();
    }
}
