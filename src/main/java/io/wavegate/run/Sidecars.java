package io.wavegate.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Ordinary containers made native sidecars: Kubernetes ends them when the migration has ended. Plain JSON, as {@link EmittedJob}. */
final class Sidecars {
    private Sidecars() {}

    /**
     * Moves containers behind the init containers, in the order that they have. As ordinary containers they were started when all
     * init containers had ended, and may need what those leave.
     *
     * @param pod the pod's spec, which is changed
     */
    static void move(Map<String, Object> pod, List<String> names) {
        if (!(pod.get("containers") instanceof List<?> all)) {
            return;
        }
        var init = new ArrayList<Object>(pod.get("initContainers") instanceof List<?> some ? some : List.of());
        var stay = new ArrayList<Object>();
        for (Object one : all) {
            if (one instanceof Map<?, ?> container && names.contains(container.get("name"))) {
                var sidecar = new LinkedHashMap<Object, Object>(container);
                sidecar.put("restartPolicy", "Always");
                init.add(sidecar);
            } else {
                stay.add(one);
            }
        }
        pod.put("initContainers", init);
        pod.put("containers", stay);
    }
}
