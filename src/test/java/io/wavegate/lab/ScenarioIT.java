package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static io.wavegate.lab.HookJob.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunStatus.Lingering;
import io.wavegate.api.Names;
import io.wavegate.api.Option;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What happens to people with migration hooks, where no other class has it: docs/scenarios.md says which test answers which. */
@LabTest
class ScenarioIT {
    private static final String HOOK = "migrate";

    /** Kubernetes deletes the hook Job the moment it is finished; Argo CD's finalizer holds it until the result is read. */
    @Test
    void aTimeToLiveOfNothingHidesNoResultFromArgoCd(Project project) {
        String revision = project.commit(
                "release",
                project.hookJob(HOOK)
                        .script(trace("migrations", "once"))
                        .spec(spec -> spec.withTtlSecondsAfterFinished(0))
                        .manifest(),
                project.web("v1"));

        Application.Sync sync = project.application().awaitEnded(revision);

        assertThat(sync.phase()).as(sync.toString()).isEqualTo("Succeeded");
        project.awaitServing("v1");
        assertThat(project.recordOf(revision).getStatus().phase()).isEqualTo(Phase.Succeeded);
        assertThat(project.lines("migrations")).containsExactly("once");
    }

    @Test
    void anOrdinarySidecarThatNobodyNamedIsNamed(Project project) {
        Hook hook = project.create(project.hookJob(HOOK)
                .script(trace("migrations", "once"))
                .spec(spec -> spec.withActiveDeadlineSeconds(600L))
                .pod(pod -> pod.addNewContainer()
                        .withName("cloud-sql-proxy")
                        .withImage(Lab.IMAGE)
                        .withImagePullPolicy("Never")
                        .withCommand("sleep", "100000")
                        .endContainer()));

        JobCondition hint = Await.until("the hook Job to say why it goes on")
                .until(() -> Hook.condition(hook.live(), Names.BLOCKED), Objects::nonNull);
        assertThat(hint.getReason()).isEqualTo(Reason.SidecarStillRuns.name());
        assertThat(hint.getMessage())
                .contains("Container migrate has ended well", "cloud-sql-proxy", Option.SIDECARS.annotation());
        assertThat(hook.awaitRecord().getStatus().lingering())
                .isEqualTo(new Lingering("migrate", List.of("cloud-sql-proxy")));

        // Not before both were seen: on a busy machine they may take longer than that.
        hook.patch("{\"spec\":{\"activeDeadlineSeconds\":20}}");

        assertThat(Hook.message(hook.awaitFailed()))
                .startsWith("SidecarStillRuns: container migrate had ended well, and cloud-sql-proxy ran on until"
                        + " activeDeadlineSeconds: 20 (changed while it ran, from 600) had passed")
                .contains(Reason.SidecarStillRuns.advice());
        assertThat(hook.awaitVerdict().getStatus().lingering()).isNull();
        assertThat(project.lines("migrations")).containsExactly("once");
    }

    @Test
    void aFailedReleaseIsNotRunAgainBySelfHeal(Project project) {
        String revision = project.commit(
                "release",
                project.hookJob(HOOK)
                        .script(trace("migrations", "once"), "exit 3")
                        .manifest(),
                project.web("v1"));
        assertThat(project.application().awaitEnded(revision).phase()).isEqualTo("Failed");

        project.application().selfHeal();

        // Argo CD compares every ten seconds here.
        Await.throughout(
                Duration.ofSeconds(12),
                "one run",
                () -> assertThat(project.records()).hasSize(1));
        assertThat(project.lines("migrations")).containsExactly("once");
        assertThat(project.deployedWeb()).isEmpty();
    }

