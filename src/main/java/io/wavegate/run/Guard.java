package io.wavegate.run;

import io.wavegate.api.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The check: a command that is run before the migration in the same pod, as an init container after all others, and ends the Job at
 * once when it does not end with 0. Plain JSON, as {@link EmittedJob}.
 */
final class Guard {
    /** What the check has of the migration's container: all that a command needs, and nothing that is for one that stays. */
    private static final Set<String> SHARED = Set.of(
            "image",
            "imagePullPolicy",
            "env",
            "envFrom",
            "volumeMounts",
            "volumeDevices",
            "workingDir",
            "securityContext",
            "resources");

    private static final String DISRUPTION = Names.DISRUPTION_TARGET;
    /** A check that is killed since its node is drained has said nothing about the migration. */
    private static final Map<String, Object> DISRUPTION_IGNORED =
            Map.of("action", "Ignore", "onPodConditions", List.of(Map.of("type", DISRUPTION, "status", "True")));

    private static final Map<String, Object> FAILS_THE_JOB = Map.of(
            "action",
            "FailJob",
            "onExitCodes",
            Map.of("containerName", Names.CHECK_CONTAINER, "operator", "NotIn", "values", List.of(0)));

    private Guard() {}

    /**
     * Puts the check into a pod's init containers, the last of them. Nothing is changed where the pod has no containers to run.
     *
     * @param pod the pod's spec, which is changed
     * @param annotations the pod's
     */
    static void intoPod(Map<String, Object> pod, Map<String, Object> annotations, List<String> command) {
        Map<?, ?> migration = migration(pod, annotations.get(Names.DEFAULT_CONTAINER));
        if (migration == null) {
            return;
        }
        var check = new LinkedHashMap<String, Object>();
        check.put("name", Names.CHECK_CONTAINER);
        check.put("command", command);
        migration.forEach((field, value) -> {
            if (SHARED.contains(field)) {
                check.put((String) field, value);
            }
        });
        var init = new ArrayList<Object>(pod.get("initContainers") instanceof List<?> some ? some : List.of());
        init.add(check);
        pod.put("initContainers", init);
    }

    private static @Nullable Map<?, ?> migration(Map<String, Object> pod, @Nullable Object named) {
        List<Map<?, ?>> containers = new ArrayList<>();
        if (pod.get("containers") instanceof List<?> all) {
            all.forEach(one -> {
                if (one instanceof Map<?, ?> container) {
                    containers.add(container);
                }
            });
        }
        return containers.stream()
                .filter(container -> named != null && named.equals(container.get("name")))
                .findFirst()
                .orElse(containers.isEmpty() ? null : containers.get(0));
    }

    /**
     * The pod failure policy with the check's rule in it. First match wins (kubernetes pkg/controller/job/pod_failure_policy.go), so
     * disruptions come first, as the user has it or else ignored, then the check, then what else the user has.
     *
     * @param policy the user's, or null
     */
    static Map<String, Object> policy(@Nullable Object policy) {
        var rules = new ArrayList<Object>(
                policy instanceof Map<?, ?> user && user.get("rules") instanceof List<?> some ? some : List.of());
        Object disruption =
                rules.stream().filter(Guard::isOnDisruption).findFirst().orElse(DISRUPTION_IGNORED);
        rules.remove(disruption);
        rules.addAll(0, List.of(disruption, FAILS_THE_JOB));
        var guarded = new LinkedHashMap<String, Object>();
        if (policy instanceof Map<?, ?> user) {
            user.forEach((field, value) -> guarded.put((String) field, value));
        }
        guarded.put("rules", rules);
        return guarded;
    }

    private static boolean isOnDisruption(Object rule) {
        return rule instanceof Map<?, ?> fields
                && fields.get("onPodConditions") instanceof List<?> patterns
                && patterns.stream()
                        .anyMatch(pattern ->
                                pattern instanceof Map<?, ?> condition && DISRUPTION.equals(condition.get("type")));
    }
}
