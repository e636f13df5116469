package io.wavegate.web;

import io.wavegate.api.ApplicationName;
import io.wavegate.api.Reason;
import io.wavegate.argocd.WatchedApplication;
import io.wavegate.ledger.Entry;
import io.wavegate.mark.Condition;
import io.wavegate.mark.OwnRuns;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How far an Application has come with a commit: a pure function, whose table is ReleasesTest. */
final class Releases {
    private Releases() {}

    /** How far. */
    enum Status {
        /** Nobody has seen that commit there. */
        UNKNOWN(404, false),
        /** It is known and not there yet. */
        RUNNING(202, false),
        /** A full sync of it that runs hooks has succeeded, and with it its migrations; or it is in sync, with nothing to be synced. */
        MIGRATED(200, true),
        /** A migration of it failed, or its sync did. */
        FAILED(424, true),
        /** It was there, and a newer commit took its place before it was migrated. */
        OVERTAKEN(409, true);

        private final int code;
        private final boolean last;

        Status(int code, boolean last) {
            this.code = code;
            this.last = last;
        }

        /** The HTTP status of it. */
        int code() {
            return code;
        }

        /** Whether waiting longer can not change it. */
        boolean isLast() {
            return last;
        }

        /** As the API spells it. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * An Application and a commit.
     *
     * @param reason of a failure: a {@link Reason}, SyncFailed or MigrationSkipped
     * @param message of a failure
     * @param runs the last run of each hook
     */
    record Progress(
            Status status,
            @Nullable String reason,
            @Nullable String message,
            List<Entry> runs) {
        private static Progress of(Status status, List<Entry> runs) {
            return new Progress(status, null, null, runs);
        }

        /** Of an Application of which nothing is known. */
        static Progress unknown() {
            return of(Status.UNKNOWN, List.of());
        }
    }

    /**
     * Where an Application stands now, whatever commit it is at.
     *
     * @param application absent where there is none of that name
     * @param claiming the records that claim it
     */
    static Progress now(Optional<WatchedApplication> application, Collection<Entry> claiming) {
        if (application.isEmpty()) {
            return Progress.unknown();
        }
        var own = OwnRuns.of(application.get(), claiming);
        List<Entry> last = own.lastOfEachHook();
        if (last.isEmpty()) {
            return Progress.unknown();
        }
        if (last.stream().anyMatch(run -> !run.terminal())) {
            return Progress.of(Status.RUNNING, last);
        }
        return own.failing().stream()
                .findFirst()
                .map(failed -> new Progress(Status.FAILED, String.valueOf(failed.reason()), failed.message(), last))
                .or(() -> application
                        .get()
                        .condition(Condition.SKIPPED)
                        .map(condition -> new Progress(
                                Status.FAILED, "MigrationSkipped", String.valueOf(condition.get("message")), last)))
                .orElseGet(() -> Progress.of(Status.MIGRATED, last));
    }

