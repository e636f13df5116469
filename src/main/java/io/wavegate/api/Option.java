package io.wavegate.api;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The annotations on a hook Job by which its author tells Wavegate more than the Job does. {@code docs/options.md} is made from here.
 * One without a meaning is reserved: known by name and refused, so that a hook Job written for a later version is not run as if it had
 * not asked.
 */
public enum Option {
    /** Runs with the same key never overlap. */
    DATABASE("database"),
    /** A command that is run before the migration in the same pod. */
    CHECK("check"),
    /** The Helm events that the migration is for. */
    ON("on"),
    /** Whether each release runs the migration. */
    RUN(
            "run",
            "EveryRelease, OnChange",
            "EveryRelease",
            "OnChange leaves the migration out, as AlreadyMigrated, where a run of the same hook Job (every field of it, the image"
                    + " included) has succeeded. It can not see what a fixed name hides: a new image under the same tag, a"
                    + " ConfigMap with new content."),
    /** What Argo CD's automatic retry does after a migration that ran and failed. */
    SYNC_RETRY(
            "sync-retry",
            "Replay, Rerun",
            "Replay; Rerun where the Application retries without end (retry.limit below 0)",
            "What Argo CD's automatic retry of a sync does after a migration that ran and failed: Replay answers it with that"
                    + " failure, as AlreadyFailed, Rerun runs it again. A migration that never began is run again in any case, a"
                    + " sync by hand and a new commit too."),
    /** How long pods may be unable to start. */
    START_DEADLINE("start-deadline"),
    /** Ordinary containers that run beside the migration and end with it. */
    SIDECARS("sidecars"),
    /** How long the lock is waited for. */
    LOCK_TIMEOUT("lock-timeout"),
    /** The release's identity, where Argo CD can not be asked. */
    RELEASE(
            "release",
            "any text of 1 to 253 characters",
            "each hook Job is a release of its own",
            "Names the release where Argo CD is out of sight (another cluster, another tool): a hook Job of the same name, content and"
                    + " release that is created again within 15 minutes of a failure is answered with that failure, as"
                    + " AlreadyFailed. A success is never replayed. Without effect where the Application can be read.");

    private final String annotation;
    private final @Nullable String allowed;
    private final @Nullable String otherwise;
    private final @Nullable String meaning;

    Option(String name) {
        this(name, null, null, null);
    }

    Option(String name, @Nullable String allowed, @Nullable String otherwise, @Nullable String meaning) {
        this.annotation = Names.OPTION_PREFIX + name;
        this.allowed = allowed;
        this.otherwise = otherwise;
        this.meaning = meaning;
    }

    /** The annotation's full name. */
    public String annotation() {
        return annotation;
    }

    /** The values that it may have; empty for a reserved option. */
    public Optional<String> allowed() {
        return Optional.ofNullable(allowed);
    }

    /** What holds without it; empty for a reserved option. */
    public Optional<String> otherwise() {
        return Optional.ofNullable(otherwise);
    }

    /** What it does; empty for a reserved option. */
    public Optional<String> meaning() {
        return Optional.ofNullable(meaning);
    }

    /** The option that an annotation sets. */
    public static Optional<Option> of(String annotation) {
        return Arrays.stream(values())
                .filter(option -> option.annotation.equals(annotation))
                .findFirst();
    }
}
