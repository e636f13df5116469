package io.wavegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.wavegate.api.Reason;
import io.wavegate.api.StartStep;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a pod's status and events say of its start. The statuses and words are Kubernetes 1.34's with containerd, as seen. */
class StartObservationTest {
    private static final String READY =
            "conditions: [{type: PodScheduled, status: 'True'}, {type: PodReadyToStartContainers,"
                    + " status: 'True'}], ";
    private static final String NOT_READY = "conditions: [{type: PodScheduled, status: 'True'}, {type:"
            + " PodReadyToStartContainers, status: 'False'}], ";

    private record Seen(
            String given,
            String status,
            StartStep step,
            @Nullable Reason reason,
            @Nullable String object,
            @Nullable String message) {
        Seen(String given, String status, StartStep step) {
            this(given, status, step, null, null, null);
        }
    }

    private static final List<Seen> TABLE = List.of(
            new Seen("nobody has looked at it", "phase: Pending", StartStep.Schedule),
            new Seen(
                    "no node",
                    "conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: '0/1 nodes are available: 1"
                            + " Insufficient cpu.'}]",
                    StartStep.Schedule,
                    Reason.Unschedulable,
                    null,
                    "pod p: Unschedulable: 0/1 nodes are available: 1 Insufficient cpu"),
            new Seen(
                    "held back on purpose",
                    "conditions: [{type: PodScheduled, status: 'False', reason: SchedulingGated}]",
                    StartStep.Schedule),
            new Seen(
                    "a claim that does not exist",
                    "conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: '0/1 nodes are available:"
                            + " persistentvolumeclaim \"data\" not found. not found'}]",
                    StartStep.Schedule,
                    Reason.StartFailed,
                    "persistentvolumeclaim/data",
                    "pod p: Unschedulable: 0/1 nodes are available: persistentvolumeclaim \"data\" not found. not found"),
            new Seen("being prepared", NOT_READY + waits("ContainerCreating", null), StartStep.Prepare),
            new Seen("pulling its image", READY + waits("ContainerCreating", null), StartStep.Start),
            new Seen("its init containers run", READY + waits("PodInitializing", null), StartStep.Start),
            new Seen(
                    "an image that is not there",
                    READY + waits("ErrImagePull", "failed to pull: not found"),
                    StartStep.Start,
                    Reason.ImagePullFailed,
                    null,
                    "container migrate: ErrImagePull: failed to pull: not found"),
            image("ImagePullBackOff"),
            image("InvalidImageName"),
            image("ErrImageNeverPull"),
            image("RegistryUnavailable"),
            image("ImageInspectError"),
            image("SignatureValidationFailed"),
            new Seen(
                    "no Secret",
                    READY + waits("CreateContainerConfigError", "secret \"db\" not found"),
                    StartStep.Start,
                    Reason.ConfigMissing,
                    "secret/db",
                    "container migrate: CreateContainerConfigError: secret \"db\" not found"),
            new Seen(
                    "no ConfigMap",
                    READY + waits("CreateContainerConfigError", "configmap \"settings\" not found"),
                    StartStep.Start,
                    Reason.ConfigMissing,
                    "configmap/settings",
                    "container migrate: CreateContainerConfigError: configmap \"settings\" not found"),
            new Seen(
                    "no key",
                    READY + waits("CreateContainerConfigError", "couldn''t find key url in ConfigMap shop/settings"),
                    StartStep.Start,
                    Reason.ConfigMissing,
                    "key url of configmap/settings",
                    "container migrate: CreateContainerConfigError: couldn't find key url in ConfigMap shop/settings"),
            new Seen(
                    "a user who may not run",
                    READY
                            + waits(
                                    "CreateContainerConfigError",
                                    "container has runAsNonRoot and image will run as root"),
                    StartStep.Start,
                    Reason.StartFailed,
                    null,
                    "container migrate: CreateContainerConfigError: container has runAsNonRoot and image will run as root"),
            new Seen(
                    "a container that can not be created",
                    READY + waits("CreateContainerError", "no command specified"),
                    StartStep.Start,
                    Reason.StartFailed,
                    null,
                    "container migrate: CreateContainerError: no command specified"),
            new Seen(
                    "a command that does not exist, to be tried again",
                    READY
                            + "containerStatuses: [{name: migrate, containerID: 'containerd://1', state: {waiting: {reason:"
                            + " CrashLoopBackOff}}, lastState: {terminated: {reason: StartError, exitCode: 128, containerID:"
                            + " 'containerd://1', startedAt: '1970-01-01T00:00:00Z', message: 'exec: no such file'}}}]",
                    StartStep.Start,
                    Reason.StartFailed,
                    null,
                    "container migrate: StartError: exec: no such file"),
            new Seen(
                    "a command that does not exist",
                    "phase: Failed, "
                            + READY
                            + ended("StartError", "containerd://1", "1970-01-01T00:00:00Z", "exec: no such file"),
                    StartStep.Start,
                    Reason.StartFailed,
                    null,
                    "container migrate: StartError: exec: no such file"),
            new Seen(
                    "a migration that crashes has run",
                    READY
                            + "containerStatuses: [{name: migrate, state: {waiting: {reason: CrashLoopBackOff}}, lastState:"
                            + " {terminated: {reason: Error, exitCode: 1, startedAt: '2026-01-01T00:00:00Z'}}}]",
                    StartStep.Start),
            new Seen(
                    "an init container",
                    READY
                            + "initContainerStatuses: [{name: wait, state: {waiting: {reason: ErrImagePull}}}], "
                            + waits("PodInitializing", null),
                    StartStep.Start,
                    Reason.ImagePullFailed,
                    null,
                    "init container wait: ErrImagePull"),
            new Seen(
                    "refused by its node",
                    "phase: Failed, reason: OutOfcpu, message: 'Node didn''t have enough resource: cpu'",
                    StartStep.Schedule,
                    Reason.StartFailed,
                    null,
                    "pod p: OutOfcpu: Node didn't have enough resource: cpu"),
            new Seen(
                    "a migration that failed has run",
                    "phase: Failed, " + READY + ended("Error", "containerd://1", "2026-01-01T00:00:00Z", ""),
                    StartStep.Start));

