package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static io.wavegate.lab.HookJob.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.wavegate.api.MigrationRunStatus;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A log that is gone, or not to be had: its end is what the container said, or else there is a word on why there is none. */
@LabTest
@Execution(ExecutionMode.SAME_THREAD)
class LogGoneIT {
    @Test
    void itsEndIsWhatTheContainerSaid(Project project, Controller controller, @TempDir Path folder) {
        try (ApiServerProxy proxy = new ApiServerProxy(project.lab());
                Controller own = controller.through(proxy.kubeconfig(folder))) {
            proxy.refuse("GET", "/pods/.*/log", HttpURLConnection.HTTP_UNAVAILABLE, "ServiceUnavailable");
            own.start();
            Hook hook = project.create(project.hookJob("migrate").script("echo no such column", "exit 7"));

            assertThat(Hook.message(hook.awaitFailed())).endsWith("Last log lines: no such column");
            assertThat(hook.awaitLog().text()).isEqualTo("no such column");
        }
    }

    /** The kubelet answers with 200, and its own words in the place of the log. */
    @Test
    void whatTheKubeletSaysInItsPlaceIsNoLog(Project project) throws IOException {
        Hook hook = project.create(
                project.hookJob("migrate").script("echo half-way", trace("migrations", "once"), waitFor("go")));
        hook.awaitMigrating();
        ObjectMeta pod = hook.pods().get(0).getMetadata();
        Files.delete(project.lab()
                .kubeconfig()
                .resolveSibling("pods")
                .resolve("%s_%s_%s".formatted(pod.getNamespace(), pod.getName(), pod.getUid()))
                .resolve("migrate/0.log"));

        project.open("go");

        hook.awaitComplete();
        MigrationRunStatus.Log log = hook.awaitLog();
        assertThat(log.text()).isNull();
        assertThat(log.missing())
                .startsWith("the log could not be read: failed to try resolving symlinks in path")
                .contains("migrate/0.log");
    }
}
