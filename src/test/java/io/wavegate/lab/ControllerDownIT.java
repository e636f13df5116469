package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static io.wavegate.lab.HookJob.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.wavegate.api.MigrationRunStatus.Blocked;
import io.wavegate.api.Option;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Without a controller the sync waits, and never passes; with it again, the sync ends as the one migration did. */
@LabTest
@Execution(ExecutionMode.SAME_THREAD)
class ControllerDownIT {
    private static final String HOOK = "migrate";

    @ParameterizedTest
    @EnumSource(Controller.End.class)
    void downBeforeTheHookAppears(Controller.End end, Project project, Controller controller) {
        controller.end(end);

        String revision = release(project, trace("migrations", "once"));
        project.application().awaitWaitingForHook(revision, HOOK);
        keepsWaiting(project);
        assertThat(project.everEmitted()).isEmpty();
        assertThat(project.records()).isEmpty();

        controller.start();
        endsWellAndRanOnce(project, revision);
    }

    @ParameterizedTest
    @EnumSource(Controller.End.class)
    void downAndUpAgainWhileTheMigrationRuns(Controller.End end, Project project, Controller controller) {
        String revision = release(project, trace("migrations", "once"), waitFor("go"));
        project.awaitHook(HOOK).awaitMigrating();

        controller.end(end);
        keepsWaiting(project);
        controller.start();
        keepsWaiting(project);

        project.open("go");
        endsWellAndRanOnce(project, revision);
    }

    @ParameterizedTest
    @EnumSource(Controller.End.class)
    void downWhenTheMigrationEnds(Controller.End end, Project project, Controller controller) {
        String revision = release(project, trace("migrations", "once"), waitFor("go"));
        project.awaitHook(HOOK).awaitMigrating();

        controller.end(end);
        project.open("go");
        awaitEmittedJobIs("Complete", project);
        keepsWaiting(project);

        controller.start();
        endsWellAndRanOnce(project, revision);
    }

    @Test
    void downWhenTheTimeToStartIsOver(Project project, Controller controller) {
        Hook hook = project.create(needsSecret(project));
        downUntilTheTimeToStartIsOver(hook, controller);

        assertThat(hook.awaitEmitted().getMetadata().getDeletionTimestamp()).isNull();
        controller.start();

        assertThat(Hook.message(hook.awaitFailed()))
                .startsWith("ConfigMissing: ")
                .contains("secret \"db\" not found");
        assertThat(hook.awaitVerdict().getStatus().attempts()).isZero();
        assertThat(project.lines("migrations")).isEmpty();
    }

    @Test
    void downWhenTheTimeToStartIsOverAndItStartsAllTheSame(Project project, Controller controller) {
        Hook hook = project.create(needsSecret(project));
        downUntilTheTimeToStartIsOver(hook, controller);

        project.client()
                .secrets()
                .inNamespace(project.namespace())
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("db")
                        .endMetadata()
                        .build())
                .create();
        project.awaitHook(HOOK).awaitMigrating();
        // Until the kubelet has said so a controller that looks finds a pod that could not start in time.
        Await.until("the pod to be told to run")
                .until(() -> hook.pods().stream()
                        .anyMatch(pod -> pod.getStatus().getPhase().equals("Running")));
        controller.start();
        project.open("go");

        hook.awaitComplete();
        assertThat(hook.awaitVerdict().getStatus().attempts()).isEqualTo(1);
        assertThat(project.lines("migrations")).containsExactly("once");
    }

    /** Its deadline leaves a busy machine the time to end the controller before it is over. */
    private static HookJob needsSecret(Project project) {
        return project.hookJob(HOOK)
                .script(trace("migrations", "once"), waitFor("go"))
                .annotation(Option.START_DEADLINE.annotation(), "20")
                .pod(pod -> pod.editFirstContainer()
                        .addNewEnvFrom()
                        .withNewSecretRef("db", false)
                        .endEnvFrom()
                        .endContainer());
    }

    private static void downUntilTheTimeToStartIsOver(Hook hook, Controller controller) {
        Blocked blocked = hook.awaitBlocked(Reason.ConfigMissing);
        controller.end(Controller.End.SIGKILL);
        Await.until("the time to start to be over")
                .until(() -> Instant.now().isAfter(Instant.parse(blocked.deadline())));
    }

    @ParameterizedTest
    @EnumSource(Controller.End.class)
    void downWhenTheMigrationFails(Controller.End end, Project project, Controller controller) {
        String revision = release(project, trace("migrations", "once"), waitFor("go"), "echo no such column", "exit 1");
        project.awaitHook(HOOK).awaitMigrating();

        controller.end(end);
        project.open("go");
        awaitEmittedJobIs("Failed", project);
        keepsWaiting(project);

        controller.start();
        Application.Sync sync = project.application().awaitEnded(revision);
        assertThat(sync.phase()).isEqualTo("Failed");
        assertThat(sync.hook(HOOK).message()).contains("no such column");
        assertThat(project.deployedWeb()).isEmpty();
        ranOnce(project);
    }

    /** The windows between two writes of the controller, each hit from outside as soon as the first write is seen. */
    enum Moment {
        RECORD_CREATED {
            @Override
            boolean seen(Project project) {
                return !project.runs().everSeen().isEmpty();
            }
        },
        JOB_EMITTED {
            @Override
            boolean seen(Project project) {
                return !project.everEmitted().isEmpty();
            }
        },
        VERDICT_RECORDED {
            @Override
            boolean seen(Project project) {
                return project.runs().everSeen().stream()
                        .anyMatch(run ->
                                run.getStatus() != null && run.getStatus().terminal());
            }
        };

        abstract boolean seen(Project project);
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void killedBetweenTwoWrites(Moment moment, Project project, Controller controller) {
        String revision = release(project, trace("migrations", "once"));
        Await.until("the controller to get as far as " + moment)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> moment.seen(project));

        controller.end(Controller.End.SIGKILL);

        controller.start();
        endsWellAndRanOnce(project, revision);
    }

    private static String release(Project project, String... script) {
        return project.commit("release", project.hookJob(HOOK).script(script).manifest(), project.web("v1"));
    }

    private static void awaitEmittedJobIs(String condition, Project project) {
        assertThat(Hook.condition(project.awaitHook(HOOK).awaitEmittedEnded(), condition))
                .isNotNull();
    }

    private static void keepsWaiting(Project project) {
        Await.throughout(Duration.ofSeconds(2), "the sync to keep waiting", () -> {
            assertThat(project.application().sync().phase()).isEqualTo("Running");
            assertThat(project.deployedWeb()).isEmpty();
        });
    }

    private static void endsWellAndRanOnce(Project project, String revision) {
        Application.Sync sync = project.application().awaitEnded(revision);
        assertThat(sync.phase()).as(sync.toString()).isEqualTo("Succeeded");
        project.awaitServing("v1");
        assertThat(project.recordOf(revision).getStatus().phase()).isEqualTo(Phase.Succeeded);
        ranOnce(project);
    }

    private static void ranOnce(Project project) {
        assertThat(project.lines("migrations")).containsExactly("once");
        assertThat(project.everEmitted()).as("Jobs ever emitted").hasSize(1);
        assertThat(project.runs().everSeen()).as("records ever written").hasSize(1);
    }
}
