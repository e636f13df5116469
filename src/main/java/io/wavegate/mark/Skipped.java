package io.wavegate.mark;

import io.wavegate.argocd.WatchedApplication;
import io.wavegate.argocd.WatchedApplication.JobName;
import io.wavegate.argocd.WatchedApplication.Sync;
import io.wavegate.ledger.Entry;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether an Application has been deployed past its migrations. Argo CD runs no hook in a self-heal, in a sync of selected resources and
 * in a rollback that only applies, and starts no sync at all for a commit that changes nothing but a hook (facts: argocd.md section 4).
 * SkippedTest is the table.
 *
 * <p>What is deployed is told by the images of the Application's pods, of those repositories that the hook uses itself; where there is
 * none such, by the revision, unless the Application is a folder of a repository: most commits to it change other folders. An image that
 * a hook's own pod left behind is not taken for a deployed one.
 */
final class Skipped {
    private static final int LONGEST = 4;

    private final WatchedApplication application;
    private final OwnRuns runs;

    private Skipped(WatchedApplication application, OwnRuns runs) {
        this.application = application;
        this.runs = runs;
    }

    /**
     * The message of the warning.
     *
     * @param application where it stands
     * @param runs its own runs
     * @param before the message of the warning that it has, or null
     * @return empty where nothing was skipped, as far as that can be told; it stays as it was while a sync goes on, after one that has
     *     failed without the migration, and after a dry run
     */
    static Optional<String> message(WatchedApplication application, OwnRuns runs, @Nullable String before) {
        Sync sync = application.sync().orElse(null);
        if (sync == null || runs.all().isEmpty()) {
            return Optional.empty();
        }
        boolean tells = sync.succeeded() && !sync.dryRun();
        if (!tells) {
            return hasMigrated(sync, runs) ? Optional.empty() : Optional.ofNullable(before);
        }
        return new Skipped(application, runs).message(sync);
    }

    private static boolean hasMigrated(Sync sync, OwnRuns runs) {
        return !sync.running()
                && runs.all().stream()
                        .anyMatch(run -> run.succeeded() && sync.startedAt().equals(run.operation()));
    }

    private Optional<String> message(Sync sync) {
        var parts = new TreeMap<String, String>();
        for (List<Entry> ofHook : runs.byHook().values()) {
            part(sync, ofHook).ifPresent(part -> parts.put(ofHook.get(0).hookPath(), part));
        }
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", parts.values()));
    }

    private Optional<String> part(Sync sync, List<Entry> ofHook) {
        Entry last = ofHook.stream().max(Entry.LATEST).orElseThrow();
        Optional<Entry> succeeded = ofHook.stream().filter(Entry::succeeded).max(Entry.LATEST);
        if (succeeded.isEmpty()) {
            return Optional.empty();
        }
        if (!sync.runsHooks() && !ranIn(sync, last)) {
            return difference(sync.revisions(), ofHook, succeeded.get(), last)
                    .map(what ->
                            ("%s was deployed by %s, and Argo CD runs no hook in one: the migration of %s was not run. The last that"
                                            + " succeeded was of %s (migrationrun/%s). Sync the application whole to run it.")
                                    .formatted(
                                            what,
                                            kind(sync),
                                            last.hookPath(),
                                            of(succeeded.get()),
                                            succeeded.get().name()));
        }
        Set<String> compared = application.compared();
        return sync.runsHooks()
                        && ranIn(sync, last)
                        && application.synced()
                        && application.whole()
                        && !compared.isEmpty()
                        && !sharesAny(compared, sync.revisions())
                        && deployed(ofHook).isEmpty()
                        && unlike(compared, succeeded.get())
                ? Optional.of(
                        ("Revision %s is in sync without having been synced: Argo CD starts no sync for a commit that changes only"
                                        + " hooks. If it changes %s, its migration was not run; the last that succeeded was of %s (migrationrun/%s)."
                                        + " Sync the application to run it.")
                                .formatted(
                                        names(compared),
                                        last.hookPath(),
                                        of(succeeded.get()),
                                        succeeded.get().name()))
                : Optional.empty();
    }

    /** Its record belongs to the operation, or the operation lists its hook, which had its answer without a record then. */
    private static boolean ranIn(Sync sync, Entry last) {
        return sync.startedAt().equals(last.operation()) || sync.jobs().stream().anyMatch(job -> isOf(last, job));
    }

    private static boolean isOf(Entry run, JobName job) {
        return job.namespace().equals(run.namespace())
                && (job.name().equals(run.hookName()) || job.name().startsWith(run.hook() + "-"));
    }

    private Optional<String> difference(Set<String> revisions, List<Entry> ofHook, Entry succeeded, Entry last) {
        Set<String> images = deployed(ofHook);
        if (images.isEmpty()) {
            return application.whole() && unlike(revisions, succeeded)
                    ? Optional.of("Revision " + names(revisions))
                    : Optional.empty();
        }
        images.removeAll(succeeded.images());
        if (last.failed()) {
            images.removeAll(last.images());
        }
        // Until a rollout is done the pods of the release before are there too.
        if (!application.healthy()) {
            ofHook.stream().filter(Entry::succeeded).forEach(run -> images.removeAll(run.images()));
        }
        return images.isEmpty() ? Optional.empty() : Optional.of("Image " + names(images));
    }

    private static boolean unlike(Set<String> revisions, Entry run) {
        return !revisions.isEmpty() && !run.revisions().isEmpty() && !sharesAny(revisions, run.revisions());
    }

    private static boolean sharesAny(Set<String> some, Set<String> others) {
        return some.stream().anyMatch(others::contains);
    }

    /** The images that its pods run, of the repositories that the hook's runs used. */
    private Set<String> deployed(List<Entry> ofHook) {
        Set<String> repositories = ofHook.stream()
                .flatMap(run -> run.images().stream())
                .map(Skipped::repository)
                .collect(Collectors.toSet());
        return application.images().stream()
                .filter(image -> repositories.contains(repository(image)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** An image's name without tag and digest: {@code registry:5000/shop/web:1.2@sha256:..} is {@code registry:5000/shop/web}. */
    static String repository(String image) {
        String name = image.contains("@") ? image.substring(0, image.indexOf('@')) : image;
        int tag = name.lastIndexOf(':');
        return tag > name.lastIndexOf('/') ? name.substring(0, tag) : name;
    }

    private static String kind(Sync sync) {
        return sync.selfHeal()
                ? "a self-heal"
                : sync.partial() ? "a sync of selected resources" : "a sync that only applies, as a rollback does";
    }

    private static String of(Entry run) {
        return run.images().isEmpty() || run.images().size() > LONGEST
                ? "revision " + names(run.revisions())
                : names(run.images());
    }

    private static String names(Set<String> some) {
        Stream<String> sorted = some.stream().sorted();
        return some.size() <= LONGEST
                ? sorted.collect(Collectors.joining(", "))
                : sorted.limit(LONGEST).collect(Collectors.joining(", ")) + " and more";
    }
}
