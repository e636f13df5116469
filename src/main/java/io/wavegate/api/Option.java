package io.wavegate.api;

import java.util.Arrays;
import java.util.Optional;

/** The annotations on a hook Job by which its author tells Wavegate more than the Job does. */
public enum Option {
    /** Runs with the same key never overlap. */
    DATABASE("database"),
    /** A command that is run before the migration in the same pod. */
    CHECK("check"),
    /** The Helm events that the migration is for. */
    ON("on"),
    /** Whether each release runs the migration. */
    RUN("run"),
    /** What Argo CD's automatic retry does after a migration that ran and failed. */
    SYNC_RETRY("sync-retry"),
    /** How long pods may be unable to start. */
    START_DEADLINE("start-deadline"),
    /** Ordinary containers that run beside the migration and end with it. */
    SIDECARS("sidecars"),
    /** How long the lock is waited for. */
    LOCK_TIMEOUT("lock-timeout"),
    /** The release's identity, where Argo CD can not be asked. */
    RELEASE("release");

    private final String annotation;

    Option(String name) {
        this.annotation = Names.OPTION_PREFIX + name;
    }

    /** The annotation's full name. */
    public String annotation() {
        return annotation;
    }

    /** The option that an annotation sets. */
    public static Optional<Option> of(String annotation) {
        return Arrays.stream(values())
                .filter(option -> option.annotation.equals(annotation))
                .findFirst();
    }
}