    @TestFactory
    Stream<DynamicTest> table() {
        return TABLE.stream()
                .map(row -> DynamicTest.dynamicTest(row.given(), () -> {
                    Pod pod = pod(row.status());
                    assertThat(StartObservation.step(pod)).isEqualTo(row.step());
                    Obstacle obstacle = StartObservation.obstacle(pod);
                    if (row.reason() == null) {
                        assertThat(obstacle).isNull();
                    } else {
                        assertThat(obstacle).extracting(Obstacle::reason).isEqualTo(row.reason());
                        assertThat(obstacle).extracting(Obstacle::object).isEqualTo(row.object());
                        assertThat(obstacle).extracting(Obstacle::message).isEqualTo(row.message());
                    }
                }));
    }

    @Test
    void aContainerThatNeverRanHasAnEndWhenItsPodIsDeleted() {
        assertThat(
                        hasRun(
                                "phase: Failed, "
                                        + "containerStatuses: [{name: migrate, state: {terminated: {reason: ContainerStatusUnknown, exitCode: 137,"
                                        + " startedAt: null, message: The container could not be located when the pod was terminated}}}]"))
                .isFalse();
    }

    @Test
    void oneThatRanAndWasLostHasRun() {
        assertThat(hasRun("phase: Failed, "
                        + "containerStatuses: [{name: migrate, containerID: 'containerd://1', state: {terminated: {reason:"
                        + " ContainerStatusUnknown, exitCode: 137}}}]"))
                .isTrue();
        assertThat(hasRun(
                        "containerStatuses: [{name: migrate, state: {waiting: {reason: ContainerCreating}}, lastState:"
                                + " {terminated: {reason: ContainerStatusUnknown, exitCode: 137, message: 'The container could not be"
                                + " located when the pod was deleted.  The container used to be Running'}}}]"))
                .isTrue();
    }

