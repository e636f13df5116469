package io.wavegate.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** What a person needs to find out why a test failed, written into the test's folder before its namespace goes. */
final class Evidence {
    /** Argo CD's log is that of the whole lab; its end covers any one test. */
    private static final int ARGOCD_LINES = 3_000;

    private final Project project;
    private final Controller controller;
    private final Path folder;

    Evidence(Project project, Controller controller, Path folder) {
        this.project = project;
        this.controller = controller;
        this.folder = folder;
    }

    void keep() {
        String namespace = project.namespace();
        write(
                "objects.yaml",
                kubectl(
                        "get",
                        "jobs,pods,migrationruns,deployments,resourcequotas",
                        "--output=yaml",
                        "--namespace",
                        namespace));
        write(
                "events.txt",
                kubectl("get", "events", "--sort-by=.lastTimestamp", "--output=wide", "--namespace", namespace));
        write(
                "pods.log",
                project.pods().everSeen().stream()
                        .map(pod -> pod.getMetadata().getName())
                        .map(pod -> kubectl("logs", pod, "--all-containers", "--prefix", "--namespace", namespace))
                        .collect(Collectors.joining("\n")));
        if (project.hasApplication()) {
            write(
                    "application.yaml",
                    kubectl(
                            "get",
                            "applications.argoproj.io",
                            project.application().name(),
                            "--output=yaml",
                            "--namespace",
                            Lab.ARGOCD));
            write("argocd-application-controller.log", end(project.lab().log("argocd-application-controller")));
        }
        write("controller.log", controller.log());
        write("chronicle.txt", chronicle());
    }

    /** Every version of every object, in the order in which the API server wrote them. */
    private String chronicle() {
        List<Chronicle.Sighting<? extends HasMetadata>> all = new ArrayList<>();
        all.addAll(project.jobs().sightings());
        all.addAll(project.pods().sightings());
        all.addAll(project.runs().sightings());
        all.sort(Comparator.comparing(Chronicle.Sighting::version));
        return all.stream()
                .map(sighting -> "--- %s %s %s/%s%n%s"
                        .formatted(
                                sighting.at(),
                                sighting.deleted() ? "DELETED" : "version",
                                sighting.object().getKind(),
                                sighting.object().getMetadata().getName(),
                                Serialization.asYaml(sighting.object())))
                .collect(Collectors.joining("\n"));
    }

    private String kubectl(String... arguments) {
        return project.lab().tryKubectl(arguments).output();
    }

    private static String end(Path log) {
        try {
            if (!Files.isReadable(log)) {
                return "not readable here: " + log;
            }
            List<String> lines = Files.readAllLines(log, UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - ARGOCD_LINES), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String file, String content) {
        try {
            Files.writeString(folder.resolve(file), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
