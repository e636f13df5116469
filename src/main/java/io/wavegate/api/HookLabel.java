package io.wavegate.api;

import org.jspecify.annotations.Nullable;

/** What is common to all releases of one hook: the value of the label {@link Names#HOOK_LABEL}. */
public final class HookLabel {
    private HookLabel() {}

    /**
     * The hook's name; for a generated one what it was generated from, since each release has another name then. A name that is
     * too long for a label ends in a digest.
     *
     * @param name metadata.name
     * @param generateName metadata.generateName, which Kubernetes and Argo CD leave on the object, or null
     */
    public static String of(String name, @Nullable String generateName) {
        String hook = generateName == null ? "" : RunName.withoutEnd(generateName);
        if (hook.isEmpty()) {
            hook = name;
        }
        return hook.length() <= RunName.LIMIT ? hook : RunName.of(hook, hook);
    }
}
