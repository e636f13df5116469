package io.wavegate.lab;

import static io.wavegate.lab.HookJob.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunSpec;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Names;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.api.RunName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The main job: releases come from Git, and the migration of each gates its sync. */
@LabTest
class ReleaseIT {
    private static final String HOOK = "migrate";
    private static final String PROBLEM = "django.db.utils.ProgrammingError: column \"colour\" does not exist";

    @Test
    void nothingIsDeployedBeforeTheMigrationHasSucceeded(Project project) {
        String revision = project.commit(
                "release 1", project.hookJob(HOOK).script(waitFor("go")).manifest(), project.web("v1"));

        project.application().awaitWaitingForHook(revision, HOOK);
        Hook hook = project.awaitHook(HOOK);
        hook.awaitRunning();
        Await.until("the hook Job to show the run that its record has")
                .until(() -> Objects.equals(hook.live().getStatus().getActive(), 1));
        Await.throughout(Duration.ofSeconds(2), "nothing to be deployed", () -> {
            assertThat(project.deployedWeb()).isEmpty();
            assertThat(project.application().sync().phase()).isEqualTo("Running");
            assertThat(hook.live().getStatus().getConditions()).isEmpty();
            assertThat(hook.live().getStatus().getActive()).isEqualTo(1);
        });

        project.open("go");
        Application.Sync sync = project.application().awaitEnded(revision);
        assertThat(sync.phase()).isEqualTo("Succeeded");
        assertThat(sync.hook(HOOK).hookPhase()).isEqualTo("Succeeded");
        project.awaitServing("v1");
    }

    @Test
    void aFailingReleaseLeavesTheOldPodsServingAndTheRepairedOneGoesThrough(Project project) {
        String first =
                project.commit("release 1", hook(project, "echo Applying shop.0001_initial... OK"), project.web("v1"));
        Application.Sync migrated = project.application().awaitEnded(first);
        assertThat(migrated.phase()).isEqualTo("Succeeded");
        List<Pod> serving = project.awaitServing("v1");

        String failing = project.commit(
                "release 2",
                hook(project, "echo Applying shop.0002_colour...", "echo '" + PROBLEM + "' >&2", "exit 1"),
                project.web("v2"));
        Application.Sync failed = project.application().awaitEnded(failing);
        assertThat(failed.phase()).isEqualTo("Failed");
        assertThat(failed.hook(HOOK).hookPhase()).isEqualTo("Failed");
        assertThat(failed.hook(HOOK).message())
                .contains(Reason.MigrationFailed.name())
                .contains(Reason.MigrationFailed.advice())
                .contains(PROBLEM);
        assertThat(project.webPods())
                .as("the pods that served before the failing release")
                .extracting(pod -> pod.getMetadata().getUid())
                .isEqualTo(
                        serving.stream().map(pod -> pod.getMetadata().getUid()).toList());
        project.awaitServing("v1");
        assertThat(project.deployedWeb()
                        .orElseThrow()
                        .getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getLabels())
                .containsEntry("release", "v1");

        String repaired =
                project.commit("release 3", hook(project, "echo Applying shop.0002_colour... OK"), project.web("v3"));
        assertThat(project.application().awaitEnded(repaired).phase()).isEqualTo("Succeeded");
        project.awaitServing("v3");

        assertThat(project.records()).hasSize(3);
        tells(project, first, migrated, Phase.Succeeded, Reason.Migrated, 0, "Applying shop.0001_initial... OK");
        tells(
                project,
                failing,
                failed,
                Phase.Failed,
                Reason.MigrationFailed,
                1,
                "Applying shop.0002_colour...\n" + PROBLEM);
        tells(
                project,
                repaired,
                project.application().sync(),
                Phase.Succeeded,
                Reason.Migrated,
                0,
                "Applying shop.0002_colour... OK");
    }

    @Test
    void argoCdsOwnHookAnnotationsWorkAsWell(Project project) {
        HookJob hook = project.hookJob(HOOK)
                .script("echo migrated")
                .edit(job -> job.editMetadata()
                        .withAnnotations(
                                Map.of(Names.ARGOCD_HOOK, "PreSync", Names.ARGOCD_DELETE_POLICY, "HookSucceeded"))
                        .endMetadata());

        String revision = project.commit("release 1", hook.manifest(), project.web("v1"));

        assertThat(project.application().awaitEnded(revision).phase()).isEqualTo("Succeeded");
        MigrationRun run = project.recordOf(revision);
        assertThat(run.getSpec().event()).isEqualTo("PreSync");
        assertThat(run.getStatus().phase()).isEqualTo(Phase.Succeeded);
        Await.until("hook Job and emitted Job to be gone, as the delete policy says")
                .untilAsserted(
                        () -> assertThat(project.liveJobs().list().getItems()).isEmpty());
    }

    private static HasMetadata hook(Project project, String... script) {
        return project.hookJob(HOOK)
                .script(script)
                .deletePolicy("before-hook-creation,hook-succeeded")
                .manifest();
    }

    private static void tells(
            Project project,
            String revision,
            Application.Sync sync,
            Phase phase,
            Reason reason,
            int exitCode,
            String log) {
        MigrationRun run = Await.until("the record of " + revision + " to be confirmed by the Application")
                .until(() -> project.recordOf(revision), Hook::isVerified);

        MigrationRunSpec spec = run.getSpec();
        assertThat(run.getMetadata().getName())
                .isEqualTo(RunName.of(HOOK, spec.hook().uid()));
        assertThat(spec.hook().kind()).isEqualTo("Job");
        assertThat(spec.hook().name()).isEqualTo(HOOK);
        assertThat(spec.event()).isEqualTo("pre-install,pre-upgrade");
        assertThat(spec.fingerprint()).isNotBlank();
        assertThat(spec.release().application())
                .isEqualTo(new MigrationRunSpec.Application(
                        Lab.ARGOCD,
                        project.application().name(),
                        project.application().uid()));
        assertThat(spec.release().operationStartedAt()).isEqualTo(sync.startedAt());
        assertThat(spec.release().id()).isEqualTo(project.application().uid() + "/" + sync.startedAt());

        MigrationRunStatus status = run.getStatus();
        assertThat(status.phase()).isEqualTo(phase);
        assertThat(status.reason()).isEqualTo(reason);
        assertThat(status.revision()).isEqualTo(revision);
        assertThat(status.attempts()).isEqualTo(1);
        assertThat(status.exitCode()).isEqualTo(exitCode);
        assertThat(status.job()).isNotNull();
        assertThat(status.job().name()).isEqualTo(run.getMetadata().getName());
        assertThat(Instant.parse(status.startTime())).isBeforeOrEqualTo(Instant.parse(status.completionTime()));
        assertThat(status.log()).isNotNull();
        assertThat(status.log().text()).isNotNull();
        assertThat(status.log().text().lines())
                .as("the log; output and errors of a container come by two ways, so their order is not sure")
                .containsExactlyInAnyOrderElementsOf(log.lines().toList());
        assertThat(status.log().container()).isEqualTo("migrate");
        assertThat(sync.hook(HOOK).message()).isEqualTo(status.message());
    }
}
