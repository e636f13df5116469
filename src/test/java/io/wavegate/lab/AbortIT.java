package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static io.wavegate.lab.HookJob.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.Option;
import io.wavegate.api.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A migration whose hook Job goes, or that somebody calls off, is stopped, and its verdict waits for its pods. */
@LabTest
class AbortIT {
    private static final String HOOK = "migrate";

    @Test
    void aTerminatedSyncStopsItsMigration(Project project) {
        String revision = project.commit("release 1", endless(project).manifest(), project.web("v1"));
        Hook hook = project.awaitHook(HOOK).awaitMigrating();

        project.application().terminate();

        assertThat(project.application().awaitEnded(revision).phase()).isEqualTo("Failed");
        isAborted(project, hook, "its hook Job was deleted");
        assertThat(project.deployedWeb()).isEmpty();

        // A sync by hand is another release.
        project.open("go");
        assertThat(project.application().syncByHand().phase()).isEqualTo("Succeeded");
        assertThat(project.lines("migrations")).containsExactly("once", "once");
    }

    @ParameterizedTest
    @EnumSource(
            value = DeletionPropagation.class,
            names = {"BACKGROUND", "FOREGROUND", "ORPHAN"})
    void aDeletedHookStopsItsMigration(DeletionPropagation propagation, Project project) {
        Hook hook = project.create(endless(project)).awaitMigrating();

        project.client()
                .resource(hook.live())
                .withPropagationPolicy(propagation)
                .delete();

        isAborted(project, hook, "its hook Job was deleted");
    }

    @Test
    void aHookThatAFinalizerHoldsIsTold(Project project) {
        Hook hook = project.create(held(endless(project))).awaitMigrating();

        deleteHeld(project, hook);

        assertThat(Hook.message(hook.awaitFailed()))
                .startsWith("Aborted: the migration was stopped, since its hook Job was deleted. ");
        isAborted(project, hook, "its hook Job was deleted");
        letGo(hook);
    }

    @Test
    void aHookThatAFinalizerHoldsIsNotRunWhenItIsDeletedBeforeItsApproval(Project project) {
        Hook hook = project.create(
                held(project.hookJob(HOOK).script(trace("migrations", "once")).suspended()));
        hook.awaitSuspended();

        deleteHeld(project, hook);

        assertThat(Hook.message(hook.awaitFailed()))
                .startsWith("Aborted: nothing was run, since its hook Job was deleted. ");
        hook.resume();
        // Another hook's whole way is time enough for a wrong step.
        project.create(project.hookJob("other")).awaitComplete();
        assertThat(project.lines("migrations")).isEmpty();
        assertThat(hook.record()).isEmpty();
        letGo(hook);
    }

    @Test
    void aHookThatAFinalizerHeldAndThatIsCreatedAgainIsRun(Project project) {
        Hook first = project.create(held(endless(project))).awaitMigrating();
        deleteHeld(project, first);
        first.awaitFailed();

        letGo(first);
        project.open("go");

        project.create(endless(project)).awaitComplete();
        assertThat(project.lines("migrations")).containsExactly("once", "once");
    }

    private static HookJob held(HookJob hook) {
        return hook.edit(
                job -> job.editMetadata().withFinalizers("example.org/hold").endMetadata());
    }

    private static void deleteHeld(Project project, Hook hook) {
        project.client().resource(hook.live()).delete();
        assertThat(hook.live().getMetadata().getDeletionTimestamp()).isNotNull();
    }

    private static void letGo(Hook hook) {
        hook.patch("{\"metadata\":{\"finalizers\":null}}");
        Await.until("hook Job " + hook.name() + " to be gone")
                .until(() -> hook.find().isEmpty());
    }

    /** Argo CD deletes no Application while an operation of it goes on (appcontroller.go, processAppOperationQueueItem). */
    @Test
    void anApplicationThatIsDeletedMeanwhileGoesWhenItsMigrationHasEnded(Project project) {
        project.commit("release 1", endless(project).manifest(), project.web("v1"));
        Hook hook = project.awaitHook(HOOK).awaitMigrating();

        project.application().deleteWithItsResources();

        project.open("go");
        hook.awaitComplete();
        Await.until("the Application to be gone")
                .until(() -> !project.application().exists());
        assertThat(hook.awaitVerdict().getStatus().reason()).isEqualTo(Reason.Migrated);
    }

    @Test
    void anApplicationThatIsDeletedAndTerminatedStopsItsMigration(Project project) {
        project.commit("release 1", endless(project).manifest(), project.web("v1"));
        Hook hook = project.awaitHook(HOOK).awaitMigrating();

        project.application().deleteWithItsResources();
        project.application().terminate();

        isAborted(project, hook, "its hook Job was deleted");
        Await.until("the Application to be gone")
                .until(() -> !project.application().exists());
    }

    @Test
    void aHookThatIsDeletedWhileItsCheckRunsNeverBegins(Project project) {
        Hook hook = project.create(project.hookJob(HOOK)
                .annotation(
                        Option.CHECK.annotation(),
                        "[\"sh\", \"-c\", \"echo checking > /lab/check; until [ -e /lab/go ]; do sleep 0.1; done\"]")
                .script(trace("migrations", "once")));
        project.awaitTraced("check", 1);

        hook.delete();

        MigrationRun run = hook.awaitVerdict();
        assertThat(run.getStatus().reason()).isEqualTo(Reason.Aborted);
        assertThat(hook.pods()).isEmpty();
        assertThat(project.lines("migrations")).isEmpty();
    }

    @Test
    void aPersonCallsARunOff(Project project) {
        Hook hook = project.create(endless(project)).awaitMigrating();

        hook.callOff("this is the wrong database");

        assertThat(Hook.message(hook.awaitFailed()))
                .startsWith("Aborted: the migration was stopped, since this is the wrong database. ");
        isAborted(project, hook, "this is the wrong database");
    }

    @Test
    void theVerdictWaitsForAPodThatIgnoresItsSignal(Project project) {
        Hook hook = project.create(project.hookJob(HOOK)
                        .script("trap '' TERM", trace("migrations", "once"), waitFor("go"))
                        .terminationGracePeriodSeconds(5))
                .awaitMigrating();

        hook.delete();

        isAborted(project, hook, "its hook Job was deleted");
        assertThat(PodTimes.of(project.pods())).hasSize(1);
    }

    @Test
    void aMigrationThatHasEndedKeepsItsVerdict(Project project) {
        Hook hook = project.create(project.hookJob(HOOK).script(trace("migrations", "once")));
        hook.awaitComplete();

        hook.delete();
        hook.callOff("too late");
        // Another hook's whole way is time enough for a wrong step.
        project.create(project.hookJob("other")).awaitComplete();

        assertThat(hook.awaitVerdict().getStatus().reason()).isEqualTo(Reason.Migrated);
    }

    private static HookJob endless(Project project) {
        return project.hookJob(HOOK).script(trace("migrations", "once"), waitFor("go"));
    }

    private static void isAborted(Project project, Hook hook, String why) {
        MigrationRun run = hook.awaitVerdict();
        assertThat(run.getStatus().reason()).isEqualTo(Reason.Aborted);
        assertThat(run.getStatus().message()).contains(why).contains(Reason.Aborted.advice());
        assertThat(hook.emitted()).as("the emitted Job").isEmpty();
        assertThat(hook.pods()).as("pods of the run when it has its verdict").isEmpty();
        assertThat(project.lines("migrations")).containsExactly("once");
    }
}
