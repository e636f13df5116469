package io.wavegate.gate;

import io.wavegate.api.MigrationRun;
import io.wavegate.api.Phase;
import io.wavegate.argocd.Before;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which of Helm's events a sync of Argo CD is, as far as it can be known. Argo CD makes one phase of {@code pre-install} and {@code
 * pre-upgrade} (facts: argocd.md section 4), and none of {@code pre-rollback}. A hook Job that is for another event is left out; since a
 * migration that is left out by mistake is the worst that can happen, an event is found only where nothing speaks against it, and in
 * doubt every hook Job is run. {@code SyncEventTest} is the table.
 *
 * <ul>
 *   <li><b>upgrade</b>: a sync of this Application has succeeded (its history), or a run of this hook has succeeded in an earlier sync
 *       of this same Application, or a workload was live before the Application's first sync (it was created anew, or took over what was
 *       there). The last says nothing of a hook that has failed before, nor of one for after the sync: an earlier sync may have applied
 *       the workload and ended before that hook's turn.
 *   <li><b>install</b>: none of that, no record of this hook at all and nothing of the Application live before.
 *   <li><b>rollback</b>: the sync is of a revision that the history has, first deployed before the one that is deployed now. So {@code A,
 *       B, A} ends in a rollback, and another {@code B} is no rollback, but an upgrade. A {@code git revert} is a new revision, hence an
 *       upgrade; Argo CD's own rollback runs no hooks at all.
 * </ul>
 *
 * @param kind what it is; null where that is not known, or the sync is none of Argo CD's
 * @param why in words that go on after "since"
 */
record SyncEvent(@Nullable Kind kind, String why) {
    /** No sync of Argo CD: the Helm CLI, kubectl, a deletion. The tool that made the hook Job has chosen the event itself. */
    static final SyncEvent NONE = new SyncEvent(null, "no sync of Argo CD made the hook Job");

    /** Much more than Argo CD takes from the beginning of a sync to the write of what it had compared. */
    private static final Duration TELLS_WITHIN = Duration.ofSeconds(5);

    /** What follows pre- or post- in the name of a Helm event; as stored. */
    enum Kind {
        /** The first of the Application. */
        install,
        /** A later one. */
        upgrade,
        /** Back to a revision that was deployed before. */
        rollback
    }

    /**
     * A record of the same hook, of whatever release.
     *
     * @param name the record's name
     * @param release its {@code spec.release.id}, under Argo CD {@code <Application uid>/<startedAt>}
     * @param event its {@code spec.release.event}, or null
     * @param succeeded it ended so
     */
    record Trace(String name, String release, @Nullable String event, boolean succeeded) {
        static Trace of(MigrationRun run) {
            return new Trace(
                    run.getMetadata().getName(),
                    run.getSpec().release().id(),
                    run.getSpec().release().event(),
                    run.statusOrEmpty().phase() == Phase.Succeeded);
        }
    }

    /**
     * What is known of a running sync.
     *
     * @param release the record's {@code spec.release.id}
     * @param application the Application's uid
     * @param history the revisions of its syncs that succeeded, oldest first
     * @param revision what is synced, or null
     * @param before what was live before
     * @param events the events that the hook Job is for
     * @param traces all records of the hook
     */
    record Sync(
            String release,
            String application,
            List<String> history,
            @Nullable String revision,
            Before before,
            Set<String> events,
            List<Trace> traces) {}

    /**
     * What was live before a sync. Where another hook of the same sync has found that it installs, that holds: by now the Application
     * shows the images of that hook's own pods.
     *
     * @param told as the Application tells now
     * @param records of the hook's namespace, whatever hook they are of
     */
    static Before before(Before told, String release, Stream<MigrationRun> records) {
        return records.map(run -> run.getSpec().release())
                        .anyMatch(run ->
                                run.id().equals(release) && Kind.install.name().equals(run.event()))
                ? Before.NOTHING
                : told;
    }

