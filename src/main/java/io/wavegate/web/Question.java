package io.wavegate.web;

import io.wavegate.api.ApplicationName;
import io.wavegate.argocd.ApplicationWatch;
import io.wavegate.argocd.WatchedApplication;
import io.wavegate.ledger.Ledger;
import io.wavegate.web.Releases.Progress;
import io.wavegate.web.Releases.Status;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What somebody asks of a commit; it remembers where it has seen that commit, so that it notices when a newer one overtakes it. */
final class Question {
    private final String commit;
    private final Set<ApplicationName> named;
    private final Set<ApplicationName> seen = ConcurrentHashMap.newKeySet();

    /**
     * A question.
     *
     * @param commit the commit, or the version of a chart
     * @param named the Applications in question; empty for all that it is for
     */
    Question(String commit, Set<ApplicationName> named) {
        this.commit = commit;
        this.named = named;
    }

    /** What makes two questions the same. */
    Object key() {
        return Map.entry(commit, named);
    }

    String commit() {
        return commit;
    }

    /**
     * The answer as of now.
     *
     * @param status of them together: failed as soon as one has, overtaken as soon as one was, migrated when all are
     */
    record Answer(Status status, Map<ApplicationName, Progress> applications) {
        /** The first that has this status. */
        Optional<Map.Entry<ApplicationName, Progress>> first(Status status) {
            return applications.entrySet().stream()
                    .filter(one -> one.getValue().status() == status)
                    .findFirst();
        }
    }

    Answer answer(ApplicationWatch watch, Ledger ledger) {
        Function<ApplicationName, Boolean> hasRuns =
                name -> !ledger.verified(name).isEmpty();
        Set<ApplicationName> concerned = named.isEmpty()
                ? Releases.concerned(watch.all(), Releases.known(ledger.all(), commit), commit, hasRuns)
                : named;
        var progress = new TreeMap<ApplicationName, Progress>(Comparator.comparing(ApplicationName::toString));
        Stream.concat(concerned.stream(), named.isEmpty() ? seen.stream() : Stream.empty())
                .distinct()
                .forEach(name -> progress.put(name, progress(watch.find(name), name, ledger)));
        return new Answer(together(progress.values()), progress);
    }

    private Progress progress(Optional<WatchedApplication> application, ApplicationName name, Ledger ledger) {
        if (application.isEmpty()) {
            return Progress.unknown();
        }
        Progress progress = Releases.of(application.get(), ledger.claiming(name), commit, seen.contains(name));
        if (progress.status() != Status.UNKNOWN) {
            seen.add(name);
        }
        return progress;
    }

    private static Status together(Collection<Progress> all) {
        Set<Status> statuses = all.stream().map(Progress::status).collect(Collectors.toSet());
        for (Status first : new Status[] {Status.FAILED, Status.OVERTAKEN}) {
            if (statuses.contains(first)) {
                return first;
            }
        }
        return statuses.isEmpty() || statuses.equals(Set.of(Status.UNKNOWN))
                ? Status.UNKNOWN
                : statuses.equals(Set.of(Status.MIGRATED)) ? Status.MIGRATED : Status.RUNNING;
    }
}
