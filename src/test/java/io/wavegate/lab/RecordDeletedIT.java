package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static io.wavegate.lab.HookJob.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.Reason;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lost record never runs a migration twice, whenever it is lost: the hook fails and says how to go on. */
@LabTest
@Execution(ExecutionMode.SAME_THREAD)
class RecordDeletedIT {
    private static final String WRITES = "POST|PUT|PATCH";

    @Test
    void beforeTheHookWasMarkedStartedItIsMadeAnewAndRunsOnce(
            Project project, Controller controller, @TempDir Path folder) {
        throughProxy(project, controller, folder, (proxy, own) -> {
            proxy.refuse(WRITES, hookStatus(project), HttpURLConnection.HTTP_UNAVAILABLE, "ServiceUnavailable");
            own.start();
            Hook hook = project.create(project.hookJob("migrate").script(trace("migrations", "once")));
            MigrationRun lost = hook.awaitRecord();
            assertThat(hook.live().getStatus().getStartTime()).isNull();

            project.client().resource(lost).delete();
            Await.until("the record to be made anew")
                    .until(() -> hook.record()
                            .filter(run -> !run.getMetadata()
                                    .getUid()
                                    .equals(lost.getMetadata().getUid()))
                            .isPresent());
            proxy.forward();

            hook.awaitComplete();
            assertThat(project.lines("migrations")).containsExactly("once");
            assertThat(hook.everEmitted()).hasSize(1);
        });
    }

    @Test
    void beforeTheJobWasEmittedNothingIsRun(Project project, Controller controller, @TempDir Path folder) {
        throughProxy(project, controller, folder, (proxy, own) -> {
            proxy.refuse(
                    "POST",
                    "/namespaces/" + project.namespace() + "/jobs$",
                    HttpURLConnection.HTTP_UNAVAILABLE,
                    "ServiceUnavailable");
            own.start();
            Hook hook = project.create(project.hookJob("migrate").script(trace("migrations", "once")));
            proxy.awaitAnswered();

            project.client().resource(hook.awaitRecord()).delete();

            isLost(hook.awaitFailed());
            proxy.forward();
            staysSo(project, hook);
            assertThat(project.everEmitted()).isEmpty();
            assertThat(project.lines("migrations")).isEmpty();
        });
    }

    @Test
    void beforeTheJobWasEmittedNothingIsRunThoughTheControllerHasNotHeardOfIt(
            Project project, Controller controller, @TempDir Path folder) {
        throughProxy(project, controller, folder, (proxy, own) -> {
            String jobs = "/namespaces/" + project.namespace() + "/jobs$";
            proxy.refuse("POST", jobs, HttpURLConnection.HTTP_UNAVAILABLE, "ServiceUnavailable");
            own.start();
            Hook hook = project.create(project.hookJob("migrate").script(trace("migrations", "once")));
            proxy.awaitAnswered();

            proxy.holdEvents("/migrationruns$");
            MigrationRun lost = hook.awaitRecord();
            project.client().resource(lost).delete();
            // Between a look that found the record and the Job that follows nobody can come: it is refused until
            // another look has not found it.
            String inVain = lost.getMetadata().getName() + ": the record was deleted meanwhile";
            Await.until("the controller to look for the record in vain")
                    .until(() -> own.log().contains(inVain));
            proxy.forward();

            Await.throughout(
                    Duration.ofSeconds(10),
                    "no Job to be emitted for a record that is gone",
                    () -> assertThat(project.everEmitted()).isEmpty());
        });

        Hook hook = project.awaitHook("migrate");
        isLost(hook.awaitFailed());
        assertThat(project.lines("migrations")).isEmpty();
    }

    /** The API server lets nobody count fewer failed pods than before, and the record that stands for the lost one knows of none. */
    @Test
    void atTheSecondAttemptTheHookKeepsItsCountOfTheFirst(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .backoffLimit(1)
                .script(
                        trace("migrations", "attempt"),
                        "[ $(wc -l < /lab/migrations) -gt 1 ] || exit 1",
                        waitFor("never"))
                .terminationGracePeriodSeconds(1));
        project.awaitTraced("migrations", 2);
        Await.until("the hook Job to show the first attempt")
                .until(() -> Integer.valueOf(1).equals(hook.live().getStatus().getFailed()));

        project.client().resource(hook.awaitRecord()).delete();

