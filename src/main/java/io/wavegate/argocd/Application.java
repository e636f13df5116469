package io.wavegate.argocd;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What we read of an Application ({@code argoproj.io/v1alpha1}). Fields that are missing or of another type than Argo CD writes
 * are taken as absent.
 *
 * @param namespace metadata.namespace
 * @param name metadata.name
 * @param uid metadata.uid
 * @param operation the sync operation that runs or ran last, if any
 * @param resources what the last sync and the last comparison list as the Application's own
 */
public record Application(
        String namespace, String name, String uid, Optional<Operation> operation, List<Resource> resources) {

    /**
     * A sync operation.
     *
     * @param running whether {@code status.operationState.phase} is Running
     * @param startedAt {@code status.operationState.startedAt}, RFC 3339 as written; the same through all retries
     * @param requestedRevision {@code operation.sync.revision}: a commit for automated syncs, maybe a branch for manual ones
     * @param revision {@code status.operationState.syncResult.revision}: resolved, written after the hooks were created
     * @param retries {@code status.operationState.retryCount}: how often it was retried so far
     * @param endless {@code operation.retry.limit} is negative: Argo CD retries it until it succeeds
     */
    public record Operation(
            boolean running,
            String startedAt,
            @Nullable String requestedRevision,
            @Nullable String revision,
            int retries,
            boolean endless) {
        /**
         * Whether an object created at the given time can be this operation's doing: Argo CD writes {@code startedAt} before
         * it creates a hook (facts: argocd.md 0.12). Kubernetes keeps times to the second.
         */
        public boolean covers(@Nullable String creationTimestamp) {
            try {
                return running
                        && creationTimestamp != null
                        && !Instant.parse(creationTimestamp).isBefore(Instant.parse(startedAt));
            } catch (DateTimeParseException e) {
                return false;
            }
        }
    }

    /** A resource as Argo CD lists it: group, kind, namespace, name. */
    public record Resource(String group, String kind, String namespace, String name) {}

    /** Whether the Application says itself that it owns the given Job: what turns a claim into a fact. */
    public boolean listsJob(String namespace, String name) {
        return resources.contains(new Resource("batch", "Job", namespace, name));
    }

    /** Reads an Application from the object's raw fields. */
    public static Application of(String namespace, String name, String uid, Map<String, Object> fields) {
        Map<?, ?> status = map(fields.get("status"));
        Map<?, ?> state = map(status.get("operationState"));
        Map<?, ?> result = map(state.get("syncResult"));
        String startedAt = text(state.get("startedAt"));
        Map<?, ?> asked = map(state.get("operation"));
        Optional<Operation> operation = startedAt == null
                ? Optional.empty()
                : Optional.of(new Operation(
                        "Running".equals(state.get("phase")),
                        startedAt,
                        text(map(asked.get("sync")).get("revision")),
                        text(result.get("revision")),
                        number(state.get("retryCount")),
                        number(map(asked.get("retry")).get("limit")) < 0));
        var resources = new ArrayList<Resource>();
        collect(result.get("resources"), resources);
        collect(status.get("resources"), resources);
        return new Application(namespace, name, uid, operation, List.copyOf(resources));
    }

    private static void collect(@Nullable Object list, List<Resource> into) {
        if (list instanceof List<?> items) {
            for (Object item : items) {
                Map<?, ?> resource = map(item);
                into.add(new Resource(
                        orEmpty(resource.get("group")),
                        orEmpty(resource.get("kind")),
                        orEmpty(resource.get("namespace")),
                        orEmpty(resource.get("name"))));
            }
        }
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static @Nullable String text(@Nullable Object value) {
        return value instanceof String text && !text.isEmpty() ? text : null;
    }

    private static int number(@Nullable Object value) {
        return value instanceof Number number ? number.intValue() : 0;
    }

    private static String orEmpty(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }
}