    @Test
    void oneWhoseProcessCouldNotBeMadeHasNotRun() {
        assertThat(hasRun(ended("StartError", "containerd://1", "1970-01-01T00:00:00Z", "exec: no such file")))
                .isFalse();
    }

    @Test
    void aPodThatIsBeingDeletedHasLostWhatKeptIt() {
        Pod pod = pod(READY + waits("ErrImagePull", "not found"));
        pod.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        assertThat(StartObservation.obstacle(pod)).isNull();
    }

    @Test
    void theLatestEventCountsAndOneThatNamesAnObjectFirst() {
        assertThat(told(
                        StartStep.Prepare,
                        event("FailedMount", 1, "MountVolume.SetUp failed for volume \"a\" : secret \"old\" not found"),
                        event("FailedMount", 5, "MountVolume.SetUp failed for volume \"a\" : secret \"db\" not found"),
                        event(
                                "FailedMount",
                                9,
                                "Unable to attach or mount volumes: timed out waiting for the condition"),
                        event("FailedScheduling", 10, "persistentvolumeclaim \"data\" not found")))
                .isEqualTo(new Obstacle(
                        Reason.ConfigMissing,
                        "secret/db",
                        "pod p: FailedMount: MountVolume.SetUp failed for volume \"a\" : secret \"db\" not found",
                        StartStep.Prepare));
    }

    @Test
    void aKeyThatAVolumeNeeds() {
        assertThat(
                        told(
                                StartStep.Prepare,
                                event(
                                        "FailedMount",
                                        1,
                                        "MountVolume.SetUp failed for volume \"conf\" : references non-existent config key: url")))
                .extracting(Obstacle::object)
                .isEqualTo("key url of volume conf");
    }

    @Test
    void admissionRefusesThePod() {
        Obstacle refused = told(
                StartStep.Create,
                event(
                        "FailedCreate",
                        1,
                        "Error creating: pods \"p-1\" is forbidden: violates PodSecurity \"restricted:latest\""));
        assertThat(refused).extracting(Obstacle::reason).isEqualTo(Reason.JobRejected);
        assertThat(told(
                        StartStep.Create,
                        event(
                                "FailedCreate",
                                1,
                                "Error creating: pods \"p-\" is forbidden: error looking up service account shop/migrator:"
                                        + " serviceaccount \"migrator\" not found")))
                .extracting(Obstacle::reason, Obstacle::object)
                .containsExactly(Reason.ConfigMissing, "serviceaccount/migrator");
    }

    @Test
    void whatIsOlderThanThePodThatCameAfterIsPast() {
        Event old = event("FailedCreate", 1, "Error creating: exceeded quota");
        assertThat(StartObservation.obstacle(
                        List.of(old), StartStep.Create, "job m", Instant.parse("2026-01-01T00:00:01Z")))
                .isNull();
    }

    @Test
    void whatOthersWroteIsCutCleanedAndMasked() {
        Obstacle huge = told(
                StartStep.Create,
                event("FailedCreate", 1, "https://user:secret@host/\u0007\n" + "x".repeat(1_000_000)),
                new EventBuilder()
                        .withReason("FailedCreate")
                        .withLastTimestamp("no time")
                        .build());
        assertThat(huge).isNotNull();
        assertThat(huge.message())
                .hasSize(Obstacle.LONGEST)
                .startsWith("pod p: FailedCreate: https://user:***@host/ xxx")
                .endsWith("xx..");
    }

    @Test
    void aPodsLastChangeIsItsCreationOrThatOfACondition() {
        Pod pod = pod("conditions: [{type: PodScheduled, lastTransitionTime: '2026-01-01T00:00:07Z'}, {type: Ready,"
                + " lastTransitionTime: '2026-01-01T00:00:05Z'}, {type: Initialized}]");
        assertThat(StartObservation.changed(pod)).isEqualTo(Instant.parse("2026-01-01T00:00:07Z"));
        pod.getMetadata().setCreationTimestamp("2026-01-01T00:00:09Z");
        assertThat(StartObservation.changed(pod)).isEqualTo(Instant.parse("2026-01-01T00:00:09Z"));
        pod.setStatus(null);
        assertThat(StartObservation.changed(pod)).isEqualTo(Instant.parse("2026-01-01T00:00:09Z"));
        pod.getMetadata().setCreationTimestamp(null);
        assertThat(StartObservation.changed(pod)).isEqualTo(Instant.EPOCH);
    }

