package io.wavegate.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** What the author of a hook Job asked for by annotation, each an {@link Option}; null where nothing was asked for. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Options(
        @JsonPropertyDescription(
                "EveryRelease (the default) runs the migration in each release, OnChange only where no run of the same"
                        + " fingerprint has succeeded.")
        @Nullable RunPolicy run,

        @JsonPropertyDescription(
                "What Argo CD's automatic retry does after a migration that ran and failed: Replay (the default) answers"
                        + " it with that failure, Rerun (the default where the Application retries without end) runs it again.")
        @Nullable SyncRetry syncRetry,

        @JsonPropertyDescription(
                "Identity of the release as the manifest gives it, for an Argo CD that can not be asked.")
        @Nullable String release) {

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
