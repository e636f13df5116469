package io.wavegate.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * When the end of a hook's log is put out beside its record, as an Event of the hook Job and in Wavegate's own log. Names and meaning
 * are Helm's, which prints it ({@code helm.sh/hook-output-log-policy}, helm pkg/release/v1/hook.go).
 */
public enum OutputLogPolicy {
    /** When the migration has succeeded. */
    @JsonProperty("hook-succeeded")
    HOOK_SUCCEEDED("hook-succeeded", Phase.Succeeded),
    /** When the migration has failed. */
    @JsonProperty("hook-failed")
    HOOK_FAILED("hook-failed", Phase.Failed);

    private final String helm;
    private final Phase phase;

    OutputLogPolicy(String helm, Phase phase) {
        this.helm = helm;
        this.phase = phase;
    }

    /** The word in {@code helm.sh/hook-output-log-policy}. */
    public String helm() {
        return helm;
    }

    /** The end that it is about. */
    public Phase phase() {
        return phase;
    }
}
