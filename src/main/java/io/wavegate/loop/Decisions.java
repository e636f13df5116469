package io.wavegate.loop;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * One line in the log for each decision. On a terminal it is a sentence; as JSON ({@code QUARKUS_LOG_CONSOLE_JSON_ENABLED=true}) the line
 * has, as fields of its {@code mdc}, what it is about as well: namespace, hook, run, release, decision, reason; of a decision about an
 * Application, application ({@code argocd/shop}).
 */
public final class Decisions {
    private Decisions() {}

    /**
     * What a decision is about; what is not known, or is not of its matter, is left out.
     *
     * @param application the Application that is marked
     * @param namespace of the hook and the run
     * @param hook name of the hook Job
     * @param run name of the record
     * @param release identity of the release
     */
    public record Subject(
            @Nullable String application,
            @Nullable String namespace,
            @Nullable String hook,
            @Nullable String run,
            @Nullable String release) {
        /** A hook, its run or both. */
        public Subject(String namespace, String hook, @Nullable String run, @Nullable String release) {
            this(null, namespace, hook, run, release);
        }
    }

    /**
     * Logs a decision.
     *
     * @param who as the sentence calls it: {@code hook shop/migrate}
     * @param decision its record; the name of its class is its name
     * @param reason why it was taken
     */
    public static void log(Logger log, String who, Subject subject, Object decision, String reason) {
        String name = decision.getClass().getSimpleName();
        var fields = new LinkedHashMap<String, @Nullable String>();
        fields.put("application", subject.application());
        fields.put("namespace", subject.namespace());
        fields.put("hook", subject.hook());
        fields.put("run", subject.run());
        fields.put("release", subject.release());
        fields.put("decision", name);
        fields.put("reason", reason);
        for (Map.Entry<String, @Nullable String> field : fields.entrySet()) {
            if (field.getValue() != null) {
                MDC.put(field.getKey(), field.getValue());
            }
        }
        try {
            log.infof("%s: %s: %s", who, name, reason);
        } finally {
            fields.keySet().forEach(MDC::remove);
        }
    }
}