    /** The rules, first match wins. */
    static SyncEvent of(Sync sync) {
        for (Trace trace : sync.traces()) {
            if (trace.release().equals(sync.release())) {
                return new SyncEvent(kind(trace.event()), "that was found when this sync first made the hook Job");
            }
        }
        return sync.history().isEmpty() ? first(sync) : later(sync.history(), sync.revision());
    }

    private static SyncEvent later(List<String> history, @Nullable String revision) {
        String last = history.get(history.size() - 1);
        int at = revision == null ? -1 : history.indexOf(revision);
        return at >= 0 && at < history.indexOf(last)
                ? new SyncEvent(
                        Kind.rollback,
                        "revision %s was first deployed before %s, which is deployed now".formatted(revision, last))
                : new SyncEvent(Kind.upgrade, "Argo CD's history of the Application has revision %s".formatted(last));
    }

    private static SyncEvent first(Sync sync) {
        List<Trace> own = sync.traces().stream()
                .filter(trace -> trace.release().startsWith(sync.application() + "/"))
                .toList();
        for (Trace trace : own) {
            if (trace.succeeded()) {
                return new SyncEvent(
                        Kind.upgrade,
                        "migrationrun/%s of this hook has succeeded in an earlier sync".formatted(trace.name()));
            }
        }
        if (sync.before() == Before.WORKLOAD && own.isEmpty() && areAllBefore(sync.events())) {
            return new SyncEvent(Kind.upgrade, "a workload of the Application was live before its first sync");
        }
        if (sync.before() == Before.NOTHING && sync.traces().isEmpty()) {
            return new SyncEvent(
                    Kind.install,
                    "Argo CD's history of the Application is empty, there is no record of this hook, and nothing of the Application"
                            + " was live");
        }
        return new SyncEvent(null, "Argo CD's history, the records and what is live do not tell it");
    }

    private static boolean areAllBefore(Set<String> events) {
        return events.stream().allMatch(event -> event.startsWith("pre-"));
    }

    private static @Nullable Kind kind(@Nullable String stored) {
        for (Kind kind : Kind.values()) {
            if (kind.name().equals(stored)) {
                return kind;
            }
        }
        return null;
    }

    /**
     * Whether a hook Job for these events may be left out at an install: only for such a one are the records read from the API server,
     * since a cache that is behind must not leave it out.
     */
    static boolean asksForRecords(List<String> history, Set<String> events) {
        return history.isEmpty() && !events.isEmpty() && !kinds(events).contains(Kind.install.name());
    }

    /**
     * Whether a hook Job would be run in doubt only because Argo CD has not written yet what was live: moments later it has. One that is
     * older, or of another clock's future, is not kept waiting.
     *
     * @param age since the hook Job was created
     */
    static boolean isTooEarly(Before before, List<String> history, Set<String> events, Duration age) {
        return before == Before.NOT_YET
                && asksForRecords(history, events)
                && !age.isNegative()
                && age.compareTo(TELLS_WITHIN) < 0;
    }

    /**
     * Whether a hook Job for these events is run. Whether pre or post is Argo CD's to say, by its phase. A Job for upgrades is run at a
     * rollback too, as Argo CD does it: forward again it would have to, and no history tells for certain which way it goes.
     *
     * @param events Helm events; none: it names none that is told apart, and is always run
     */
    boolean concerns(Set<String> events) {
        Set<String> kinds = kinds(events);
        return kind == null
                || kinds.isEmpty()
                || kinds.contains(kind.name())
                || (kind == Kind.rollback && kinds.contains(Kind.upgrade.name()));
    }

    /** With its article: an install. */
    @Override
    public String toString() {
        return kind == null ? "an event that is not known" : (kind == Kind.rollback ? "a " : "an ") + kind;
    }

    private static Set<String> kinds(Set<String> events) {
        return events.stream()
                .map(event -> event.substring(event.indexOf('-') + 1))
                .collect(Collectors.toSet());
    }
}
