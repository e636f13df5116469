package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static io.wavegate.lab.HookJob.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.wavegate.api.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whatever a Job can be: it runs as Kubernetes runs it, and the verdict names what decided. */
@LabTest
class OddJobsIT {
    @Test
    void aNativeSidecarThatIsKilledInTheEndDecidesNothing(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .script("echo no such column", "exit 7")
                .pod(pod -> pod.addToInitContainers(new ContainerBuilder(beside("proxy", "trap '' TERM; sleep 1000"))
                        .withRestartPolicy("Always")
                        .build())));

        assertFailed(hook, "container migrate exited with code 7 at attempt 1, the last one");
        assertThat(hook.awaitLog().text()).isEqualTo("no such column");
    }

    @Test
    void ofSeveralContainersTheOneThatFailedIsNamed(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .script(trace("migrations", "once"))
                .pod(pod -> pod.addToContainers(beside("exporter", "echo no disk; exit 3"))));

        assertFailed(hook, "container exporter exited with code 3 at attempt 1, the last one");
        assertThat(hook.awaitLog().text()).isEqualTo("no disk");
        assertThat(project.lines("migrations")).containsExactly("once");
    }

    @Test
    void anInitContainerThatFailsIsNamed(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .script(trace("migrations", "once"))
                .pod(pod -> pod.addToInitContainers(beside("wait-for-db", "echo no answer; exit 4"))));

        assertFailed(hook, "container wait-for-db exited with code 4 at attempt 1, the last one");
        assertThat(hook.awaitLog().text()).isEqualTo("no answer");
        assertThat(project.lines("migrations")).isEmpty();
    }

    @Test
    void anExitCodeThatThePodFailurePolicyNamesFailsAtOnce(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .script(trace("migrations", "once"), "exit 42")
                .spec(spec -> spec.withBackoffLimit(3)
                        .withNewPodFailurePolicy()
                        .addNewRule()
                        .withAction("FailJob")
                        .withNewOnExitCodes()
                        .withContainerName("migrate")
                        .withOperator("In")
                        .withValues(42)
                        .endOnExitCodes()
                        .endRule()
                        .endPodFailurePolicy()));

        assertFailed(hook, "container migrate exited with code 42 at attempt 1, the last one (PodFailurePolicy)");
        assertThat(project.lines("migrations")).containsExactly("once");
    }

    @Test
    void anEvictionThatThePodFailurePolicyIgnoresIsNoAttempt(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .script(trace("migrations", "once"), waitFor("go"))
                .spec(spec -> spec.withBackoffLimit(0)
                        .withNewPodFailurePolicy()
                        .addNewRule()
                        .withAction("Ignore")
                        .addNewOnPodCondition("True", "DisruptionTarget")
                        .endRule()
                        .endPodFailurePolicy()));
        project.awaitTraced("migrations", 1);

        hook.evictPod();
        project.awaitTraced("migrations", 2);
        project.open("go");

        assertThat(Hook.message(hook.awaitComplete())).startsWith("Migrated: ");
        assertThat(hook.awaitVerdict().getStatus().failed()).isZero();
    }

    @Test
    void anIndexThatFailsIsToldThoughALaterOneWentWell(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .script("echo shard $JOB_COMPLETION_INDEX", "exit $((JOB_COMPLETION_INDEX == 0))")
                .spec(spec -> spec.withBackoffLimit(null)
                        .withCompletionMode("Indexed")
                        .withCompletions(2)
                        .withParallelism(1)
                        .withBackoffLimitPerIndex(0)));

        assertFailed(hook, "container migrate exited with code 1 (FailedIndexes)");
        assertThat(hook.awaitLog().text()).isEqualTo("shard 0");
    }

    @Test
    void aSuccessPolicyEndsTheJob(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .script(trace("shards", "$JOB_COMPLETION_INDEX"), "exit $((JOB_COMPLETION_INDEX == 1))")
                .spec(spec -> spec.withCompletionMode("Indexed")
                        .withCompletions(3)
                        .withParallelism(1)
                        .withNewSuccessPolicy()
                        .addNewRule()
                        .withSucceededIndexes("0")
                        .endRule()
                        .endSuccessPolicy()));

        assertThat(Hook.message(hook.awaitComplete())).startsWith("Migrated: ");
        assertThat(project.lines("shards")).contains("0").doesNotContain("2");
    }

    @Test
    void aTimeToLiveOfNothingLeavesTheWholeRecord(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .script("echo no such column", "exit 1")
                .spec(spec -> spec.withTtlSecondsAfterFinished(0)));

        hook.awaitFailed();

        assertThat(hook.awaitLog().text()).isEqualTo("no such column");
        Await.until("the emitted Job and the hook Job to be gone")
                .until(() -> hook.emitted().isEmpty() && hook.find().isEmpty());
        assertThat(hook.awaitVerdict().getStatus().reason()).isEqualTo(Reason.MigrationFailed);
    }

    @Test
    void aDeadlineThatIsChangedWhileItRunsHolds(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .script(trace("begun", "once"), "trap 'echo stopped; exit 0' TERM", waitFor("never"))
                .spec(spec -> spec.withActiveDeadlineSeconds(600L)));
        project.awaitTraced("begun", 1);

        hook.patch("{\"spec\":{\"activeDeadlineSeconds\":2}}");

        assertThat(Hook.message(hook.awaitFailed()))
                .startsWith(
                        "DeadlineExceeded: the migration had not ended after activeDeadlineSeconds: 2 (changed while it"
                                + " ran, from 600).");
    }

    @Test
    void aDeadlineThatIsTakenAwayWhileItRunsHoldsNoLonger(Project project) {
        Hook hook = project.create(
                project.hookJob("migrate").script(waitFor("go")).spec(spec -> spec.withActiveDeadlineSeconds(15L)));
        hook.awaitRunning();

        hook.patch("{\"spec\":{\"activeDeadlineSeconds\":null}}");

        Await.until("the emitted Job to have none")
                .until(() -> hook.awaitEmitted().getSpec().getActiveDeadlineSeconds() == null);
        Await.throughout(
                Duration.ofSeconds(16),
                "no end at the old deadline",
                () -> assertThat(hook.awaitEmitted().getStatus().getConditions())
                        .isEmpty());
        project.open("go");
        hook.awaitComplete();
    }

    private static void assertFailed(Hook hook, String detail) {
        Job failed = hook.awaitFailed();
        assertThat(Hook.message(failed)).startsWith("MigrationFailed: " + detail);
        assertThat(Hook.verdict(failed).getReason()).isEqualTo(Reason.MigrationFailed.name());
        assertThat(hook.everEmitted()).hasSize(1);
    }

    private static Container beside(String name, String script) {
        return new ContainerBuilder()
                .withName(name)
                .withImage(Lab.IMAGE)
                .withImagePullPolicy("Never")
                .withCommand("sh", "-c", script)
                .build();
    }
}
