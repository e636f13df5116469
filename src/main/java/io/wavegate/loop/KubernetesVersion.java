package io.wavegate.loop;

import java.util.Optional;

/** Which API servers have what we need. */
final class KubernetesVersion {
    /** The first with {@code managedBy} on a Job by default (KEP-4368, beta). */
    private static final int OLDEST_MINOR = 32;

    private KubernetesVersion() {}

    /**
     * A sentence where the API server is too old.
     *
     * @param major as in {@code /version}: "1"
     * @param minor as in {@code /version}: "34", or "34+" on some providers
     * @param version as people know it: v1.34.4
     */
    static Optional<String> obstacle(String major, String minor, String version) {
        int number = Integer.parseInt("0" + minor.replaceAll("\\D.*", ""));
        return major.equals("1") && number < OLDEST_MINOR
                ? Optional.of(("This is Kubernetes %s, and Wavegate needs 1.%d or later: an older API server drops"
                                + " spec.managedBy, so that a hook Job runs at once as a plain Job, without Wavegate. Upgrade the"
                                + " cluster.")
                        .formatted(version, OLDEST_MINOR))
                : Optional.empty();
    }
}