    @Test
    void aNewCommitGetsInWhenWhatTheMigrationWaitsForDoesNotCome(Project project) {
        project.commit(
                "release",
                project.hookJob(HOOK)
                        .script(trace("migrations", "v1"))
                        .annotation(Option.START_DEADLINE.annotation(), "10")
                        .pod(pod -> pod.withServiceAccountName("missing"))
                        .manifest(),
                project.web("v1"));
        project.awaitHook(HOOK).awaitBlocked(Reason.ConfigMissing);

        String repaired = project.commit(
                "repaired",
                project.hookJob(HOOK).script(trace("migrations", "v2")).manifest(),
                project.web("v2"));

        assertThat(project.application().awaitEnded(repaired).phase()).isEqualTo("Succeeded");
        project.awaitServing("v2");
        assertThat(project.lines("migrations")).containsExactly("v2");
    }

    @Test
    void aReleaseRunsItsOwnMigrationWhileTheLastOneStillRollsOut(Project project) {
        String first = project.commit(
                "v1",
                project.hookJob(HOOK).script(trace("migrations", "v1")).manifest(),
                new DeploymentBuilder(project.web("v1"))
                        .editSpec()
                        .editTemplate()
                        .editSpec()
                        .editFirstContainer()
                        .withNewReadinessProbe()
                        .withNewExec()
                        .withCommand("false")
                        .endExec()
                        .endReadinessProbe()
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build());
        assertThat(project.application().awaitEnded(first).phase()).isEqualTo("Succeeded");
        Hook old = project.awaitHook(HOOK);
        assertThat(Hook.condition(old.live(), "Complete")).isNotNull();

        String second = project.commit(
                "v2", project.hookJob(HOOK).script(trace("migrations", "v2")).manifest(), project.web("v2"));

        assertThat(project.application().awaitEnded(second).phase()).isEqualTo("Succeeded");
        project.awaitServing("v2");
        assertThat(project.lines("migrations")).containsExactly("v1", "v2");
        assertThat(project.awaitHook(HOOK).uid()).isNotEqualTo(old.uid());
    }

    @Test
    void aHookJobThatIsDeletedByHandIsNoSuccess(Project project) {
        String revision = project.commit(
                "release",
                project.hookJob(HOOK)
                        .script("trap 'exit 1' TERM", trace("migrations", "once"), waitFor("never"))
                        .manifest(),
                project.web("v1"));
        Hook hook = project.awaitHook(HOOK);
        project.awaitTraced("migrations", 1);

        project.kubectl("delete", "job", HOOK, "--wait=false");

        Application.Sync sync = project.application().awaitEnded(revision);
        assertThat(sync.phase()).as(sync.toString()).isEqualTo("Failed");
        MigrationRun run = project.recordOf(revision);
        assertThat(run.getStatus().reason()).isEqualTo(Reason.Aborted);
        assertThat(run.getStatus().message()).contains("hook Job was deleted");
        assertThat(project.deployedWeb()).isEmpty();
        assertThat(project.lines("migrations")).containsExactly("once");
        assertThat(run.getSpec().hook().uid()).isEqualTo(hook.uid());
    }

    /** Argo CD takes its finalizer off by an update of the whole Job. */
    @Test
    void aHookWithANativeSidecarGoesWhenItHasSucceeded(Project project) {
        String revision = project.commit(
                "release",
                project.hookJob(HOOK)
                        .script(trace("migrations", "once"))
                        .deletePolicy("hook-succeeded")
                        .pod(pod -> pod.addNewInitContainer()
                                .withName("proxy")
                                .withRestartPolicy("Always")
                                .withImage(Lab.IMAGE)
                                .withImagePullPolicy("Never")
                                .withCommand("sleep", "100000")
                                .endInitContainer())
                        .manifest(),
                project.web("v1"));
        Hook hook = project.awaitHook(HOOK);

        assertThat(project.application().awaitEnded(revision).phase()).isEqualTo("Succeeded");
        Await.until("the hook Job to be gone").until(() -> hook.find().isEmpty());
        assertThat(project.recordOf(revision).getStatus().phase()).isEqualTo(Phase.Succeeded);
        assertThat(project.lines("migrations")).containsExactly("once");
    }

