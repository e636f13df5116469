package io.wavegate.argocd;

import io.wavegate.api.Fields;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What of an Application was live before its running sync operation, as far as its own status tells. Argo CD writes no more of a
 * resource than whether it is Synced; its health only where {@code controller.resource.health.persist} is set.
 */
public enum Before {
    /** Nothing: this operation makes the first of it. */
    NOTHING,
    /** A workload, maybe more. */
    WORKLOAD,
    /** It does not tell. */
    UNKNOWN,
    /**
     * It does not tell yet: Argo CD begins an automated sync of a new Application before it has written what it compared (argo-cd
     * controller/appcontroller.go, processAppRefreshQueueItem: autoSync, then persistAppStatus).
     */
    NOT_YET;

    /** Kinds that run pods and are the application itself; a Namespace, a Secret or a volume may well be there before it. */
    private static final Set<String> WORKLOADS = Set.of(
            "apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "apps/ReplicaSet", "/Pod", "argoproj.io/Rollout");

    /** Reads {@code Application.status}. */
    static Before of(Map<?, ?> status) {
        Map<?, ?> state = Fields.map(status.get("operationState"));
        boolean firstTry = Fields.number(state.get("retryCount")) == 0;
        List<? extends Map<?, ?>> applied = resources(Fields.map(state.get("syncResult")))
                .filter(resource -> Fields.text(resource.get("hookType")) == null)
                .toList();
        if (!applied.isEmpty()) {
            // kubectl's words for what it did: created, configured, unchanged.
            return applied.stream().allMatch(resource -> message(resource).endsWith(" created")) ? NOTHING : UNKNOWN;
        }
        if (health(status) == null && status.get("resources") == null && status.get("reconciledAt") == null) {
            return NOT_YET;
        }
        List<? extends Map<?, ?>> live = resources(status)
                .filter(resource -> !Boolean.TRUE.equals(resource.get("hook")))
                .filter(Before::live)
                .toList();
        // After a retry the pods may be those of this very operation.
        if (live.isEmpty() && saysMissing(status) && (!firstTry || !hasPods(status))) {
            return NOTHING;
        }
        return firstTry && live.stream().anyMatch(Before::isWorkload) ? WORKLOAD : UNKNOWN;
    }

    private static Stream<? extends Map<?, ?>> resources(Map<?, ?> of) {
        return Fields.list(of.get("resources"));
    }

    private static boolean live(Map<?, ?> resource) {
        String health = health(resource);
        return "Synced".equals(resource.get("status"))
                || Boolean.TRUE.equals(resource.get("requiresPruning"))
                || (health != null && !health.equals("Missing"));
    }

    /**
     * Since Argo CD 3.4 an Application is Missing only when all of it is (argo-cd#25962); before, when any resource with a health was.
     * So this alone proves nothing.
     */
    private static boolean saysMissing(Map<?, ?> status) {
        return "Missing".equals(health(status));
    }

    private static boolean hasPods(Map<?, ?> status) {
        return Fields.map(status.get("summary")).get("images") instanceof Collection<?> images && !images.isEmpty();
    }

    private static boolean isWorkload(Map<?, ?> resource) {
        String group = Fields.text(resource.get("group"));
        return WORKLOADS.contains((group == null ? "" : group) + "/" + resource.get("kind"));
    }

    private static @Nullable String health(Map<?, ?> of) {
        return Fields.text(Fields.map(of.get("health")).get("status"));
    }

    private static String message(Map<?, ?> resource) {
        return String.valueOf(resource.get("message"));
    }
}
