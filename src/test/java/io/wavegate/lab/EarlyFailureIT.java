package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunStatus.Blocked;
import io.wavegate.api.Names;
import io.wavegate.api.Option;
import io.wavegate.api.Reason;
import io.wavegate.lab.Application.Retry;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A migration whose pod can not start: what keeps it is named within seconds, and it fails at its start deadline. */
@LabTest
class EarlyFailureIT {
    private static final String HOOK = "migrate";
    /** Seconds; longer than what a busy node needs until the first error, which may be another for a moment, is this one. */
    private static final String DEADLINE = "20";

    /**
     * One way not to start.
     *
     * @param given in words
     * @param around what is in the namespace
     * @param pod what is wrong with the pod
     * @param reason the verdict
     * @param object the object named, or null
     * @param message a part of the message
     */
    private record Case(
            String given,
            Consumer<Project> around,
            UnaryOperator<PodSpecBuilder> pod,
            Reason reason,
            @Nullable String object,
            String message) {
        Case(String given, UnaryOperator<PodSpecBuilder> pod, Reason reason, @Nullable String object, String message) {
            this(given, project -> {}, pod, reason, object, message);
        }

        @Override
        public String toString() {
            return given;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        "an image that can not be pulled",
                        pod -> image(pod, "nosuch.invalid/shop:1", "Always"),
                        Reason.ImagePullFailed,
                        null,
                        "nosuch.invalid/shop:1"),
                new Case(
                        "an image that is not there and never pulled",
                        pod -> image(pod, "nosuch.invalid/shop:1", "Never"),
                        Reason.ImagePullFailed,
                        null,
                        "ErrImageNeverPull"),
                new Case(
                        "an image that has no name",
                        pod -> image(pod, "No/Such::Name", "Always"),
                        Reason.ImagePullFailed,
                        null,
                        "InvalidImageName"),
                new Case(
                        "no Secret for the environment",
                        pod -> pod.editFirstContainer()
                                .addNewEnvFrom()
                                .withNewSecretRef("db", false)
                                .endEnvFrom()
                                .endContainer(),
                        Reason.ConfigMissing,
                        "secret/db",
                        "secret \"db\" not found"),
                new Case(
                        "no ConfigMap for the environment",
                        pod -> pod.editFirstContainer()
                                .addNewEnvFrom()
                                .withNewConfigMapRef("settings", false)
                                .endEnvFrom()
                                .endContainer(),
                        Reason.ConfigMissing,
                        "configmap/settings",
                        "configmap \"settings\" not found"),
                new Case(
                        "no key in a Secret",
                        EarlyFailureIT::createSecret,
                        pod -> pod.editFirstContainer()
                                .addNewEnv()
                                .withName("URL")
                                .withNewValueFrom()
                                .withNewSecretKeyRef("nosuch", "db", false)
                                .endValueFrom()
                                .endEnv()
                                .endContainer(),
                        Reason.ConfigMissing,
                        "key nosuch of secret/db",
                        "couldn't find key nosuch in Secret"),
                new Case(
                        "no Secret for a volume",
                        pod -> pod.addNewVolume()
                                .withName("password")
                                .withNewSecret()
                                .withSecretName("db")
                                .endSecret()
                                .endVolume()
                                .editFirstContainer()
                                .addNewVolumeMount()
                                .withName("password")
                                .withMountPath("/password")
                                .endVolumeMount()
                                .endContainer(),
                        Reason.ConfigMissing,
                        "secret/db",
                        "FailedMount"),
                new Case(
                        "no key for a volume",
                        EarlyFailureIT::createSecret,
                        pod -> pod.addNewVolume()
                                .withName("password")
                                .withNewSecret()
                                .withSecretName("db")
                                .addNewItem("nosuch", null, "file")
                                .endSecret()
                                .endVolume()
                                .editFirstContainer()
                                .addNewVolumeMount()
                                .withName("password")
                                .withMountPath("/password")
                                .endVolumeMount()
                                .endContainer(),
                        Reason.ConfigMissing,
                        "key nosuch of volume password",
                        "references non-existent secret key"),
                new Case(
                        "no claim for a volume",
                        pod -> pod.addNewVolume()
                                .withName("data")
                                .withNewPersistentVolumeClaim("data", false)
                                .endVolume(),
                        Reason.StartFailed,
                        "persistentvolumeclaim/data",
                        "persistentvolumeclaim \"data\" not found"),
                new Case(
                        "no ServiceAccount",
                        pod -> pod.withServiceAccountName("migrator"),
                        Reason.ConfigMissing,
                        "serviceaccount/migrator",
                        "serviceaccount \"migrator\" not found"),
                new Case(
                        "a quota without room for a pod",
                        project -> project.lab().apply(project.namespace(), """
                                apiVersion: v1
                                kind: ResourceQuota
                                metadata: {name: no-pods}
                                spec: {hard: {pods: "0"}}
                                """),
                        pod -> pod,
                        Reason.JobRejected,
                        null,
                        "exceeded quota: no-pods"),
                new Case(
                        "a pod security profile that refuses it",
                        EarlyFailureIT::restrict,
                        pod -> pod,
                        Reason.JobRejected,
                        null,
                        "violates PodSecurity"),
                new Case(
                        "an init container's image",
                        pod -> pod.addNewInitContainer()
                                .withName("wait-for-db")
                                .withImage("nosuch.invalid/wait:1")
                                .withImagePullPolicy("Never")
                                .endInitContainer(),
                        Reason.ImagePullFailed,
                        null,
                        "init container wait-for-db: ErrImageNeverPull"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isNamedWithinSecondsAndFailsAtItsDeadline(Case given, Project project) {
        given.around().accept(project);
        Hook hook = project.create(
                unstartable(project, given.pod()).annotation(Option.START_DEADLINE.annotation(), DEADLINE));

        Blocked blocked = hook.awaitBlocked(given.reason());
        assertThat(blocked.object()).isEqualTo(given.object());
        assertThat(blocked.message()).contains(given.message());
        awaitShown(hook, given.message());

        Job failed = hook.awaitFailed();
        assertThat(Hook.condition(failed, Names.BLOCKED))
                .as("the condition of a wait that is over")
                .isNull();
        assertThat(Hook.message(failed))
                .startsWith(given.reason() + ": ")
                .contains(given.message())
                .contains(given.reason().advice());
        MigrationRun run = hook.awaitVerdict();
        assertThat(run.getStatus().reason()).isEqualTo(given.reason());
        assertThat(run.getStatus().attempts()).as("starts of the migration").isZero();
        assertThat(run.getStatus().blocked()).isNull();
        assertThat(hook.emitted()).isEmpty();
        assertThat(hook.pods()).isEmpty();
        assertThat(project.lines("migrations")).isEmpty();
    }

    @Test
    void aPodThatFindsNoNodeHasTenMinutes(Project project) {
        Hook hook = project.create(unstartable(project, pod -> pod.addToNodeSelector("no", "such"))
                .annotation(Option.START_DEADLINE.annotation(), "1"));

        Blocked blocked = hook.awaitBlocked(Reason.Unschedulable);

        assertThat(blocked.message()).contains("0/1 nodes are available");
        assertThat(Duration.between(Instant.parse(blocked.since()), Instant.parse(blocked.deadline())))
                .isEqualTo(Duration.ofMinutes(10));

        // Its own deadline comes first, and the verdict says for what it waited.
        project.liveJobs().withName(hook.awaitEmitted().getMetadata().getName()).edit(job -> {
            job.getSpec().setActiveDeadlineSeconds(1L);
            return job;
        });
        assertThat(Hook.message(hook.awaitFailed()))
                .startsWith("Unschedulable: ")
                .contains("passed before anything had started");
        assertThat(hook.awaitVerdict().getStatus().attempts()).isZero();
    }

    @Test
    void whatIsMendedInTimeRuns(Project project) {
        Hook hook = project.create(needsSecret(project));
        assertThat(hook.awaitBlocked(Reason.ConfigMissing).object()).isEqualTo("secret/db");
        awaitShown(hook, "secret \"db\" not found");

        createSecret(project);

        assertThat(Hook.condition(hook.awaitComplete(), Names.BLOCKED)).isNull();
        MigrationRun run = hook.awaitVerdict();
        assertThat(run.getStatus().reason()).isEqualTo(Reason.Migrated);
        assertThat(run.getStatus().attempts()).isEqualTo(1);
        assertThat(run.getStatus().blocked()).isNull();
        assertThat(project.lines("migrations")).containsExactly("once");
    }

    @Test
    void aRetryRunsItWhenTheSecretIsThere(Project project) {
        String revision = project.commit(
                Retry.times(20),
                "release 1",
                needsSecret(project)
                        .annotation(Option.START_DEADLINE.annotation(), "3")
                        .manifest(),
                project.web("v1"));
        Await.until("a run to have failed for its Secret")
                .until(() -> project.records().stream()
                        .anyMatch(run -> run.statusOrEmpty().reason() == Reason.ConfigMissing));

        createSecret(project);

        assertThat(project.application().awaitEnded(revision).phase()).isEqualTo("Succeeded");
        assertThat(project.lines("migrations")).containsExactly("once");
        project.awaitServing("v1");
    }

    @Test
    void argoCdWaitsWhileItIsNamed(Project project) {
        project.commit("release 1", needsSecret(project).manifest(), project.web("v1"));
        Hook hook = project.awaitHook(HOOK);
        awaitShown(hook, "secret \"db\" not found");

        assertThat(project.application().sync().phase()).isEqualTo("Running");
        project.application().terminate();

        MigrationRun run = hook.awaitVerdict();
        assertThat(run.getStatus().reason()).isEqualTo(Reason.Aborted);
        assertThat(run.getStatus().message()).contains("nothing was run, since its hook Job was deleted");
        assertThat(project.deployedWeb()).isEmpty();
    }

    @Test
    void anAttemptThatRanIsNamedWithTheOneThatCanNotStart(Project project) {
        createSecret(project);
        Hook hook = project.create(needsSecret(project)
                .script(trace("migrations", "once"), HookJob.waitFor("go"), "exit 7")
                .backoffLimit(3)
                .annotation(Option.START_DEADLINE.annotation(), DEADLINE));
        project.awaitTraced("migrations", 1);
        project.client()
                .secrets()
                .inNamespace(project.namespace())
                .withName("db")
                .delete();
        project.open("go");

        assertThat(hook.awaitBlocked(Reason.ConfigMissing).begun()).isTrue();

        assertThat(Hook.message(hook.awaitFailed()))
                .startsWith("MigrationFailed: container migrate exited with code 7, and it could not go on: ")
                .contains("secret \"db\" not found");
        assertThat(hook.awaitVerdict().getStatus().attempts()).isPositive();
        assertThat(project.lines("migrations")).containsExactly("once");
    }

    private static void awaitShown(Hook hook, String message) {
        Await.until("hook " + hook.name() + " to show what keeps it from starting")
                .until(
                        () -> hook.find()
                                .map(job -> Hook.condition(job, Names.BLOCKED))
                                .orElse(null),
                        condition -> condition != null && condition.getMessage().contains(message));
    }

    private static HookJob needsSecret(Project project) {
        return unstartable(
                project,
                pod -> pod.editFirstContainer()
                        .addNewEnvFrom()
                        .withNewSecretRef("db", false)
                        .endEnvFrom()
                        .endContainer());
    }

    private static HookJob unstartable(Project project, UnaryOperator<PodSpecBuilder> change) {
        return project.hookJob(HOOK).script(trace("migrations", "once")).pod(change);
    }

    private static PodSpecBuilder image(PodSpecBuilder pod, String image, String pullPolicy) {
        return pod.editFirstContainer()
                .withImage(image)
                .withImagePullPolicy(pullPolicy)
                .endContainer();
    }

    private static void createSecret(Project project) {
        project.client()
                .secrets()
                .inNamespace(project.namespace())
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("db")
                        .endMetadata()
                        .addToStringData("url", "postgres://db")
                        .build())
                .create();
    }

    private static void restrict(Project project) {
        project.client()
                .namespaces()
                .withName(project.namespace())
                .edit(namespace -> new NamespaceBuilder(namespace)
                        .editMetadata()
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build());
    }
}
