package io.wavegate.argocd;

import io.wavegate.api.Fields;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What we read of an Application ({@code argoproj.io/v1alpha1}). Fields that are missing or of another type than Argo CD writes
 * are taken as absent.
 *
 * @param uid metadata.uid
 * @param operation the sync operation that runs or ran last, if any
 * @param history {@code status.history}: the revision of each full sync that succeeded, oldest first, the last ten as a rule; empty
 *     texts where the Application has several sources
 * @param before what was live before the operation
 * @param destination {@code spec.destination.server} and {@code name}, which of them are there: the cluster it is for
 */
public record Application(
        String uid, Optional<Operation> operation, List<String> history, Before before, List<String> destination) {

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

    /** Reads an Application from the object's raw fields. */
    public static Application of(String uid, Map<String, Object> fields) {
        Map<?, ?> status = Fields.map(fields.get("status"));
        Map<?, ?> state = Fields.map(status.get("operationState"));
        Map<?, ?> result = Fields.map(state.get("syncResult"));
        String startedAt = Fields.text(state.get("startedAt"));
        Map<?, ?> asked = Fields.map(state.get("operation"));
        Optional<Operation> operation = startedAt == null
                ? Optional.empty()
                : Optional.of(new Operation(
                        "Running".equals(state.get("phase")),
                        startedAt,
                        Fields.text(Fields.map(asked.get("sync")).get("revision")),
                        Fields.text(result.get("revision")),
                        Fields.number(state.get("retryCount")),
                        Fields.number(Fields.map(asked.get("retry")).get("limit")) < 0));
        return new Application(uid, operation, history(status), Before.of(status), destination(fields));
    }

    static List<String> destination(Map<String, Object> fields) {
        Map<?, ?> destination = Fields.map(Fields.map(fields.get("spec")).get("destination"));
        return Stream.of("server", "name")
                .map(field -> Fields.orEmpty(destination.get(field)))
                .filter(value -> !value.isEmpty())
                .toList();
    }

    private static List<String> history(Map<?, ?> status) {
        return Fields.list(status.get("history"))
                .map(entry -> Fields.orEmpty(entry.get("revision")))
                .toList();
    }
}
