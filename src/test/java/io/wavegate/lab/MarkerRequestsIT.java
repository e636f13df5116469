package io.wavegate.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.lab.ApiServerProxy.Exchange;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What marking costs the API server: nothing for a migration that goes well but one word on its record, and nothing is asked again. */
@LabTest
@Execution(ExecutionMode.SAME_THREAD)
class MarkerRequestsIT {
    private static final String HOOK = "migrate";

    @Test
    void aMigrationThatGoesWellTouchesNoApplication(Project project, Controller shared, @TempDir Path folder) {
        through(project, shared, folder, (proxy, before) -> {
            String revision = project.commit(
                    "release 1", project.hookJob(HOOK).script("true").manifest(), project.web("v1"));
            Application application = project.application();
            assertThat(application.awaitEnded(revision).phase()).isEqualTo("Succeeded");
            awaitVerified(project, revision);
            look(application);

            assertThat(tries(proxy, before, "applications")).isEmpty();
            assertThat(patches(proxy, before, "migrationruns")).hasSize(1);
            assertThat(since(proxy, before))
                    .as("Applications are watched, and read once for a hook")
                    .filteredOn(request -> request.contains("/applications/"))
                    .hasSizeLessThanOrEqualTo(2);
        });
    }

    @Test
    void aFailureAndItsRepairAreOneWriteEach(Project project, Controller shared, @TempDir Path folder) {
        through(project, shared, folder, (proxy, before) -> {
            String failing = project.commit(
                    "release 1", project.hookJob(HOOK).script("exit 1").manifest(), project.web("v1"));
            Application application = project.application();
            application.awaitEnded(failing);
            application.awaitCondition("SyncError");
            application.awaitCondition(Application.MIGRATION_ERROR);
            awaitVerified(project, failing);
            look(application);
            // Argo CD writes the whole list when it adds its own, and may drop ours then.
            assertThat(patches(proxy, before, "applications").size()).isBetween(1, 2);
            int failed = proxy.requests().size();
            look(application);
            assertThat(tries(proxy, failed, "applications")).isEmpty();

            int repairing = proxy.requests().size();
            String repaired = project.commit(
                    "release 2", project.hookJob(HOOK).script("true").manifest(), project.web("v1"));
            application.awaitEnded(repaired);
            application.awaitNoCondition(Application.MIGRATION_ERROR);
            application.awaitNoCondition("SyncError");
            awaitVerified(project, repaired);
            look(application);
            assertThat(patches(proxy, repairing, "applications").size()).isBetween(1, 2);
            assertThat(patches(proxy, before, "migrationruns")).hasSize(2);
        });
    }

    /** Argo CD looks again and writes that it has, and something else happens in the cluster meanwhile. */
    private static void look(Application application) {
        for (int i = 0; i < 3; i++) {
            application.renderAnew();
        }
        Await.throughout(
                Duration.ofSeconds(3),
                "the Application to be there",
                () -> assertThat(application.exists()).isTrue());
    }

    private static void awaitVerified(Project project, String revision) {
        Await.until("the record of " + revision + " to be confirmed")
                .until(() -> Hook.isVerified(project.recordOf(revision)));
    }

    /** Those that may have changed something: one that somebody else's write came before is refused and made anew. */
    private static List<String> patches(ApiServerProxy proxy, int before, String kind) {
        return tried(proxy, before, kind)
                .filter(exchange -> exchange.status() != HttpURLConnection.HTTP_CONFLICT)
                .map(Exchange::request)
                .toList();
    }

    /** For where there is to be none: also those that were refused. */
    private static List<String> tries(ApiServerProxy proxy, int before, String kind) {
        return tried(proxy, before, kind).map(Exchange::request).toList();
    }

    private static Stream<Exchange> tried(ApiServerProxy proxy, int before, String kind) {
        return proxy.exchanges().stream()
                .skip(before)
                .filter(exchange -> exchange.request().startsWith("PATCH ")
                        && exchange.request().contains("/" + kind + "/"));
    }

    private static List<String> since(ApiServerProxy proxy, int before) {
        return proxy.requests().stream().skip(before).toList();
    }

    private static void through(
            Project project, Controller shared, Path folder, BiConsumer<ApiServerProxy, Integer> test) {

        try (ApiServerProxy proxy = new ApiServerProxy(project.lab());
                Controller own = shared.through(proxy.kubeconfig(folder))) {
            own.start();
            int before = proxy.requests().size();
            test.accept(proxy, before);
        }
    }
}
