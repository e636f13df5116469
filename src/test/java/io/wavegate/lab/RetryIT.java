package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static io.wavegate.lab.HookJob.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.Names;
import io.wavegate.api.Option;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.lab.Application.Retry;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A release runs its migration once, whatever Argo CD's retries do. ReleaseTest has the whole table; here are its hard rows. */
@LabTest
class RetryIT {
    private static final String HOOK = "migrate";
    private static final String FAILS_ONCE = "[ $(wc -l < /lab/migrations) -gt 1 ] || { echo half-way; exit 1; }";

    @Test
    void aFailureThatRanIsReplayed(Project project) {
        String revision = project.commit(
                Retry.times(2), "release 1", hook(project, FAILS_ONCE).manifest(), project.web("v1"));

        Application.Sync sync = project.application().awaitEnded(revision);

        assertThat(sync.phase()).isEqualTo("Failed");
        MigrationRun run = project.recordOf(revision);
        assertThat(sync.hook(HOOK).message())
                .startsWith("AlreadyFailed: migrationrun/%s of this release has failed with MigrationFailed"
                        .formatted(run.getMetadata().getName()))
                .contains(Reason.AlreadyFailed.advice())
                .endsWith("Last log lines: half-way");
        assertThat(project.lines("migrations")).containsExactly("once");
        assertThat(hookObjects(project)).as("the sync and its two retries").isEqualTo(3);
        assertThat(project.deployedWeb()).isEmpty();

        // A person starts a new sync: that is a new release.
        assertThat(project.application().syncByHand().phase()).isEqualTo("Succeeded");
        assertThat(project.lines("migrations")).containsExactly("once", "once");
        project.awaitServing("v1");
    }

    @Test
    void aRunThatNeverBeganIsRunAgain(Project project) {
        project.lab().apply(project.namespace(), """
                        apiVersion: v1
                        kind: ResourceQuota
                        metadata: {name: one-job}
                        spec: {hard: {count/jobs.batch: "1"}}
                        """);
        String revision =
                project.commit(Retry.times(20), "release 1", hook(project).manifest(), project.web("v1"));
        Await.until("the API server to have refused the Job")
                .until(() -> project.records().stream()
                        .anyMatch(run -> run.statusOrEmpty().reason() == Reason.JobRejected));

        project.client()
                .resourceQuotas()
                .inNamespace(project.namespace())
                .withName("one-job")
                .delete();

        assertThat(project.application().awaitEnded(revision).phase()).isEqualTo("Succeeded");
        assertThat(project.lines("migrations")).containsExactly("once");
    }

    @Test
    void aRunThatWasCalledOffIsRunAgain(Project project) {
        String revision = project.commit(
                Retry.times(20), "release 1", hook(project, waitFor("go")).manifest(), project.web("v1"));
        project.awaitTraced("migrations", 1);

        project.awaitHook(HOOK).callOff("the backup is not done yet");
        project.awaitTraced("migrations", 2);
        project.open("go");

        assertThat(project.application().awaitEnded(revision).phase()).isEqualTo("Succeeded");
        assertThat(project.records())
                .extracting(run -> run.getStatus().reason())
                .containsExactly(Reason.Aborted, Reason.Migrated);
    }

    @Test
    void aRetryRunsAgainWhereTheHookAsksForIt(Project project) {
        String revision = project.commit(
                Retry.times(2),
                "release 1",
                hook(project, FAILS_ONCE)
                        .annotation(Option.SYNC_RETRY.annotation(), "Rerun")
                        .manifest(),
                project.web("v1"));

        assertThat(project.application().awaitEnded(revision).phase()).isEqualTo("Succeeded");
        List<MigrationRun> runs = project.records();
        assertThat(runs)
                .extracting(run -> run.getStatus().phase())
                .containsExactlyInAnyOrder(Phase.Failed, Phase.Succeeded);
        assertThat(runs).extracting(run -> run.getSpec().hook().uid()).doesNotHaveDuplicates();
        assertThat(runs)
                .extracting(run -> run.getSpec().release().id())
                .containsOnly(project.application().uid() + "/"
                        + project.application().sync().startedAt());
    }

    @Test
    void aRetryWithoutEndRunsAgain(Project project) {
        String revision = project.commit(
                Retry.times(-1), "release 1", hook(project, FAILS_ONCE).manifest(), project.web("v1"));

        assertThat(project.application().awaitEnded(revision).phase()).isEqualTo("Succeeded");
        assertThat(project.lines("migrations")).containsExactly("once", "once");
    }

