package io.wavegate.mark;

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
}
