package io.wavegate.lab;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * {@code make bench-instead}: the same migration, good and broken, by the ways that people migrate without Wavegate and by Wavegate, each for
 * three replicas under the real Argo CD with its five retries. Prints the table of the README and judges nothing.
 */
@LabTest
class InsteadBench {
    private static final int REPLICAS = 3;
    private static final Duration WATCHED = Duration.ofSeconds(90);

    private enum Way {
        START_SCRIPT("start script"),
        INIT_CONTAINER("init container"),
        ARGO_CD("Argo CD hook by hand"),
        WAVEGATE("Wavegate");

        private final String words;

        Way(String words) {
            this.words = words;
        }
    }

    @Test
    void table(Lab lab, Controller controller) {
        var projects = new LinkedHashMap<Way, Project>();
        for (Way way : Way.values()) {
            String name = "instead-" + way.words.toLowerCase(Locale.ROOT).replace(' ', '-') + "-"
                    + Long.toString(System.nanoTime(), 36);
            projects.put(way, new Project(lab, name, LabExtension.emptied(Path.of("target", "lab", name))));
        }
        projects.forEach((way, project) ->
                project.commit(Application.Retry.times(5), "good", release(project, way, "v1", "exit_code=0")));
        projects.values().forEach(project -> {
            Await.until("three to serve").until(() -> serving(project, "v1"), count -> count == REPLICAS);
            Await.until("the sync to end")
                    .until(() -> project.application().sync().ended());
        });
        projects.forEach((way, project) ->
                project.commit(Application.Retry.times(5), "broken", release(project, way, "v2", "exit_code=1")));
        Await.throughout(WATCHED, "the broken release to be watched", () -> {});

        row("", "a good one ran", "at once", "a broken one ran", "its sync", "condition", "old pods", "new pods");
        projects.forEach((way, project) -> row(
                way.words,
                count(project, "v1") + " times",
                Integer.toString(atOnce(project)),
                count(project, "v2") + " times",
                project.application().sync().phase(),
                project.application().conditions(Application.MIGRATION_ERROR).isEmpty() ? "none" : "MigrationError",
                Long.toString(serving(project, "v1")),
                Long.toString(project.webPods().stream()
                        .filter(pod -> "v2".equals(pod.getMetadata().getLabels().get("release")))
                        .count())));
        projects.values().forEach(Project::close);
    }

    private static void row(String... cells) {
        System.out.printf("%-22s %15s %8s %17s %10s %15s %9s %9s%n", (Object[]) cells);
    }

    /** The Deployment of a release, and its migration in the way. */
    private static HasMetadata[] release(Project project, Way way, String version, String setting) {
        String[] migration = {
            setting,
            HookJob.trace("runs", version + " begins"),
            "sleep 3",
            HookJob.trace("runs", version + " ends"),
            "[ $exit_code = 0 ] || exit $exit_code"
        };
        HookJob hook = project.hookJob("migrate").script(migration);
        Deployment web = project.web(version, REPLICAS);
        return switch (way) {
            case START_SCRIPT -> new HasMetadata[] {inItsPods(web, hook, true)};
            case INIT_CONTAINER -> new HasMetadata[] {inItsPods(web, hook, false)};
            case ARGO_CD -> new HasMetadata[] {web, hook.plain().manifest()};
            case WAVEGATE -> new HasMetadata[] {web, hook.manifest()};
        };
    }

    /** The Deployment whose pods do what the hook would, before they serve. */
    private static Deployment inItsPods(Deployment web, HookJob hook, boolean startScript) {
        PodSpec job = hook.manifest().getSpec().getTemplate().getSpec();
        Container migration = job.getContainers().get(0);
        Deployment migrating = new DeploymentBuilder(web).build();
        PodSpec pod = migrating.getSpec().getTemplate().getSpec();
        pod.setVolumes(job.getVolumes());
        if (startScript) {
            Container serving = pod.getContainers().get(0);
            serving.setCommand(List.of("sh", "-c", migration.getCommand().get(2) + "\nexec sleep 100000"));
            serving.setVolumeMounts(migration.getVolumeMounts());
        } else {
            pod.setInitContainers(List.of(migration));
        }
        return migrating;
    }

    private static long count(Project project, String version) {
        return project.lines("runs").stream()
                .filter(line -> line.equals(version + " begins"))
                .count();
    }

    private static int atOnce(Project project) {
        int now = 0;
        int most = 0;
        for (String line : project.lines("runs")) {
            now += line.endsWith("begins") ? 1 : -1;
            most = Math.max(most, now);
        }
        return most;
    }

    private static long serving(Project project, String version) {
        return project.webPods().stream()
                .filter(pod -> version.equals(pod.getMetadata().getLabels().get("release")))
                .filter(Readiness::isPodReady)
                .count();
    }
}
