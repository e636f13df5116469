package io.wavegate.mark;

import io.wavegate.api.Times;
import io.wavegate.argocd.WatchedApplication;
import io.wavegate.ledger.Entry;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The runs that are an Application's own, and what follows from them: the same for its conditions and for the API. */
public final class OwnRuns {
    private final WatchedApplication application;
    private final List<Entry> runs;

    private OwnRuns(WatchedApplication application, List<Entry> runs) {
        this.application = application;
        this.runs = runs;
    }

    /**
     * Those that it has confirmed, and those that the marker is just about to have verified.
     *
     * @param claiming the records that claim it, rightly or not
     */
    public static OwnRuns of(WatchedApplication application, Collection<Entry> claiming) {
        return new OwnRuns(
                application,
                claiming.stream().filter(run -> isConfirmed(run, application)).toList());
    }

    /** Its record says that it was verified, or it would be now; and it is of this very Application, not of one that had the name before. */
    static boolean isConfirmed(Entry run, WatchedApplication application) {
        return (run.applicationUid() == null || run.applicationUid().equals(application.uid()))
                && (run.verified() || application.owns(run.namespace(), run.hookName()));
    }

    /** Those of them that are such. */
    public OwnRuns only(Predicate<Entry> such) {
        return new OwnRuns(application, runs.stream().filter(such).toList());
    }

    /** All of them, in no order. */
    List<Entry> all() {
        return runs;
    }

    /** By {@link Entry#hookPath}. */
    Map<String, List<Entry>> byHook() {
        return runs.stream().collect(Collectors.groupingBy(Entry::hookPath));
    }

    /** The last run of each hook, by the hooks' names. */
    public List<Entry> lastOfEachHook() {
        return byHook().values().stream()
                .map(ofHook -> ofHook.stream().max(Entry.LATEST).orElseThrow())
                .sorted(Comparator.comparing(Entry::hookPath))
                .toList();
    }

    /** The last run of each hook that has failed and was not made good since, by the hooks' names. */
    public List<Entry> failing() {
        List<WatchedApplication.Deployment> syncs = application.migratingSyncs();
        return only(Entry::terminal).lastOfEachHook().stream()
                .filter(Entry::failed)
                .filter(run -> !isOver(run, syncs))
                .toList();
    }

    /**
     * Whether a later full sync has succeeded, with the hook or without it. Where the run's own did all the same, Argo CD has taken another
     * hook's end for this one's (argoproj/argo-cd#10077).
     *
     * @param syncs of {@link WatchedApplication#migratingSyncs}, those to ask
     */
    public static boolean isOver(Entry run, List<WatchedApplication.Deployment> syncs) {
        Instant began = Times.parse(run.operation()).orElse(run.created());
        return syncs.stream()
                .flatMap(sync -> Times.parse(sync.startedAt()).stream())
                .anyMatch(start -> start.isAfter(began));
    }

    /**
     * The message of the warning that a migration was skipped, as it is to be; the Application may not have it yet.
     *
     * @return empty where none was, as far as that can be told
     */
    public Optional<String> skipped() {
        return Skipped.message(application, this, Condition.message(application, Condition.SKIPPED));
    }
}
