package io.wavegate.lab;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A git repository on this machine, which Argo CD reads as {@code file:///...}. */
final class Repository {
    private static final Map<String, String> AUTHOR = Map.of(
            "GIT_AUTHOR_NAME", "suite",
            "GIT_AUTHOR_EMAIL", "suite@example.org",
            "GIT_COMMITTER_NAME", "suite",
            "GIT_COMMITTER_EMAIL", "suite@example.org");

    private final Path folder;

    Repository(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        git("init", "--quiet", "--initial-branch=main");
    }

    String url() {
        return folder.toUri().toString().replaceAll("/$", "");
    }

    /**
     * One commit in which the repository holds exactly these manifests.
     *
     * @return the commit's hash
     */
    String commit(String message, HasMetadata... manifests) {
        Map<String, String> files = new LinkedHashMap<>();
        for (HasMetadata manifest : manifests) {
            String file = manifest.getKind().toLowerCase(Locale.ROOT) + "-"
                    + manifest.getMetadata().getName() + ".yaml";
            files.put(file, Serialization.asYaml(manifest));
        }
        return commit(message, files);
    }

    /**
     * One commit in which the repository holds exactly these files.
     *
     * @param files path to content
     * @return the commit's hash
     */
    String commit(String message, Map<String, String> files) {
        try {
            git("rm", "-r", "--quiet", "--ignore-unmatch", ".");
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = folder.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        git("add", "--all");
        git("commit", "--quiet", "--allow-empty", "--message", message);
        return git("rev-parse", "HEAD").strip();
    }

    /** A clone of somebody who commits there, and pushes when they like. */
    Clone cloned(Path into) {
        git("clone", "--quiet", folder.toString(), into.toString());
        // The branch that is checked out here is pushed to; nobody looks at the files of this folder.
        git("config", "receive.denyCurrentBranch", "ignore");
        return new Clone(new Repository(into));
    }

    /** See {@link #cloned}. */
    record Clone(Repository repository) {
        /** A commit that nobody else knows of yet. */
        String commit(String message, HasMetadata... manifests) {
            return repository.commit(message, manifests);
        }

        void push() {
            repository.git("push", "--quiet", "origin", "HEAD:main");
        }
    }

    private String git(String... arguments) {
        List<String> line = new ArrayList<>(List.of("git", "-c", "commit.gpgsign=false"));
        line.addAll(List.of(arguments));
        return Command.run(folder, AUTHOR, Duration.ofSeconds(30), line).succeeded();
    }
}
