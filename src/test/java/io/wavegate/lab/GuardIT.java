package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static io.wavegate.lab.HookJob.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Names;
import io.wavegate.api.Option;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A check before the migration (option {@code check}) decides whether it is begun. */
@LabTest
class GuardIT {
    @Test
    void aCheckThatEndsWellLetsTheMigrationGoOnInTheSamePod(Project project) {
        project.write("check.sh", trace("order", "check"));
        Hook hook = project.create(project.hookJob("migrate")
                .annotation(Option.CHECK.annotation(), "sh " + HookJob.FOLDER + "/check.sh")
                .script(trace("order", "migration")));

        assertThat(Hook.message(hook.awaitComplete())).startsWith("Migrated: the migration ended well.");

        assertThat(project.lines("order")).containsExactly("check", "migration");
        assertThat(hook.awaitVerdict().getStatus().attempts()).isEqualTo(1);
    }

    @Test
    void aCheckThatFailsFailsTheSyncAtOnceAndTheNextCommitGoesOn(Project project) {
        HookJob hookJob = project.hookJob("migrate")
                .annotation(
                        Option.CHECK.annotation(),
                        "[\"sh\", \"-c\", \"%s; echo Your models have changes that are not yet reflected in a migration; exit 3\"]"
                                .formatted(trace("checks", "once").replace("\"", "\\\"")))
                .backoffLimit(3)
                .script(trace("migrations", "once"));
        String bad = project.commit(Application.Retry.times(2), "release 1", hookJob.manifest(), project.web("v1"));

        Application.Sync sync = project.application().awaitEnded(bad);

        assertThat(sync.phase()).isEqualTo("Failed");
        assertThat(sync.hook("migrate").message())
                .as("the message of the retries, which are answered by the first run")
                .startsWith("AlreadyFailed: ")
                .contains(Reason.CheckFailed.name(), "not yet reflected in a migration");
        MigrationRunStatus status = project.recordOf(bad).getStatus();
        assertThat(status.message())
                .startsWith("CheckFailed: the check `sh -c echo")
                .contains("exited with code 3; the database was not touched.", Reason.CheckFailed.advice());
        assertThat(status.exitCode()).isEqualTo(3);
        assertThat(status.attempts()).isZero();
        assertThat(Objects.requireNonNull(status.log()).container()).isEqualTo(Names.CHECK_CONTAINER);
        assertThat(project.lines("checks")).containsExactly("once");
        assertThat(project.lines("migrations")).isEmpty();
        assertThat(project.deployedWeb()).isEmpty();

        String good = project.commit(
                "release 2",
                hookJob.annotation(Option.CHECK.annotation(), "true").manifest(),
                project.web("v2"));

        assertThat(project.application().awaitEnded(good).phase()).isEqualTo("Succeeded");
        assertThat(project.lines("migrations")).containsExactly("once");
        project.awaitServing("v2");
    }

    @Test
    void aCheckThatNeedsTooMuchFailsToo(Project project) {
        Hook hook = project.create(narrow(project)
                .annotation(Option.CHECK.annotation(), "[\"sh\", \"-c\", \"x=x; while true; do x=$x$x; done\"]"));

        // Which of the two is containerd's word, not ours: containerd/containerd#8180.
        assertThat(Hook.message(hook.awaitFailed()))
                .startsWith("CheckFailed: the check `")
                .containsPattern("exited with code 137 \\((OOMKilled: it reached its memory limit"
                        + "|SIGKILL: out of memory, or killed from outside)\\); the database was not touched\\.");
        assertThat(hook.awaitVerdict().getStatus().failed()).isEqualTo(1);
        assertThat(project.lines("migrations")).isEmpty();
    }

    /** It has not said no: it could not be asked, as a migration whose command is not there could not be run. */
    @Test
    void aCheckThatIsNotThereHasNotStarted(Project project) {
        Hook hook = project.create(narrow(project).annotation(Option.CHECK.annotation(), "/no/such/command --dry-run"));

        assertThat(Hook.message(hook.awaitFailed()))
                .startsWith("StartFailed: init container wavegate-check: StartError: ")
                .contains("exec: \"/no/such/command\"");
        assertThat(hook.awaitVerdict().getStatus().failed()).isEqualTo(1);
        assertThat(project.lines("migrations")).isEmpty();
    }

    /** Tries more than once, and has little memory. */
    private static HookJob narrow(Project project) {
        return project.hookJob("migrate")
                .backoffLimit(3)
                .script(trace("migrations", "once"))
                .pod(pod -> pod.editFirstContainer()
                        .withNewResources()
                        .addToLimits("memory", new Quantity("16Mi"))
                        .endResources()
                        .endContainer());
    }

    @Test
    void aCheckThatIsEvictedIsRunAgain(Project project) {
        project.write("check.sh", String.join("\n", trace("checks", "once"), waitFor("go")));
        Hook hook = project.create(project.hookJob("migrate")
                .annotation(Option.CHECK.annotation(), "sh " + HookJob.FOLDER + "/check.sh")
                .script(trace("migrations", "once")));
        project.awaitTraced("checks", 1);
        hook.evictPod();
        project.awaitTraced("checks", 2);
        project.open("go");

        hook.awaitComplete();
        assertThat(project.lines("migrations")).containsExactly("once");
    }

    @Test
    void aDeadlineThatPassesWhileItIsCheckedLeavesTheDatabaseAlone(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .annotation(Option.CHECK.annotation(), "[\"sh\", \"-c\", \"echo looking; sleep 1000\"]")
                .script(trace("migrations", "once"))
                .spec(spec -> spec.withActiveDeadlineSeconds(15L)));

        assertThat(Hook.message(hook.awaitFailed()))
                .startsWith("DeadlineExceeded: the check `sh -c echo looking; sleep 1000` had not ended after"
                        + " activeDeadlineSeconds: 15; the database was not touched.");
        assertThat(hook.awaitVerdict().getStatus().phase()).isEqualTo(Phase.Failed);
        assertThat(project.lines("migrations")).isEmpty();
    }

    @Test
    void aSidecarServesTheCheckAndTheMigrationAndEndsWithThem(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .annotation(Option.CHECK.annotation(), "grep -q ready " + HookJob.FOLDER + "/proxy")
                .annotation(Option.SIDECARS.annotation(), "cloud-sql-proxy")
                .script("grep ready " + HookJob.FOLDER + "/proxy", trace("migrations", "once"))
                .pod(pod -> pod.addToContainers(
                        0,
                        new ContainerBuilder(pod.buildFirstContainer())
                                .withName("cloud-sql-proxy")
                                .withCommand("sh", "-c", "sleep 1; " + trace("proxy", "ready") + "; exec sleep 1000")
                                .withNewStartupProbe()
                                .withNewExec()
                                .withCommand("test", "-e", HookJob.FOLDER + "/proxy")
                                .endExec()
                                .withPeriodSeconds(1)
                                .endStartupProbe()
                                .build())));

        hook.awaitComplete();

        MigrationRunStatus status = hook.awaitVerdict().getStatus();
        assertThat(status.message()).isEqualTo("Migrated: the migration ended well. Last log lines: ready");
        assertThat(Objects.requireNonNull(status.log()).container()).isEqualTo("migrate");
        assertThat(status.attempts()).isEqualTo(1);
        assertThat(project.lines("migrations")).isEqualTo(List.of("once"));
    }
}