    @Test
    void aSuccessIsReplayedWhenALaterPhaseFails(Project project) {
        Job later = project.hookJob("later")
                .script(trace("later", "tried"), "[ $(wc -l < /lab/later) -gt 1 ]")
                .edit(job -> job.editMetadata()
                        // Not in the last wave, after which Argo CD looks again before its cache has the new hook Job
                        // (argoproj/argo-cd#10077).
                        .withAnnotations(Map.of(Names.ARGOCD_HOOK, "Sync", "argocd.argoproj.io/sync-wave", "-1"))
                        .endMetadata())
                .plain()
                .manifest();
        String revision =
                project.commit(Retry.times(2), "release 1", hook(project).manifest(), later, project.web("v1"));

        Application.Sync sync = project.application().awaitEnded(revision);

        assertThat(sync.phase()).isEqualTo("Succeeded");
        assertThat(project.lines("later")).containsExactly("tried", "tried");
        assertThat(project.lines("migrations")).containsExactly("once");
        assertThat(sync.hook(HOOK).message()).startsWith("AlreadyMigrated: migrationrun/");
    }

    @Test
    void aTemplateThatARetryRefreshesIsRun(Project project) {
        HasMetadata broken = hook(project, waitFor("go"), "exit 1").manifest();
        project.commit(new Retry(20, true), "release 1", broken, project.web("v1"));
        project.awaitHook(HOOK).awaitRunning();
        String mended = project.commit("release 2", hook(project, "echo mended").manifest(), project.web("v2"));
        project.open("go");

        assertThat(project.application().awaitEnded(mended).phase()).isEqualTo("Succeeded");
        assertThat(project.records())
                .extracting(run -> run.getSpec().release().id())
                .hasSize(2)
                .as("Argo CD calls both one operation")
                .containsOnly(project.records().get(0).getSpec().release().id());
        assertThat(project.lines("migrations")).containsExactly("once", "once");
    }

    @Test
    void anUnchangedMigrationIsLeftOutWhereTheHookAsksForIt(Project project) {
        HasMetadata hook = hook(project)
                .annotation(Option.RUN.annotation(), "OnChange")
                .pod(pod -> pod.editFirstContainer()
                        .addNewEnvFrom()
                        .withNewConfigMapRef("settings", true)
                        .endEnvFrom()
                        .endContainer())
                .manifest();
        String first = project.commit("release 1", hook, project.web("v1"));
        assertThat(project.application().awaitEnded(first).phase()).isEqualTo("Succeeded");

        String revision = project.commit("release 2", hook, project.web("v2"));
        Application.Sync second = project.application().awaitEnded(revision);

        assertThat(second.phase()).isEqualTo("Succeeded");
        assertThat(second.hook(HOOK).message()).startsWith("AlreadyMigrated: ");
        assertThat(project.lines("migrations")).containsExactly("once");
        assertThat(Await.until("the Event on what may have changed")
                        .until(() -> warnings(project), warnings -> !warnings.isEmpty()))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getInvolvedObject().getName()).isEqualTo(HOOK);
                    assertThat(event.getType()).isEqualTo("Warning");
                    assertThat(event.getMessage()).contains(": image " + Lab.IMAGE + ", ConfigMap settings. ");
                });
        project.awaitServing("v2");
    }

    @Test
    void aNamedReleaseReplaysItsFailureOutOfArgoCdsSight(Project project) {
        HookJob failing = hook(project, FAILS_ONCE).annotation(Option.RELEASE.annotation(), "v7");
        Hook first = project.create(failing);
        first.awaitFailed();
        first.delete();

        Hook again = project.create(failing);

        assertThat(Hook.message(again.awaitFailed()))
                .startsWith("AlreadyFailed: ")
                .endsWith("half-way");
        assertThat(again.record()).isEmpty();
        again.delete();
        project.create(failing.annotation(Option.RELEASE.annotation(), "v8")).awaitComplete();
        assertThat(project.lines("migrations")).containsExactly("once", "once");
    }

    private static List<Event> warnings(Project project) {
        return project.client().v1().events().inNamespace(project.namespace()).list().getItems().stream()
                .filter(event -> event.getReason().equals("MayHaveChanged"))
                .toList();
    }

    private static HookJob hook(Project project, String... script) {
        return project.hookJob(HOOK)
                .script(Stream.concat(Stream.of(trace("migrations", "once")), Stream.of(script))
                        .toArray(String[]::new));
    }

    private static long hookObjects(Project project) {
        return project.jobs().everSeen().stream()
                .filter(job -> job.getMetadata().getName().equals(HOOK))
                .map(job -> job.getMetadata().getUid())
                .distinct()
                .count();
    }
}
