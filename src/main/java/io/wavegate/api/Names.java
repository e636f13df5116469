package io.wavegate.api;

/** The names that Wavegate, Helm, Argo CD and Kubernetes write on objects. */
public final class Names {
    /** API group of our resources and prefix of our annotations and labels. */
    public static final String GROUP = "wavegate.io";

    /** Prefix of our annotations, which are {@link Option}s, and of our labels. */
    public static final String OPTION_PREFIX = GROUP + "/";

    /** Value of a Job's {@code spec.managedBy} that makes it ours: the one line a user adds. */
    public static final String MANAGED_BY = "wavegate.io/controller";

    /** Label on the emitted Job and its pods: the record's name. */
    public static final String RUN_LABEL = "wavegate.io/run";

    /** Label on the record, the emitted Job and its pods: which hook, the same for each release of it ({@link HookLabel}). */
    public static final String HOOK_LABEL = "wavegate.io/hook";

    /** Annotation on a record by which a person has its run stopped; the value says why. */
    public static final String ABORT = "wavegate.io/abort";

    /** Condition of a pod that the cluster takes away. */
    public static final String DISRUPTION_TARGET = "DisruptionTarget";

    /** Condition of a hook Job whose migration can not start at present, or that can not end; readers of Jobs pass over a type they do not know. */
    public static final String BLOCKED = "wavegate.io/Blocked";

    /** Annotation on a lock's Lease: metadata.uid of the record of the run that holds it. */
    public static final String RUN_UID = GROUP + "/run-uid";

    /** Kubernetes' recommended label for the tool that manages an object. */
    public static final String MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";

    /** Value of {@link #MANAGED_BY_LABEL} on what we create. */
    public static final String MANAGED_BY_WAVEGATE = "wavegate";

    /** Helm's hook events, a comma-separated list. */
    public static final String HELM_HOOK = "helm.sh/hook";

    /** Prefix of all of Helm's hook annotations. */
    public static final String HELM_PREFIX = "helm.sh/";

    /** Helm's delete policies, a comma-separated list. */
    public static final String HELM_DELETE_POLICY = "helm.sh/hook-delete-policy";

    /** Helm's output log policies, a comma-separated list. */
    public static final String HELM_OUTPUT_LOG_POLICY = "helm.sh/hook-output-log-policy";

    /** Argo CD's hook types, a comma-separated list; where there is one, Argo CD ignores Helm's. */
    public static final String ARGOCD_HOOK = "argocd.argoproj.io/hook";

    /** Prefix of all of Argo CD's annotations. */
    public static final String ARGOCD_PREFIX = "argocd.argoproj.io/";

    /** Argo CD's delete policies, a comma-separated list. */
    public static final String ARGOCD_DELETE_POLICY = "argocd.argoproj.io/hook-delete-policy";

    /** Argo CD's claim which Application an object belongs to. */
    public static final String TRACKING_ID = "argocd.argoproj.io/tracking-id";

    /** What {@code kubectl apply} keeps of the last manifest. */
    public static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    /** Which container {@code kubectl logs} means when none is named. */
    public static final String DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";

    /** Name of the container that runs a check ({@link Option#CHECK}) in the pods of the emitted Job. */
    public static final String CHECK_CONTAINER = "wavegate-check";

    private Names() {}
}
