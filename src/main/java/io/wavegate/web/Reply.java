package io.wavegate.web;

import io.wavegate.api.ApplicationName;
import io.wavegate.argocd.WatchedApplication;
import io.wavegate.ledger.Entry;
import io.wavegate.web.Releases.Progress;
import io.wavegate.web.Releases.Status;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is found, as HTTP tells it to one caller.
 *
 * @param applications where an Application stands, for the commits that it is at
 * @param runs those that an Application has confirmed; in their namespaces it is asked what the caller may see
 * @param caller who asked, and may not see all
 */
record Reply(
        Function<ApplicationName, Optional<WatchedApplication>> applications,
        Function<ApplicationName, List<Entry>> runs,
        Access.Caller caller) {
    /** How an Application stands: 200, 202, 404 or 424. */
    Response of(ApplicationName application, Progress progress) {
        View.Application view = view(application, progress);
        Status status = progress.status();
        return switch (status) {
            case FAILED -> Problem.of(status.code(), detail(application, progress), progress.reason(), List.of(view));
            case UNKNOWN ->
                Problem.of(
                        status.code(),
                        "Application %s is not there, or none of its hooks was ever run by Wavegate. See kubectl get mrun -A."
                                .formatted(application),
                        null,
                        List.of());
            default -> well(status, view);
        };
    }

    /** How far a commit has come: 200, 202, 404, 409 or 424; 504 where it was waited for in vain. */
    Response of(String commit, Question.Answer answer, boolean waited) {
        List<View.Application> views = answer.applications().entrySet().stream()
                .map(one -> view(one.getKey(), one.getValue()))
                .toList();
        Status status = answer.status();
        return switch (status) {
            case MIGRATED -> well(status, new View.Release(commit, status.word(), views));
            case FAILED -> {
                Map.Entry<ApplicationName, Progress> failed =
                        answer.first(status).orElseThrow();
                yield Problem.of(
                        status.code(),
                        detail(failed.getKey(), failed.getValue()),
                        failed.getValue().reason(),
                        views);
            }
            case OVERTAKEN ->
                Problem.of(
                        status.code(),
                        "Application %s has gone on to a newer commit before it had migrated %s."
                                .formatted(answer.first(status).orElseThrow().getKey(), commit),
                        null,
                        views);
            case RUNNING ->
                waited
                        ? Problem.of(
                                504,
                                "Commit %s is under way and not migrated yet; ask again to wait longer."
                                        .formatted(commit),
                                null,
                                views)
                        : well(status, new View.Release(commit, status.word(), views));
            case UNKNOWN ->
                waited
                        ? Problem.of(
                                504,
                                "No Application has shown commit %s within the time. Does Argo CD know of it (webhook, refresh), is the name right?"
                                        .formatted(commit),
                                null,
                                views)
                        : Problem.of(
                                status.code(),
                                "No Application shows commit %s, as far as Argo CD has told yet; with ?wait=10m it is waited for."
                                        .formatted(commit),
                                null,
                                views);
        };
    }

    /** It changes from one moment to the next, so nobody on the way may keep it. */
    private static Response well(Status status, Object entity) {
        return Response.status(status.code())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(entity)
                .build();
    }

    private View.Application view(ApplicationName name, Progress progress) {
        boolean told = isTold(name, progress);
        return new View.Application(
                name.namespace(),
                name.name(),
                progress.status().word(),
                progress.reason(),
                told && caller.isKnown() ? progress.message() : null,
                told
                        ? applications
                                .apply(name)
                                .flatMap(WatchedApplication::sync)
                                .map(sync -> (Set<String>) new TreeSet<>(sync.revisions()))
                                .orElse(Set.of())
                        : Set.of(),
                progress.runs().stream()
                        .map(run -> View.of(run, caller.isKnown(), null))
                        .toList());
    }

    /**
     * Whether more is told of an Application than how it stands. Who may see the runs of its hooks may see what Argo CD says of it; of
     * one without any there is nobody whom Kubernetes' rules would name, and every token of the cluster could ask.
     *
     * @throws jakarta.ws.rs.WebApplicationException 403 where the caller may not see the runs that it has, whatever commit they are of
     */
    private boolean isTold(ApplicationName name, Progress progress) {
        Set<String> namespaces = Stream.concat(runs.apply(name).stream(), progress.runs().stream())
                .map(Entry::namespace)
                .collect(Collectors.toCollection(TreeSet::new));
        namespaces.forEach(caller::mustRead);
        return !namespaces.isEmpty();
    }

    private String detail(ApplicationName name, Progress progress) {
        if (!isTold(name, progress)) {
            return "Application %s: %s. Wavegate has no run of it, so Argo CD alone says more: argocd app get %s."
                    .formatted(name, progress.reason(), name);
        }
        return caller.isKnown() && progress.message() != null
                ? "Application %s: %s".formatted(name, progress.message())
                : "Application %s: %s. With a token there is more to read.".formatted(name, progress.reason());
    }
}
