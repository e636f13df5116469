package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static io.wavegate.lab.HookJob.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.MigrationRun;
import io.wavegate.api.Reason;
import org.junit.jupiter.api.Test;

/** Argo CD's action <em>terminate</em> on a Job stops the migration, wherever it is pressed. */
@LabTest
class TerminateIT {
    private static final String HOOK = "migrate";
    private static final String BY_ARGOCD = "since Job was terminated explicitly through Argo CD";

    @Test
    void onTheHookJobStopsTheMigration(Project project) {
        String revision = project.commit(
                "release 1",
                project.hookJob(HOOK)
                        .script("echo half-way", trace("migrations", "once"), waitFor("never"))
                        .manifest(),
                project.web("v1"));
        Hook hook = project.awaitHook(HOOK);
        hook.awaitMigrating();

        project.act(HOOK, "terminate");

        assertAborted(project, revision, "the migration was stopped, " + BY_ARGOCD);
        assertThat(hook.pods()).isEmpty();
    }

    @Test
    void onTheEmittedJobStopsTheMigrationToo(Project project) {
        String revision = project.commit(
                "release 1", project.hookJob(HOOK).script(waitFor("never")).manifest(), project.web("v1"));
        MigrationRun run = project.awaitHook(HOOK).awaitRunning();

        project.act(run.getMetadata().getName(), "terminate");

        assertAborted(project, revision, "the migration was stopped, " + BY_ARGOCD);
    }

    @Test
    void onAHookJobThatWaitsForApprovalRunsNothing(Project project) {
        String revision = project.commit(
                "release 1",
                project.hookJob(HOOK)
                        .script(trace("migrations", "once"))
                        .suspended()
                        .manifest(),
                project.web("v1"));
        Hook hook = project.awaitHook(HOOK);
        hook.awaitSuspended();

        project.act(HOOK, "terminate");

        Application.Sync sync = project.application().awaitEnded(revision);
        assertThat(sync.phase()).isEqualTo("Failed");
        assertThat(sync.hook(HOOK).message()).startsWith("Aborted: nothing was run, " + BY_ARGOCD);
        assertThat(project.records()).isEmpty();
        assertThat(project.lines("migrations")).isEmpty();
    }

    private static void assertAborted(Project project, String revision, String detail) {
        Application.Sync sync = project.application().awaitEnded(revision);
        assertThat(sync.phase()).isEqualTo("Failed");
        assertThat(sync.hook(HOOK).message()).startsWith("Aborted: " + detail).contains(Reason.Aborted.advice());
        assertThat(project.recordOf(revision).getStatus().reason()).isEqualTo(Reason.Aborted);
        assertThat(project.deployedWeb()).isEmpty();
    }
}
