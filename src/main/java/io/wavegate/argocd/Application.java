package io.wavegate.argocd;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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
 * @param history {@code status.history}: the revision of each full sync that succeeded, oldest first, the last ten as a rule; empty
 *     texts where the Application has several sources
 * @param before what was live before the operation
 * @param destination {@code spec.destination.server} and {@code name}, which of them are there: the cluster it is for
 */
public record Application(
        String namespace,
        String name,
        String uid,
        Optional<Operation> operation,
        List<Resource> resources,
        List<String> history,
        Before before,
        List<String> destination) {

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
        Map<?, ?> status = Json.map(fields.get("status"));
        Map<?, ?> state = Json.map(status.get("operationState"));
        Map<?, ?> result = Json.map(state.get("syncResult"));
        String startedAt = Json.text(state.get("startedAt"));
        Map<?, ?> asked = Json.map(state.get("operation"));
        Optional<Operation> operation = startedAt == null
                ? Optional.empty()
                : Optional.of(new Operation(
                        "Running".equals(state.get("phase")),
                        startedAt,
                        Json.text(Json.map(asked.get("sync")).get("revision")),
                        Json.text(result.get("revision")),
                        Json.number(state.get("retryCount")),
                        Json.number(Json.map(asked.get("retry")).get("limit")) < 0));
        var resources = new ArrayList<Resource>();
        collect(result.get("resources"), resources);
        collect(status.get("resources"), resources);
        return new Application(
                namespace,
                name,
                uid,
                operation,
                List.copyOf(resources),
                history(status),
                Before.of(status),
                destination(fields));
    }

    private static List<String> destination(Map<String, Object> fields) {
        Map<?, ?> destination = Json.map(Json.map(fields.get("spec")).get("destination"));
        return Stream.of("server", "name")
                .map(field -> orEmpty(destination.get(field)))
                .filter(value -> !value.isEmpty())
                .toList();
    }

    private static List<String> history(Map<?, ?> status) {
        return status.get("history") instanceof List<?> entries
                ? entries.stream()
                        .map(entry -> orEmpty(Json.map(entry).get("revision")))
                        .toList()
                : List.of();
    }

    private static void collect(@Nullable Object list, List<Resource> into) {
        if (list instanceof List<?> items) {
            for (Object item : items) {
                Map<?, ?> resource = Json.map(item);
                into.add(new Resource(
                        orEmpty(resource.get("group")),
                        orEmpty(resource.get("kind")),
                        orEmpty(resource.get("namespace")),
                        orEmpty(resource.get("name"))));
            }
        }
    }

    private static String orEmpty(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }
}
