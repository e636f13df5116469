package io.wavegate.gate;

import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunSpec;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Options;
import io.wavegate.api.Options.RunPolicy;
import io.wavegate.api.Options.SyncRetry;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.api.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The release that a hook Job belongs to, and whether it has an answer without being run.
 *
 * @param id the record's {@code spec.release.id}
 * @param hook the hook Job's name
 * @param fingerprint the hook Job's fingerprint
 * @param options what the hook Job asks for
 * @param operation it is one of a running sync operation of Argo CD
 * @param endless Argo CD retries that operation without end
 * @param problem the hook Job can not be run, which its record is to say
 * @param asked when
 * @param event what the sync operation is in Helm's words
 * @param events the Helm events that the hook Job is for
 * @param earlier the runs of the same hook that have ended
 */
record Release(
        String id,
        String hook,
        String fingerprint,
        Options options,
        boolean operation,
        boolean endless,
        boolean problem,
        Instant asked,
        SyncEvent event,
        Set<String> events,
        List<Earlier> earlier) {
    /** How long a failure answers for the same release where only the manifest names the release. */
    static final Duration REPLAYED_FOR = Duration.ofMinutes(15);

    /**
     * A run that has ended.
     *
     * @param name the record's name
     * @param release its {@code spec.release.id}
     * @param named what its hook Job's own option called the release, or null
     * @param hook its hook Job's name
     * @param fingerprint its fingerprint
     * @param reason its verdict
     * @param lastLogLines the end of its log, or null
     * @param ended when
     */
    record Earlier(
            String name,
            String release,
            @Nullable String named,
            String hook,
            String fingerprint,
            Reason reason,
            @Nullable String lastLogLines,
            Instant ended) {
        /** A record as a run that has ended; empty where it has not, or tells no time of its end. */
        static Optional<Earlier> of(MigrationRun run) {
            MigrationRunSpec spec = run.getSpec();
            MigrationRunStatus status = run.statusOrEmpty();
            Reason reason = status.reason();
            return !status.terminal() || reason == null
                    ? Optional.empty()
                    : Times.parse(status.completionTime())
                            .map(ended -> new Earlier(
                                    run.getMetadata().getName(),
                                    spec.release().id(),
                                    spec.options() == null
                                            ? null
                                            : spec.options().release(),
                                    spec.hook().name(),
                                    spec.fingerprint(),
                                    reason,
                                    status.log() == null ? null : status.log().lastLines(),
                                    ended));
        }

        boolean succeeded() {
            return reason.phase() == Phase.Succeeded;
        }
    }

    /**
     * A verdict without a run.
     *
     * @param reason AlreadyMigrated, AlreadyFailed or NotForThisEvent
     * @param message the hook Job's, in full
     * @param why for the log
     * @param onTrust only the hook Job's being the same speaks for it, in another release
     */
    record Answer(Reason reason, String message, String why, boolean onTrust) {
        private Answer trusted() {
            return new Answer(reason, message, why, true);
        }
    }

    /**
     * What is answered without running it; empty where the migration is to be run. ReleaseTest is the table. The verdict of this very
     * operation stands before all else: a migration that has failed does not become one that is not for this event.
     */
    Optional<Answer> answer() {
        return problem
                ? Optional.empty()
                : sameOperation()
                        .or(this::sameNamedRelease)
                        .or(this::notForThisEvent)
                        .or(this::unchanged);
    }

    private Optional<Answer> notForThisEvent() {
        return event.concerns(events)
                ? Optional.empty()
                : Optional.of(new Answer(
                        Reason.NotForThisEvent,
                        Reason.NotForThisEvent.sentence(
                                "this sync is taken for %s, since %s; the hook Job is for %s"
                                        .formatted(
                                                event,
                                                event.why(),
                                                events.stream().sorted().collect(Collectors.joining(", "))),
                                null),
                        "it is %s, since %s".formatted(event, event.why()),
                        false));
    }

    /** Argo CD retries an operation by creating the hook Job again: the release is the same, and it has an outcome. */
    private Optional<Answer> sameOperation() {
        return operation
                ? latest(run -> run.release().equals(id) && run.hook().equals(hook))
                        .flatMap(run -> run.succeeded() ? Optional.of(success(run)) : failure(run))
                : Optional.empty();
    }

    /** A failure only: a release that succeeded and comes again, a rollback maybe, is to run. */
    private Optional<Answer> sameNamedRelease() {
        String named = options.release();
        return operation || named == null
                ? Optional.empty()
                : latest(run -> named.equals(run.named())
                                && run.hook().equals(hook)
                                && run.ended().plus(REPLAYED_FOR).isAfter(asked))
                        .filter(run -> !run.succeeded())
                        .flatMap(this::failure);
    }

    private Optional<Answer> unchanged() {
        return options.run() == RunPolicy.OnChange
                ? latest(Earlier::succeeded).map(run -> success(run).trusted())
                : Optional.empty();
    }

    /** A run that never began, or was aborted, is run again: that is what retries are for. */
    private Optional<Answer> failure(Earlier run) {
        SyncRetry retry = options.syncRetry() != null
                ? options.syncRetry()
                : operation && endless ? SyncRetry.Rerun : SyncRetry.Replay;
        return run.reason().ran() && retry == SyncRetry.Replay
                ? Optional.of(answer(
                        Reason.AlreadyFailed,
                        run,
                        "migrationrun/%s of this release has failed with %s, and was not run again"))
                : Optional.empty();
    }

    private static Answer success(Earlier run) {
        return answer(
                Reason.AlreadyMigrated,
                run,
                "migrationrun/%s has run this very migration with the result %s; it was not run again");
    }

    private static Answer answer(Reason reason, Earlier run, String detail) {
        return new Answer(
                reason,
                reason.sentence(detail.formatted(run.name(), run.reason()), run.lastLogLines()),
                "run %s has ended with %s".formatted(run.name(), run.reason()),
                false);
    }

    private Optional<Earlier> latest(Predicate<Earlier> which) {
        return earlier.stream()
                .filter(run -> run.fingerprint().equals(fingerprint))
                .filter(which)
                .max(Comparator.comparing(Earlier::ended));
    }
}