    @Test
    void whyAPodWasTakenAway() {
        assertThat(disruption("status: 'True', reason: EvictionByEvictionAPI, message: 'Eviction API: evicting'"))
                .isEqualTo("EvictionByEvictionAPI: Eviction API: evicting");
        assertThat(disruption("status: 'True', reason: PreemptionByScheduler")).isEqualTo("PreemptionByScheduler");
        assertThat(disruption("status: 'False', reason: EvictionByEvictionAPI")).isNull();
        assertThat(disruption("status: 'True', message: " + "x".repeat(500))).isEqualTo("x".repeat(300) + "..");
        assertThat(StartObservation.disruption(pod("phase: Failed"))).isNull();
    }

    private static @Nullable String disruption(String condition) {
        return StartObservation.disruption(pod("conditions: [{type: DisruptionTarget, " + condition + "}]"));
    }

    /** An event that is told again says so in its series, one of the newer API has its time in eventTime alone. */
    @Test
    void theLastTimeOfAnEventIsWhereItsAuthorPutIt() {
        Instant after = Instant.parse("2026-01-01T00:00:05Z");
        Event series = Serialization.unmarshal(
                "--- {reason: FailedMount, message: one, firstTimestamp: '2026-01-01T00:00:01Z', series: {count: 2,"
                        + " lastObservedTime: '2026-01-01T00:00:09.000000Z'}}",
                Event.class);
        Event newer = Serialization.unmarshal(
                "--- {reason: FailedMount, message: two, eventTime: '2026-01-01T00:00:08.000000Z', series: {count: 1}}",
                Event.class);
        Event old = event("FailedMount", 4, "three");
        assertThat(StartObservation.obstacle(List.of(old, newer, series), StartStep.Prepare, "pod p", after))
                .extracting(Obstacle::message)
                .isEqualTo("pod p: FailedMount: one");
        assertThat(StartObservation.obstacle(List.of(old, newer), StartStep.Prepare, "pod p", after))
                .extracting(Obstacle::message)
                .isEqualTo("pod p: FailedMount: two");
        assertThat(StartObservation.obstacle(List.of(old), StartStep.Prepare, "pod p", after))
                .isNull();
    }

    private static @Nullable Obstacle told(StartStep step, Event... events) {
        return StartObservation.obstacle(List.of(events), step, "pod p", Instant.EPOCH);
    }

    private static Event event(String reason, int second, String message) {
        return new EventBuilder()
                .withReason(reason)
                .withMessage(message)
                .withLastTimestamp("2026-01-01T00:00:%02dZ".formatted(second))
                .build();
    }

    private static Seen image(String word) {
        return new Seen(
                word,
                READY + waits(word, null),
                StartStep.Start,
                Reason.ImagePullFailed,
                null,
                "container migrate: " + word);
    }

    private static String waits(String reason, @Nullable String message) {
        return "containerStatuses: [{name: migrate, state: {waiting: {reason: %s%s}}}]"
                .formatted(reason, message == null ? "" : ", message: '" + message + "'");
    }

    private static String ended(String reason, String container, String startedAt, String message) {
        return ("containerStatuses: [{name: migrate, containerID: '%s', state: {terminated: {reason: %s, exitCode: 128, containerID:"
                        + " '%s', startedAt: '%s', message: '%s'}}}]")
                .formatted(container, reason, container, startedAt, message);
    }

    private static boolean hasRun(String status) {
        return StartObservation.hasRun(
                pod(status).getStatus().getContainerStatuses().get(0));
    }

    private static Pod pod(String status) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p, creationTimestamp: '2026-01-01T00:00:00Z'}
                spec: {containers: [{name: migrate}]}
                status: {%s}
                """.formatted(status), Pod.class);
    }
}
