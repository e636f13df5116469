package io.wavegate.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the author of a hook Job asked for by annotation, each an {@link Option}; null where nothing was asked for. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Options(
        @JsonPropertyDescription(
                "Key of the database: runs with the same key never overlap. A name in the hook's namespace, or"
                        + " <namespace>/<name>; the hook's own name where it is empty.")
        @Nullable String database,

        @JsonPropertyDescription("Command that is run before the migration in the same pod; no shell reads it.")
        @Nullable List<String> check,

        @JsonPropertyDescription("Helm events that the migration is for; those of helm.sh/hook where it is empty.")
        @Nullable List<String> on,

        @JsonPropertyDescription(
                "EveryRelease (the default) runs the migration in each release, OnChange only where no run of the same"
                        + " fingerprint has succeeded.")
        @Nullable RunPolicy run,

        @JsonPropertyDescription(
                "What Argo CD's automatic retry does after a migration that ran and failed: Replay (the default) answers"
                        + " it with that failure, Rerun (the default where the Application retries without end) runs it again.")
        @Nullable SyncRetry syncRetry,

        @JsonPropertyDescription(
                "Seconds after the first error for which the pod may be unable to start; 120 where it is empty.")
        @Nullable Integer startDeadlineSeconds,

        @JsonPropertyDescription("Containers that are emitted as native sidecars.") @Nullable List<String> sidecars,

        @JsonPropertyDescription(
                "Seconds for which another run on the same database is waited for; 240 where it is empty.")
        @Nullable Integer lockTimeoutSeconds,

        @JsonPropertyDescription(
                "Identity of the release as the manifest gives it, for an Argo CD that can not be asked.")
        @Nullable String release) {

    /** Nothing asked for. */
    public static final Options NONE = new Options(null, null, null, null, null, null, null, null, null);

    /** Whether each release runs the migration. */
    public enum RunPolicy {
        /** Each release runs it, as with Helm. */
        EveryRelease,
        /** A release whose hook has run with success before does not run it again. */
        OnChange
    }

    /** What an automatic retry of the same sync operation does after a migration that ran and failed. */
    public enum SyncRetry {
        /** It is answered with the failure that is known. */
        Replay,
        /** It runs the migration again. */
        Rerun
    }
}
