package io.wavegate.api;

/** How far the start of a pod has come, in the order in which Kubernetes goes. */
public enum StartStep {
    /** There is no pod yet: the API server's admission, a quota, the ServiceAccount. */
    Create,
    /** It has no node yet. */
    Schedule,
    /** Its node prepares it: volumes, network. */
    Prepare,
    /** Its containers start: image, environment, the process itself. */
    Start
}
