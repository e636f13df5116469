package io.wavegate.api;

/**
 * Which Argo CD Application.
 *
 * @param namespace its namespace: Argo CD's own, or another where Applications are allowed in any
 * @param name its name
 */
public record ApplicationName(String namespace, String name) {
    /** {@code <namespace>/<name>}. */
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
