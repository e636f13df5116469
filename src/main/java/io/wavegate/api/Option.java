package io.wavegate.api;

import java.util.Arrays;
import java.util.Optional;

/**
 * The annotations on a hook Job by which its author tells Wavegate more than the Job does. {@code docs/options.md} is made from here.
 */
public enum Option {
    /** Runs with the same key never overlap. */
    DATABASE(
            "database",
            "a name (letters, digits, '-', '_', '.'; at most 253 characters), or <namespace>/<name> for a key of another namespace",
            "the hook's own name",
            "Runs with the same key never overlap, whichever Application they belong to; the first to come is the first to run. A key"
                    + " belongs to the hook's namespace. One of another namespace is refused unless the controller's configuration"
                    + " grants it (WAVEGATE_DATABASE_GRANTS)."),
    /** A command that is run before the migration in the same pod. */
    CHECK(
            "check",
            "a JSON array of words, or plain words parted by blanks; no shell reads them",
            "nothing is checked",
            "A command that is run before the migration, in the same pod, with the image, environment and volumes of the migration's"
                    + " container (python manage.py makemigrations --check --dry-run finds model changes that were never committed"
                    + " as a migration). When it fails the run fails as CheckFailed, without another attempt, and the migration is"
                    + " not begun."),
    /** The Helm events that the migration is for. */
    ON(
            "on",
            "pre-install, post-install, pre-upgrade, post-upgrade, pre-rollback, post-rollback, pre-delete, post-delete; several are"
                    + " parted by commas",
            "those of helm.sh/hook; all where the Job has argocd.argoproj.io/hook",
            "The Helm events that the Job is for. Argo CD makes one phase of install and upgrade; Wavegate tells them apart, and"
                    + " answers a Job that is for another event as NotForThisEvent. In doubt it is run ([how](events.md))."),
    /** Whether each release runs the migration. */
    RUN(
            "run",
            "EveryRelease, OnChange",
            "EveryRelease",
            "OnChange leaves the migration out, as AlreadyMigrated, where a run of the same hook Job (every field of it, the image"
                    + " included) has succeeded. It can not see what a fixed name hides: a new image under the same tag, a"
                    + " ConfigMap or Secret with new content. Where the hook Job has such (a tag like latest or 1.2, a name without"
                    + " Kustomize's hash) the Event MayHaveChanged on it says so."),
    /** What Argo CD's automatic retry does after a migration that ran and failed. */
    SYNC_RETRY(
            "sync-retry",
            "Replay, Rerun",
            "Replay; Rerun where the Application retries without end (retry.limit below 0)",
            "What Argo CD's automatic retry of a sync does after a migration that ran and failed: Replay answers it with that"
                    + " failure, as AlreadyFailed, Rerun runs it again. A migration that never began, or was aborted, is run again in"
                    + " any case, a sync by hand and a new commit too."),
    /** How long pods may be unable to start. */
    START_DEADLINE(
            "start-deadline",
            "seconds, a whole number from 1 to 86400",
            "120",
            "How long after the first error the migration's pod may be unable to start (image, Secret, ConfigMap, volume, admission)"
                    + " before the run fails. Pulling an image is no error; a pod that finds no node has 10 minutes."),
    /** Ordinary containers that run beside the migration and end with it. */
    SIDECARS(
            "sidecars",
            "names of containers of the Job, parted by commas",
            "none",
            "Containers that serve the migration, as cloud-sql-proxy does. They are started before it, as native sidecars (init"
                    + " containers with restartPolicy: Always), so that the Job ends when the migration does."),
    /** How long the lock is waited for. */
    LOCK_TIMEOUT(
            "lock-timeout",
            "seconds, a whole number from 1 to 86400",
            "240, less than the 300 that Helm waits for a hook",
            "How long the run waits for another run on the same database before it fails as LockTimeout."),
    /** The release's identity, where Argo CD can not be asked. */
    RELEASE(
            "release",
            "any text of 1 to 253 characters",
            "each hook Job is a release of its own",
            "Names the release where Argo CD is out of sight (another cluster, another tool): a hook Job of the same name, content and"
                    + " release that is created again within 15 minutes of a failure is answered with that failure, as"
                    + " AlreadyFailed. A success is never replayed. Without effect where the Application can be read.");

    private final String annotation;
    private final String allowed;
    private final String otherwise;
    private final String meaning;

    Option(String name, String allowed, String otherwise, String meaning) {
        this.annotation = Names.OPTION_PREFIX + name;
        this.allowed = allowed;
        this.otherwise = otherwise;
        this.meaning = meaning;
    }

    /** The annotation's full name. */
    public String annotation() {
        return annotation;
    }

    /** The values that it may have. */
    public String allowed() {
        return allowed;
    }

    /** What holds without it. */
    public String otherwise() {
        return otherwise;
    }

    /** What it does. */
    public String meaning() {
        return meaning;
    }

    /** The option that an annotation sets. */
    public static Optional<Option> of(String annotation) {
        return Arrays.stream(values())
                .filter(option -> option.annotation.equals(annotation))
                .findFirst();
    }
}
