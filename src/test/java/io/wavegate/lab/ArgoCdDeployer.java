package io.wavegate.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.wavegate.lab.Application.Result;
import io.wavegate.lab.Application.Retry;
import io.wavegate.lab.Application.Sync;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An Argo CD Application. What it shows of hooks that failed, or that Wavegate has left out, is part of what it tells. */
final class ArgoCdDeployer implements Deployer {
    private final Project project;
    private final Retry retry;
    private @Nullable String first;

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
        project.application().deleteWithItsResources();
        Await.until("the Application to be gone")
                .until(() -> !project.application().exists());
        return SUCCESS;
    }

    /**
     * Whether it has taken a hook of a deletion for done that it had only just created: a pass that does not see the hook yet finds that
     * it exists already, and deletes it with all else (argoproj/argo-cd#29100, controller/hook.go, executeHooks). Its log says so.
     */
    boolean hasSkippedAHook() {
        try (Stream<String> log = Files.lines(project.lab().log("argocd-application-controller"), ISO_8859_1)) {
            return log.anyMatch(line -> line.contains("Hook resource")
                    && line.contains("already exists, skipping")
                    && line.contains(project.namespace()));
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

    private static String told(Sync sync, Predicate<Result> which) {
        String outcome = sync.phase().equals("Succeeded") ? SUCCESS : sync.phase() + ": " + sync.message();
        Stream<String> hooks = sync.resources().stream()
                .filter(result -> !result.hookType().isEmpty())
                .filter(which)
                .sorted(Comparator.comparing(Result::name))
                .map(result -> result.name() + ": " + result.message());
        return Stream.concat(Stream.of(outcome), hooks).collect(Collectors.joining("\n"));
    }

    private static boolean worthSaying(Result result) {
        return result.hookPhase().equals("Failed") || result.message().startsWith("NotForThisEvent");
    }
}
