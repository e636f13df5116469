package io.wavegate.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * When the emitted Job is deleted; the record stays in any case. Names and meaning are Helm's ({@code
 * helm.sh/hook-delete-policy}, https://helm.sh/docs/topics/charts_hooks/); Argo CD's names mean the same and are united with
 * Helm's, as Argo CD does (gitops-engine, hook/delete_policy.go).
 */
public enum DeletePolicy {
    /** Before the next run of the same hook starts. The default, as in Helm and in Argo CD. */
    @JsonProperty("before-hook-creation")
    BEFORE_HOOK_CREATION("before-hook-creation", "BeforeHookCreation"),
    /** As soon as the record says that the migration succeeded. */
    @JsonProperty("hook-succeeded")
    HOOK_SUCCEEDED("hook-succeeded", "HookSucceeded"),
    /** As soon as the record says that the migration failed. */
    @JsonProperty("hook-failed")
    HOOK_FAILED("hook-failed", "HookFailed");

    private final String helm;
    private final String argocd;

    DeletePolicy(String helm, String argocd) {
        this.helm = helm;
        this.argocd = argocd;
    }

    /** The word in {@code helm.sh/hook-delete-policy}. */
    public String helm() {
        return helm;
    }

    /** The word in {@code argocd.argoproj.io/hook-delete-policy}. */
    public String argocd() {
        return argocd;
    }
}
