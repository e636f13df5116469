package io.wavegate.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.wavegate.lab.Application.Result;
import io.wavegate.lab.Application.Retry;
import io.wavegate.lab.Application.Sync;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An Argo CD Application. What it shows of hooks that failed, or that Wavegate has left out, is part of what it tells. */
final class ArgoCdDeployer implements Deployer {
    private final Project project;
    private final Retry retry;
    private @Nullable String first;
    /** It has shown the outcome of a hook Job that was there before for that of the one that took its place. */
    private boolean tookOneForAnother;

    /**
     * Releases into this project.
     *
     * @param retry how a failed sync is repeated
     */
    ArgoCdDeployer(Project project, Retry retry) {
        this.project = project;
        this.retry = retry;
    }

    @Override
    public String install(Chart chart) {
        first = commit(chart);
        return told(project.application().awaitEnded(first));
    }

    @Override
    public String upgrade(Chart chart) {
        return told(project.application().awaitEnded(commit(chart)));
    }

    /** Commits it, which starts a sync; returns at once. */
    String commit(Chart chart) {
        return project.commit(retry, chart);
    }

    @Override
    public String rollback() {
        if (first == null) {
            throw new IllegalStateException("nothing was installed yet");
        }
        project.application().byHandOnly();
        return told(project.application().syncByHand(first));
    }

    @Override
    public String test() {
        return "Argo CD has no such step";
    }

    @Override
    public String uninstall() {
        project.application().deleteWithItsResourcesAtRest();
        Await.until("the Application to be gone, or to be stuck by Argo CD's own doing")
                .until(() -> !project.application().exists() || hasForgottenHooks());
        // One of the hooks may go at this very moment.
        Await.until("the Application to be gone").ignoreExceptions().until(() -> {
            if (project.application().exists()) {
                project.letHooksGo();
            }
            return !project.application().exists();
        });
        return SUCCESS;
    }

    /** Whether a race of Argo CD's own has decided what came of this; hooks that it forgets are let go all the same. */
    boolean hasRaced() {
        return tookOneForAnother || hasSkippedAHook();
    }

    /**
     * Whether it has taken a hook of a deletion for done that it had only just created: a pass that does not see the hook yet finds that
     * it exists already, and deletes it with all else (argoproj/argo-cd#29100, controller/hook.go, executeHooks). Its log says so.
     */
    private boolean hasSkippedAHook() {
        return hasLogged("Hook resource", "already exists, skipping");
    }

    /**
     * Whether a second pass over the deletion found a hook gone that the first had deleted, and gave up: the finalizers of the other
     * hooks may stay for good then, since no later pass touches anything while something is being deleted (controller/appcontroller.go,
     * finalizeApplicationDeletion).
     */
    private boolean hasForgottenHooks() {
        return hasLogged("Unable to delete application resources", "not found");
    }

    private boolean hasLogged(String... words) {
        try (Stream<String> log = Files.lines(project.lab().log("argocd-application-controller"), ISO_8859_1)) {
            return log.anyMatch(line ->
                    line.contains(project.namespace()) && Stream.of(words).allMatch(line::contains));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What Argo CD shows of a sync that has ended. */
    String told(Sync sync) {
        return told(sync, ArgoCdDeployer::worthSaying);
    }

    /** The same with what it shows of every hook Job. */
    String toldOfAll(Sync sync) {
        return told(sync, result -> result.kind().equals("Job"));
    }

    private String told(Sync sync, Predicate<Result> which) {
        tookOneForAnother |= sync.resources().stream().anyMatch(this::isOfAnother);
        String outcome = sync.phase().equals("Succeeded") ? SUCCESS : sync.phase() + ": " + sync.message();
        Stream<String> hooks = sync.resources().stream()
                .filter(result -> !result.hookType().isEmpty())
                .filter(which)
                .sorted(Comparator.comparing(Result::name))
                .map(result -> result.name() + ": " + result.message());
        return Stream.concat(Stream.of(outcome), hooks).collect(Collectors.joining("\n"));
    }

    /**
     * Whether this is not what the hook Job itself says. Argo CD deletes a hook and creates it anew, and where its cache still has the
     * old one it takes that one's end for the new one's (argoproj/argo-cd#10077, argoproj/gitops-engine#446).
     */
    private boolean isOfAnother(Result result) {
        // One that could not be applied has no end.
        if (!result.kind().equals("Job")
                || !result.status().equals("Synced")
                || !Set.of("Succeeded", "Failed").contains(result.hookPhase())) {
            return false;
        }
        Job live = project.liveJobs().withName(result.name()).get();
        return live != null
                && live.getMetadata().getDeletionTimestamp() == null
                && (Hook.finished(live)
                        ? !Hook.message(live).equals(result.message())
                        : result.hookPhase().equals("Succeeded"));
    }

    private static boolean worthSaying(Result result) {
        return result.hookPhase().equals("Failed") || result.message().startsWith("NotForThisEvent");
    }
}