    @Test
    void aServiceAccountThatIsAHookTooIsThereWhileTheMigrationRuns(Project project) {
        ServiceAccount account = new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("migrator")
                .addToAnnotations(Names.HELM_HOOK, "pre-install,pre-upgrade")
                .addToAnnotations("helm.sh/hook-weight", "-1")
                .addToAnnotations(Names.HELM_DELETE_POLICY, "before-hook-creation,hook-succeeded")
                .endMetadata()
                .build();
        HookJob migration = project.hookJob(HOOK)
                .script(trace("migrations", "once"))
                .deletePolicy("before-hook-creation,hook-succeeded")
                .pod(pod -> pod.withServiceAccountName("migrator"));

        String revision = project.commit("release", account, migration.manifest(), project.web("v1"));

        Application.Sync sync = project.application().awaitEnded(revision);
        assertThat(sync.phase()).as(sync.toString()).isEqualTo("Succeeded");
        assertThat(project.lines("migrations")).containsExactly("once");
    }

    @Test
    void aGeneratedNameRunsOnceForEachSync(Project project) {
        String revision = project.commit(
                "release",
                project.hookJob("unused")
                        .script(trace("migrations", "once"))
                        .generatedName("migrate-")
                        .manifest(),
                project.web("v1"));
        // Its pods may serve before Argo CD has ended the sync, and then the next would not be one of its own.
        assertThat(project.application().awaitEnded(revision).phase()).isEqualTo("Succeeded");
        project.awaitServing("v1");
        for (int sync = 2; sync <= 3; sync++) {
            assertThat(project.application().syncByHand().phase()).isEqualTo("Succeeded");
            assertThat(project.lines("migrations")).hasSize(sync);
        }
        for (int i = 0; i < 10; i++) {
            project.application().refresh();
        }
        Await.throughout(
                Duration.ofSeconds(3),
                "no run without a sync",
                () -> assertThat(project.records()).hasSize(3));
        assertThat(project.everEmitted()).hasSize(3);
    }

    @Test
    void aNameThatChangesWithEveryRenderRunsOnceForEachSync(Project project) {
        HookJob hook = project.hookJob("migrate-{{ randAlphaNum 5 | lower }}").script(trace("migrations", "once"));
        String revision = project.commit(Application.Retry.NEVER, Chart.of("v1", hook.manifest()));
        assertThat(project.application().awaitEnded(revision).phase()).isEqualTo("Succeeded");

        for (int i = 0; i < 10; i++) {
            project.application().renderAnew();
        }

        Await.throughout(
                Duration.ofSeconds(3),
                "no run without a sync",
                () -> assertThat(project.records()).hasSize(1));
        assertThat(project.application().syncByHand().phase()).isEqualTo("Succeeded");
        assertThat(project.lines("migrations")).hasSize(2);
        assertThat(project.records().stream()
                        .map(run -> run.getSpec().hook().name())
                        .distinct())
                .as("hook Jobs")
                .hasSize(2);
    }

    /** Argo CD runs no hook then; there is nothing that could wait for one. */
    @Test
    void aSyncOfSelectedResourcesRunsNoMigration(Project project) {
        String first = project.commit(
                "v1", project.hookJob(HOOK).script(trace("migrations", "v1")).manifest(), project.web("v1"));
        assertThat(project.application().awaitEnded(first).phase()).isEqualTo("Succeeded");
        project.application().byHandOnly();
        project.commit(
                "v2", project.hookJob(HOOK).script(trace("migrations", "v2")).manifest(), project.web("v2"));

        Application.Sync sync = project.application().syncByHandOnly("apps", "Deployment", "web");

        assertThat(sync.phase()).as(sync.toString()).isEqualTo("Succeeded");
        project.awaitServing("v2");
        assertThat(project.lines("migrations")).containsExactly("v1");
    }
}
