package io.wavegate.mark;

import io.wavegate.argocd.WatchedApplication;
import org.jspecify.annotations.Nullable;

/** The types of the two conditions that are ours; Argo CD's page shows each by its suffix (argo-cd ui/src/app/applications/components). */
public final class Condition {
    /** The last run of a hook has failed. */
    public static final String ERROR = "MigrationError";

    /** What is deployed was not migrated. */
    public static final String SKIPPED = "MigrationSkippedWarning";

    private Condition() {}

    static boolean isOurs(@Nullable Object type) {
        return ERROR.equals(type) || SKIPPED.equals(type);
    }

    /** What an Application's condition of this type says; null where it has none. */
    static @Nullable String message(WatchedApplication application, String type) {
        return application
                .condition(type)
                .map(condition -> String.valueOf(condition.get("message")))
                .orElse(null);
    }
}