        Job failed = hook.awaitFailed();
        isLost(failed);
        assertThat(failed.getStatus().getFailed()).isEqualTo(1);
        staysSo(project, hook);
    }

    @Test
    void whileTheMigrationRunsItIsStoppedAndTheSyncFailsWhenItsPodIsGoneRetriesIncluded(Project project) {
        String revision = project.commit(
                Application.Retry.times(1),
                "release",
                project.hookJob("migrate")
                        .script("trap '' TERM", trace("migrations", "once"), waitFor("never"))
                        .terminationGracePeriodSeconds(4)
                        .manifest(),
                project.web("v1"));
        Hook hook = project.awaitHook("migrate");
        MigrationRun record = hook.awaitMigrating().awaitRecord();

        project.client().resource(record).delete();

        Application.Sync sync = project.application().awaitEnded(revision);
        assertThat(sync.phase()).isEqualTo("Failed");
        isLost(hook.awaitFailed());
        MigrationRun loss = project.records().get(0);
        assertThat(loss.getSpec().hook().uid()).isEqualTo(hook.uid());
        assertThat(loss.statusOrEmpty().reason()).isEqualTo(Reason.RecordLost);
        assertThat(sync.hook("migrate").message())
                .as("what Argo CD's retry is told")
                .startsWith("AlreadyFailed: migrationrun/%s of this release has failed with RecordLost"
                        .formatted(loss.getMetadata().getName()));
        assertThat(project.deployedWeb()).isEmpty();
        assertThat(project.records()).hasSize(1);
        assertThat(project.lines("migrations")).containsExactly("once");
        assertThat(project.everEmitted()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "exit 1"})
    void whenTheMigrationHasEndedUnseen(String end, Project project, Controller controller) {
        Hook hook = project.create(project.hookJob("migrate").script(trace("migrations", "once"), waitFor("go"), end));
        MigrationRun record = hook.awaitRunning();
        controller.end(Controller.End.SIGTERM);
        project.open("go");
        hook.awaitEmittedEnded();

        project.client().resource(record).delete();
        controller.start();

        isLost(hook.awaitFailed());
        staysSo(project, hook);
        assertThat(project.lines("migrations")).containsExactly("once");
        assertThat(project.everEmitted()).hasSize(1);
    }

    @Test
    void whenTheVerdictIsRecordedButNotYetShown(Project project, Controller controller, @TempDir Path folder) {
        throughProxy(project, controller, folder, (proxy, own) -> {
            own.start();
            Hook hook = project.create(project.hookJob("migrate").script(trace("migrations", "once"), waitFor("go")));
            hook.awaitRunning();
            proxy.refuse(WRITES, hookStatus(project), HttpURLConnection.HTTP_UNAVAILABLE, "ServiceUnavailable");
            project.open("go");

            MigrationRun record = hook.awaitVerdict();
            own.end(Controller.End.SIGKILL);
            project.client().resource(record).delete();
            proxy.forward();
            own.start();

            isLost(hook.awaitFailed());
            staysSo(project, hook);
            assertThat(project.lines("migrations")).containsExactly("once");
            assertThat(project.everEmitted()).hasSize(1);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "exit 1"})
    void afterTheVerdictWasShownNothingHappens(String end, Project project, Controller controller) {
        Hook hook = project.create(project.hookJob("migrate").script(trace("migrations", "once"), end));
        Job finished = hook.awaitFinished();

        project.client().resource(hook.awaitVerdict()).delete();
        staysSo(project, hook);
        controller.end(Controller.End.SIGTERM);
        controller.start();
        staysSo(project, hook);

        assertThat(hook.live().getStatus()).isEqualTo(finished.getStatus());
        assertThat(project.lines("migrations")).containsExactly("once");
        assertThat(project.everEmitted()).hasSize(1);
        assertThat(project.runs().everSeen()).hasSize(1);
    }

    /** With a controller that reaches the API server only through a proxy, in place of the one that the tests share. */
    private static void throughProxy(
            Project project, Controller shared, Path folder, BiConsumer<ApiServerProxy, Controller> test) {

        try (ApiServerProxy proxy = new ApiServerProxy(project.lab());
                Controller own = shared.through(proxy.kubeconfig(folder))) {
            test.accept(proxy, own);
        }
    }

    private static String hookStatus(Project project) {
        return "/namespaces/" + project.namespace() + "/jobs/migrate(/status)?$";
    }

    private static void isLost(Job hook) {
        JobCondition verdict = Hook.verdict(hook);
        assertThat(verdict.getReason()).isEqualTo(Reason.RecordLost.name());
        assertThat(verdict.getMessage()).contains(Reason.RecordLost.advice());
        assertThat(Hook.condition(hook, "FailureTarget")).isNotNull();
    }

    private static void staysSo(Project project, Hook hook) {
        Job before = hook.live();
        int emitted = project.everEmitted().size();
        Await.throughout(Duration.ofSeconds(3), "everything to stay as it is", () -> {
            assertThat(hook.live().getStatus()).isEqualTo(before.getStatus());
            assertThat(project.everEmitted()).hasSize(emitted);
        });
    }
}
