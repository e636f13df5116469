package io.wavegate.api;

import org.jspecify.annotations.Nullable;

/**
 * Why a run stands where it stands, each with one sentence of advice for the person who reads it in Argo CD. {@code docs/reasons.md}
 * is made from here.
 */
public enum Reason {
    /** The migration ended with success. */
    Migrated(Phase.Succeeded, "The migration ended with success.", ""),
    /** An earlier run answers for this one; nothing was run. */
    AlreadyMigrated(Phase.Succeeded, "An earlier run answers for this one; nothing was run.", ""),
    /** An earlier run of the same release has failed and answers for this one; nothing was run. */
    AlreadyFailed(
            Phase.Failed,
            "An earlier run of the same release has failed and answers for this one; nothing was run.",
            "The same migration is not run twice by a retry of the same sync. Mend it and push a new commit, or start a new sync"
                    + " to run it again."),
    /** The migration ran and did not end with success. */
    MigrationFailed(
            Phase.Failed,
            "The migration ran and did not end with success.",
            "Mend the migration and push a new commit: Argo CD does not sync the same commit again by itself."),
    /** The check ({@code wavegate.io/check}) failed, and the migration was not begun. */
    CheckFailed(
            Phase.Failed,
            "The check (wavegate.io/check) failed, and the migration was not begun.",
            "Correct what the check names and push a new commit: Argo CD does not sync the same commit again by itself."),
    /** The Job's {@code activeDeadlineSeconds} passed before the migration ended. */
    DeadlineExceeded(
            Phase.Failed,
            "The Job's activeDeadlineSeconds passed before the migration ended.",
            "A migration that had begun was stopped half-way: look at what the database has, then make it faster, split it, or raise"
                    + " activeDeadlineSeconds."),
    /** The migration had ended well, and a container beside it kept its Job from ending until {@code activeDeadlineSeconds}. */
    SidecarStillRuns(
            Phase.Failed,
            "The migration itself had ended well, and a container beside it ran on until the Job's activeDeadlineSeconds had passed.",
            "Name that container in wavegate.io/sidecars, so that it ends with the migration, then sync again: what was migrated already"
                    + " is there."),
    /** The cluster took the migration's pod away: a drained node, a pod of more importance, a node without resources. */
    Disrupted(
            Phase.Failed,
            "The cluster took the migration's pod away while it ran: its node was drained or lost, or needed for a pod of higher priority.",
            "The migration was stopped half-way: look at what the database has, then sync again. With backoffLimit, or a podFailurePolicy"
                    + " that ignores DisruptionTarget, Kubernetes starts it anew by itself."),
    /** The image can not be pulled. */
    ImagePullFailed(
            Phase.Failed,
            "An image of the migration's pod can not be pulled.",
            "Nothing was run. Correct the image's name or tag, or the pull secret, then sync again."),
    /** A Secret, ConfigMap, key or ServiceAccount that the pod needs is not there. */
    ConfigMissing(
            Phase.Failed,
            "A Secret, a ConfigMap, a key in one of them, or the ServiceAccount that the migration's pod needs is not there.",
            "Nothing was run. Create what is missing, then sync again. In Argo CD's PreSync phase nothing of the same sync is there"
                    + " yet."),
    /** No node takes the pod. */
    Unschedulable(
            Phase.Failed,
            "No node took the migration's pod.",
            "Nothing was run. Look at the pod's requests, node selector, tolerations and volumes, and at the nodes, then sync"
                    + " again."),
    /** The pod could not start for another reason. */
    StartFailed(
            Phase.Failed,
            "The migration's pod could not start for another reason: a volume that can not be mounted, a container that can not be"
                    + " created, no start before activeDeadlineSeconds had passed.",
            "Nothing was run. Correct what Kubernetes names, then sync again."),
    /** Another run held the database's lock for too long. */
    LockTimeout(
            Phase.Failed,
            "Another run on the same database did not end within wavegate.io/lock-timeout.",
            "Nothing was run. See whether that run makes progress, then sync again, or raise wavegate.io/lock-timeout."),
    /** The release is an event that the hook is not for. */
    NotForThisEvent(Phase.Succeeded, "The release is an event that the hook Job is not for; nothing was run.", ""),
    /** Something in the hook Job can not be run by Wavegate. */
    InvalidOption(
            Phase.Failed,
            "Something in the hook Job can not be run by Wavegate.",
            "Nothing was run. Correct the hook Job in Git and push."),
    /** The API server refused the emitted Job, its pods, or its record. */
    JobRejected(
            Phase.Failed,
            "The API server refused the emitted Job, its pods, or its record: an admission policy, a quota.",
            "Nothing was run. Correct what the API server names, then sync again."),
    /** An object that is not ours has the name that the record or the emitted Job needs. */
    NameTaken(
            Phase.Failed,
            "An object that is not ours has the name that the record or the emitted Job needs.",
            "Nothing was run. Delete or rename that object, then sync again."),
    /** The hook Job was deleted before its migration ended, as a terminated sync does it, or somebody asked for an end in another way. */
    Aborted(
            Phase.Failed,
            "The hook Job was deleted before its migration ended, as a terminated sync does it, was terminated by Argo CD's action of"
                    + " that name, or somebody gave its record the annotation wavegate.io/abort.",
            "A migration that had begun was stopped half-way: look at what the database has, then sync again."),
    /** The emitted Job was deleted while the migration was running. */
    JobDeleted(
            Phase.Failed,
            "The emitted Job was deleted while the migration was running: by somebody, or by Wavegate when the migration began at the"
                    + " very moment at which its start was given up.",
            "The migration was stopped half-way, and was not started again: look at what the database has, then sync"
                    + " again."),
    /** The record is gone and the migration may have been started. */
    RecordLost(
            Phase.Failed,
            "The record is gone and the migration may have been started.",
            "Its outcome is not known and it was not run again: look at what the database has (its list of applied"
                    + " migrations), then start a new sync to run it again.");

    /** Characters of what happened that a message has room for; what the API server or a user wrote can be of any length. */
    private static final int DETAIL = 1024;

    private final Phase phase;
    private final String cause;
    private final String advice;

    Reason(Phase phase, String cause, String advice) {
        this.phase = phase;
        this.cause = cause;
        this.advice = advice;
    }

    /**
     * Whether a run that failed so had begun to change the database, or may have: what a retry of the same sync must not repeat by
     * itself.
     */
    public boolean ran() {
        return this == MigrationFailed
                || this == CheckFailed
                || this == DeadlineExceeded
                || this == SidecarStillRuns
                || this == Disrupted
                || this == JobDeleted
                || this == RecordLost;
    }

    /** The terminal phase that this reason belongs to. */
    public Phase phase() {
        return phase;
    }

    /** What has happened, in a sentence. */
    public String cause() {
        return cause;
    }

    /** What to do next: whole sentences, or empty where there is nothing to do. */
    public String advice() {
        return advice;
    }

    /**
     * The message of a verdict, as people read it in Argo CD: reason, what happened, advice, last lines of the log.
     *
     * @param detail what happened, where; without a full stop; cut and cleaned of control characters
     * @param lastLogLines or null where there is none
     */
    public String sentence(String detail, @Nullable String lastLogLines) {
        var text = new StringBuilder(name())
                .append(": ")
                .append(Line.cut(Line.of(detail), DETAIL))
                .append('.');
        if (!advice.isEmpty()) {
            text.append(' ').append(advice);
        }
        if (lastLogLines != null) {
            text.append(" Last log lines: ").append(lastLogLines);
        }
        return text.toString();
    }
}