    /**
     * How far an Application has come with a commit.
     *
     * @param claiming the records that claim it
     * @param seen it had shown the commit before, to somebody who waits
     */
    static Progress of(WatchedApplication application, Collection<Entry> claiming, String commit, boolean seen) {
        var own = OwnRuns.of(application, claiming);
        List<Entry> last = own.only(run -> isOf(run, application, commit)).lastOfEachHook();
        Optional<Entry> failed = last.stream().filter(Entry::failed).findFirst();
        // A dry run deploys nothing, and how it ends says nothing of the commit.
        Optional<WatchedApplication.Sync> sync = application
                .sync()
                .filter(one -> !one.dryRun() && one.revisions().contains(commit));
        List<WatchedApplication.Deployment> migrating = application.migratingSyncs().stream()
                .filter(one -> one.revisions().contains(commit))
                .toList();
        if (failed.isPresent() && !OwnRuns.isOver(failed.get(), migrating)) {
            boolean overtaken = failed.get().reason() == Reason.Aborted && !application.shows(commit);
            return overtaken
                    ? Progress.of(Status.OVERTAKEN, last)
                    : new Progress(
                            Status.FAILED,
                            String.valueOf(failed.get().reason()),
                            failed.get().message(),
                            last);
        }
        if (sync.filter(WatchedApplication.Sync::running).isPresent()) {
            return Progress.of(Status.RUNNING, last);
        }
        if (last.stream().anyMatch(run -> !run.terminal())) {
            // Its verdict comes, or has come and is on its way to us: two watches keep no order.
            return Progress.of(Status.RUNNING, last);
        }
        Optional<String> skipped = skipped(application, own, commit);
        // Older syncs are not told apart, so the warning is believed before them. It may be about to go, so the last
        // sync and a run of this commit are believed before the warning.
        boolean certain = sync.filter(one -> one.succeeded() && one.runsHooks()).isPresent()
                || last.stream().anyMatch(Entry::succeeded);
        if (!migrating.isEmpty() && (certain || skipped.isEmpty())) {
            return Progress.of(Status.MIGRATED, last);
        }
        if (sync.filter(one -> !one.succeeded()).isPresent()) {
            return new Progress(Status.FAILED, "SyncFailed", sync.get().message(), last);
        }
        if (skipped.isPresent()) {
            return new Progress(Status.FAILED, "MigrationSkipped", skipped.get(), last);
        }
        if (application.compared().contains(commit)) {
            return Progress.of(application.synced() && last.isEmpty() ? Status.MIGRATED : Status.RUNNING, last);
        }
        return Progress.of(seen || !last.isEmpty() ? Status.OVERTAKEN : Status.UNKNOWN, last);
    }

    /**
     * The warning, where it is of this commit: of what is compared, or of what the last sync only applied, as a rollback does. Of a sync
     * that ran no hook it is told before the marker has written it: in sync without a warning would be migrated.
     */
    private static Optional<String> skipped(WatchedApplication application, OwnRuns own, String commit) {
        Optional<WatchedApplication.Sync> withoutHooks = application
                .sync()
                .filter(one -> one.succeeded()
                        && !one.runsHooks()
                        && !one.dryRun()
                        && one.revisions().contains(commit));
        if (!application.compared().contains(commit)
                && withoutHooks.filter(WatchedApplication.Sync::applyOnly).isEmpty()) {
            return Optional.empty();
        }
        return application
                .condition(Condition.SKIPPED)
                .map(condition -> String.valueOf(condition.get("message")))
                .or(() -> withoutHooks.flatMap(one -> own.skipped()));
    }

    /** The Applications that have a record of this commit, whatever they show by now. */
    static Set<ApplicationName> known(Collection<Entry> runs, String commit) {
        return runs.stream()
                .filter(run -> run.verified() && run.revisions().contains(commit))
                .flatMap(run -> Optional.ofNullable(run.application()).stream())
                .collect(Collectors.toSet());
    }

    /**
     * The Applications that a commit is for, where none is named: those with migrations that show it or have a record of it, and those
     * that will, since their manifests come from the same place.
     *
     * @param known those that have a record of it
     * @param hasRuns whether an Application has verified records
     */
    static Set<ApplicationName> concerned(
            Collection<WatchedApplication> all,
            Set<ApplicationName> known,
            String commit,
            Function<ApplicationName, Boolean> hasRuns) {
        Set<WatchedApplication.Source> sources = all.stream()
                .filter(application -> application.shows(commit))
                .flatMap(application -> application.sources().stream())
                .collect(Collectors.toSet());
        var names = new HashSet<ApplicationName>();
        all.stream()
                .filter(application -> application.shows(commit)
                        || known.contains(application.name())
                        || application.sources().stream().anyMatch(sources::contains))
                .map(WatchedApplication::name)
                .filter(hasRuns::apply)
                .forEach(names::add);
        return names;
    }

    /** By its revisions; by its operation, where that shows more of them than the record could. */
    private static boolean isOf(Entry run, WatchedApplication application, String commit) {
        return run.revisions().contains(commit)
                || (run.operation() != null
                        && (application.sync().stream()
                                        .anyMatch(sync -> sync.startedAt().equals(run.operation())
                                                && sync.revisions().contains(commit))
                                || application.deployments().stream()
                                        .anyMatch(one -> one.startedAt().equals(run.operation())
                                                && one.revisions().contains(commit))));
    }
}
