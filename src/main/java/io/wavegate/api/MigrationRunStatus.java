package io.wavegate.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How far it is and how it ended. Times are RFC 3339 in UTC, to the second. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value =
                "!has(oldSelf.phase) || !(oldSelf.phase in ['Succeeded', 'Failed'])"
                        + " || (has(self.phase) && self.phase == oldSelf.phase && has(self.reason) && self.reason == oldSelf.reason)",
        message = "a MigrationRun that has ended never changes its verdict")
public record MigrationRunStatus(
        @JsonPropertyDescription(
                "Pending, Waiting (for the database's lock), Running, Succeeded or Failed. The last two never change again.")
        @Nullable Phase phase,

        @JsonPropertyDescription("Why the run ended as it did, one word; docs/reasons.md has them all.") @Nullable Reason reason,

        @JsonPropertyDescription(
                "What happened, what to do next, and the last lines of the log. Argo CD shows it as the hook's"
                        + " message.")
        @Nullable String message,

        @JsonPropertyDescription("The commit or chart version of the release, as the Application resolved it.")
        @Nullable String revision,

        @JsonPropertyDescription(
                "Whether the Application that the hook claims lists this hook among its own resources.")
        @Nullable Boolean verified,

        @JsonPropertyDescription("The lock of the database.") @Nullable Lock lock,

        @JsonPropertyDescription("The emitted Job.") @Nullable JobReference job,

        @JsonPropertyDescription(
                "How many times the migration was started: pods, or restarts of the container within one pod. In the"
                        + " end 0 where nothing of it has run.")
        @Nullable Integer attempts,

        @JsonPropertyDescription("How many pods of the emitted Job have failed.") @Nullable Integer failed,

        @JsonPropertyDescription("Exit code of the container that decided the verdict.") @Nullable Integer exitCode,

        @JsonPropertyDescription("When the emitted Job started.") @Nullable String startTime,

        @JsonPropertyDescription("When the emitted Job ended.") @Nullable String completionTime,

        @JsonPropertyDescription("The end of the migration's log.") @Nullable Log log,

        @JsonPropertyDescription(
                "What the hook Job asks for since it was changed while it ran; absent where it was not.")
        @Nullable Changed changed,

        @JsonPropertyDescription("What keeps the migration's pod from starting, while it does.") @Nullable Blocked blocked,

        @JsonPropertyDescription("What keeps the Job from ending, where the migration itself has ended well.") @Nullable Lingering lingering,

        @JsonPropertyDescription(
                "Why the cluster took the pod away that ran last, in Kubernetes' words; absent where it did not.")
        @Nullable String disruption,

        @JsonPropertyDescription(
                "The image that the migration's container ran last, with its digest, as its node reports it.")
        @Nullable String image,

        @JsonPropertyDescription(
                "What Wavegate's built-in engine says of its last run; absent where the migration is another command.")
        @Nullable MigrationResult result) {

    /** Nothing known yet. */
    public static final MigrationRunStatus EMPTY = new MigrationRunStatus(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
            null);

    /** A database's lock. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Lock(
            @JsonPropertyDescription("Key of the database, <namespace>/<name>.")
            String database,

            @JsonPropertyDescription("The Lease, in Wavegate's namespace; it is there while a run holds the lock.")
            String lease,

            @JsonPropertyDescription("Since when the run waits, or when it began to; empty where it had not to wait.")
            @Nullable String waitingSince) {}

    /** The emitted Job. */
    public record JobReference(
            @JsonPropertyDescription("Name of the emitted Job, the record's own.")
            String name,

            @JsonPropertyDescription(
                    "UID of the emitted Job. Once it is here, no other Job is ever made for this record.")
            String uid) {}

    /** The end of a container's log. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Log(
            @JsonPropertyDescription("Pod that wrote it.") String pod,

            @JsonPropertyDescription("Container that wrote it.")
            String container,

            @JsonPropertyDescription("The last lines, at most 50 and at most 4 KiB; passwords in URLs are masked.")
            @Nullable String text,

            @JsonPropertyDescription("The last two lines that have something on them, as the message quotes them.")
            @Nullable String lastLines,

            @JsonPropertyDescription("Why there is no text, where there is none.") @Nullable String missing) {}

    /** What can be changed on a hook Job while its migration runs. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Changed(
            @JsonPropertyDescription("The deadline that the hook Job has by now; absent for none.") @Nullable Long activeDeadlineSeconds,

            @JsonPropertyDescription(
                    "Why the run is to be stopped, where somebody has deleted the hook Job, or terminated it, as Argo CD's"
                            + " action does.")
            @Nullable String terminated) {}

    /** What keeps a pod from starting. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Blocked(
            @Required @JsonPropertyDescription("The reason that the run will fail with when this lasts.")
            Reason reason,

            @JsonPropertyDescription("What is missing, where something is: secret/db, key url of configmap/settings.")
            @Nullable String object,

            @Required @JsonPropertyDescription("Which container or pod, and what Kubernetes says of it.")
            String message,

            @Required
            @JsonPropertyDescription(
                    "How far its start has come: Create (there is no pod yet), Schedule (no node), Prepare (volumes,"
                            + " network), Start (image, environment, the process).")
            StartStep step,

            @Required
            @JsonPropertyDescription(
                    "Whether something of the migration had run before: an earlier attempt, or another container of the pod.")
            boolean begun,

            @Required @JsonPropertyDescription("When the first error was seen.")
            String since,

            @Required @JsonPropertyDescription("When the run fails, unless the pod goes on before.")
            String deadline) {}

    /** What keeps a Job from ending. */
    public record Lingering(
            @Required @JsonPropertyDescription("The migration's own container, which has ended well.")
            String ended,

            @Required @JsonPropertyDescription("The containers beside it that go on running.")
            List<String> running) {}

    /** Whether the run has ended. */
    public boolean terminal() {
        return phase != null && phase.terminal();
    }

    /** This status with another phase and nothing else changed. */
    public MigrationRunStatus withPhase(Phase phase) {
        var draft = new Draft(this);
        draft.phase = phase;
        return draft.done();
    }

    /** This status with the revision of the release, which its Application has not confirmed yet. */
    public MigrationRunStatus withRelease(@Nullable String revision) {
        var draft = new Draft(this);
        draft.revision = revision;
        draft.verified = false;
        return draft.done();
    }

    /** This status while another run holds the lock. */
    public MigrationRunStatus waiting(Lock lock, String message) {
        var draft = new Draft(this);
        draft.phase = Phase.Waiting;
        draft.message = message;
        draft.lock = lock;
        return draft.done();
    }

    /** This status with the lock that was waited for, or taken at once. */
    public MigrationRunStatus withLock(Lock lock) {
        var draft = new Draft(this);
        draft.lock = lock;
        return draft.done();
    }

    /** This status with what is known of the emitted Job. */
    public MigrationRunStatus running(
            JobReference job, @Nullable String startTime, int attempts, int failed, @Nullable Integer exitCode) {
        var draft = new Draft(this);
        draft.phase = Phase.Running;
        draft.message = null;
        draft.job = job;
        draft.startTime = startTime;
        draft.attempts = attempts;
        draft.failed = failed;
        draft.exitCode = exitCode;
        return draft.done();
    }

    /** This status with the end of a log. */
    public MigrationRunStatus withLog(@Nullable Log log) {
        var draft = new Draft(this);
        draft.log = log;
        return draft.done();
    }

    /** This status with what was changed on the hook Job. */
    public MigrationRunStatus withChanged(Changed changed) {
        var draft = new Draft(this);
        draft.changed = changed;
        return draft.done();
    }

    /** This status with what keeps the pod from starting; null where nothing does. */
    public MigrationRunStatus withBlocked(@Nullable Blocked blocked) {
        var draft = new Draft(this);
        draft.blocked = blocked;
        return draft.done();
    }

    /** This status with what keeps the Job from ending; null where nothing does. */
    public MigrationRunStatus withLingering(@Nullable Lingering lingering) {
        var draft = new Draft(this);
        draft.lingering = lingering;
        return draft.done();
    }

    /** This status with why the cluster took the pod away; null where it did not. */
    public MigrationRunStatus withDisruption(@Nullable String disruption) {
        var draft = new Draft(this);
        draft.disruption = disruption;
        return draft.done();
    }

    /** This status with the image that ran; null where none is known yet. */
    public MigrationRunStatus withImage(@Nullable String image) {
        var draft = new Draft(this);
        draft.image = image;
        return draft.done();
    }

    /** This status with what the built-in engine says; null where it has said nothing. */
    public MigrationRunStatus withResult(@Nullable MigrationResult result) {
        var draft = new Draft(this);
        draft.result = result;
        return draft.done();
    }

    /** This status with how many times the migration was started. */
    public MigrationRunStatus withAttempts(int attempts) {
        var draft = new Draft(this);
        draft.attempts = attempts;
        return draft.done();
    }

    /** This status with its verdict. */
    public MigrationRunStatus concluded(
            Reason reason,
            String message,
            int attempts,
            int failed,
            @Nullable Integer exitCode,
            String completionTime) {
        var draft = new Draft(this);
        draft.phase = reason.phase();
        draft.reason = reason;
        draft.message = message;
        draft.attempts = attempts;
        draft.failed = failed;
        draft.exitCode = exitCode;
        draft.completionTime = completionTime;
        draft.blocked = null;
        draft.lingering = null;
        return draft.done();
    }

    /** A status being changed. Never leaves this class. */
    private static final class Draft {
        private @Nullable Phase phase;
        private @Nullable Reason reason;
        private @Nullable String message;
        private @Nullable String revision;
        private @Nullable Boolean verified;
        private @Nullable Lock lock;
        private @Nullable JobReference job;
        private @Nullable Integer attempts;
        private @Nullable Integer failed;
        private @Nullable Integer exitCode;
        private @Nullable String startTime;
        private @Nullable String completionTime;
        private @Nullable Log log;
        private @Nullable Changed changed;
        private @Nullable Blocked blocked;
        private @Nullable Lingering lingering;
        private @Nullable String disruption;
        private @Nullable String image;
        private @Nullable MigrationResult result;

        Draft(MigrationRunStatus from) {
            phase = from.phase;
            reason = from.reason;
            message = from.message;
            revision = from.revision;
            verified = from.verified;
            lock = from.lock;
            job = from.job;
            attempts = from.attempts;
            failed = from.failed;
            exitCode = from.exitCode;
            startTime = from.startTime;
            completionTime = from.completionTime;
            log = from.log;
            changed = from.changed;
            blocked = from.blocked;
            lingering = from.lingering;
            disruption = from.disruption;
            image = from.image;
            result = from.result;
        }

        MigrationRunStatus done() {
            return new MigrationRunStatus(
                    phase,
                    reason,
                    message,
                    revision,
                    verified,
                    lock,
                    job,
                    attempts,
                    failed,
                    exitCode,
                    startTime,
                    completionTime,
                    log,
                    changed,
                    blocked,
                    lingering,
                    disruption,
                    image,
                    result);
        }
    }
}
