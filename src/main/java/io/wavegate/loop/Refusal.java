package io.wavegate.loop;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.wavegate.api.Line;
import java.net.HttpURLConnection;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The API server's no to an object, which it will repeat however often it is asked. */
public final class Refusal {
    /** Unreadable, not allowed (rights, quota, admission, a namespace that ends), too large, not valid. */
    private static final Set<Integer> CODES = Set.of(
            HttpURLConnection.HTTP_BAD_REQUEST,
            HttpURLConnection.HTTP_FORBIDDEN,
            HttpURLConnection.HTTP_ENTITY_TOO_LARGE,
            422);

    private Refusal() {}

    /** The API server's own words, without a full stop; empty where another try may succeed. */
    public static Optional<String> of(KubernetesClientException e) {
        if (!CODES.contains(e.getCode())) {
            return Optional.empty();
        }
        String words = e.getStatus() == null || e.getStatus().getMessage() == null
                ? Objects.toString(e.getMessage())
                : e.getStatus().getMessage();
        return Optional.of(Line.withoutStop(words));
    }
}
