package io.wavegate.run;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.wavegate.api.Line;
import io.wavegate.api.Names;
import io.wavegate.api.StartStep;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads how far a pod's start has come and what keeps it, from the pod's status and from events. */
final class StartObservation {
    /** Ends of a container that was made and never ran: containerd's and CRI-O's words. */
    private static final Set<String> NEVER_RAN = Set.of("StartError", "ContainerCannotRun");

    /** What a node says of a pod that it can not prepare; its later words on images are in the pod's status. */
    private static final Set<String> PREPARING =
            Set.of("FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox", "NetworkNotReady");

    /** Characters of Kubernetes' words on a disruption that go into a message. */
    private static final int WORDS = 300;

    private StartObservation() {}

    /** How far it is. The sandbox is there when volumes and network are (kubernetes: PodReadyToStartContainers, since 1.29). */
    static StartStep step(Pod pod) {
        if (pod.getSpec().getNodeName() == null && !isTrue(pod, "PodScheduled")) {
            return StartStep.Schedule;
        }
        return isTrue(pod, "PodReadyToStartContainers") ? StartStep.Start : StartStep.Prepare;
    }

    /** What the pod's own status says; a pod being deleted has lost it. */
    static @Nullable Obstacle obstacle(Pod pod) {
        if (pod.getStatus() == null || pod.getMetadata().getDeletionTimestamp() != null) {
            return null;
        }
        Optional<Obstacle> container = Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream()
                                .map(status -> obstacle("init container ", status)),
                        pod.getStatus().getContainerStatuses().stream().map(status -> obstacle("container ", status)))
                .filter(Objects::nonNull)
                .findFirst();
        if (container.isPresent()) {
            return container.get();
        }
        String name = pod.getMetadata().getName();
        if ("Failed".equals(pod.getStatus().getPhase())) {
            return Stream.concat(
                                    pod.getStatus().getInitContainerStatuses().stream(),
                                    pod.getStatus().getContainerStatuses().stream())
                            .anyMatch(StartObservation::hasRun)
                    ? null
                    : Obstacle.ofFailedPod(
                            name, pod.getStatus().getReason(), pod.getStatus().getMessage());
        }
        return condition(pod, "PodScheduled")
                .filter(condition ->
                        "False".equals(condition.getStatus()) && "Unschedulable".equals(condition.getReason()))
                .map(condition -> Obstacle.ofScheduling(name, condition.getMessage()))
                .orElse(null);
    }

    private static @Nullable Obstacle obstacle(String kind, ContainerStatus status) {
        ContainerState state = status.getState();
        if (state == null || state.getRunning() != null) {
            return null;
        }
        String container = kind + status.getName();
        if (state.getWaiting() != null) {
            Obstacle waiting = Obstacle.ofContainer(
                    container,
                    state.getWaiting().getReason(),
                    state.getWaiting().getMessage());
            if (waiting != null) {
                return waiting;
            }
        }
        // A container that can not be run is tried again (restartPolicy: OnFailure) or its pod has failed by it.
        ContainerStateTerminated ended = state.getTerminated() != null ? state.getTerminated() : last(status);
        return ended != null && NEVER_RAN.contains(String.valueOf(ended.getReason()))
                ? Obstacle.ofContainer(container, ended.getReason(), ended.getMessage())
                : null;
    }

    /** Whether a container runs or has ever run. */
    static boolean hasRun(ContainerStatus status) {
        ContainerState state = status.getState();
        return (state != null && (state.getRunning() != null || hasRun(status, state.getTerminated())))
                || hasRun(status, last(status));
    }

    /**
     * A container that never ran gets an end too when its pod is deleted: exit code 137, without a container and without a time
     * (kubernetes pkg/kubelet/status, TerminatePod). One that ran and was lost keeps its container's id, or is said to have been Running.
     */
    static boolean hasRun(ContainerStatus status, @Nullable ContainerStateTerminated ended) {
        if (ended == null || NEVER_RAN.contains(String.valueOf(ended.getReason()))) {
            return false;
        }
        return isSet(ended.getStartedAt())
                || isSet(ended.getContainerID())
                || isSet(status.getContainerID())
                || String.valueOf(ended.getMessage()).contains("used to be Running");
    }

    private static boolean isSet(@Nullable String value) {
        return value != null && !value.isEmpty();
    }

    private static @Nullable ContainerStateTerminated last(ContainerStatus status) {
        return status.getLastState() == null ? null : status.getLastState().getTerminated();
    }

    /** When the pod last went on: its creation, or the latest change of a condition. */
    static Instant changed(Pod pod) {
        Stream<String> conditions = pod.getStatus() == null
                ? Stream.of()
                : pod.getStatus().getConditions().stream().map(PodCondition::getLastTransitionTime);
        return Stream.concat(Stream.of(pod.getMetadata().getCreationTimestamp()), conditions)
                .map(StartObservation::time)
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    /**
     * What the events of the emitted Job ({@code step} Create) or of its pod (Prepare) say. The latest counts, but one that names an
     * object before one that says only that the wait was too long.
     *
     * @param after what is not later than this is about an earlier pod
     */
    static @Nullable Obstacle obstacle(List<Event> events, StartStep step, String object, Instant after) {
        return events.stream()
                .filter(event -> step == StartStep.Create
                        ? "FailedCreate".equals(event.getReason())
                        : PREPARING.contains(String.valueOf(event.getReason())))
                .filter(event -> time(event).isAfter(after))
                .sorted(Comparator.comparing((Event event) -> time(event)).reversed())
                .map(event -> Obstacle.ofEvent(step, object, event.getReason(), event.getMessage()))
                .min(Comparator.comparing((Obstacle obstacle) -> obstacle.object() == null))
                .orElse(null);
    }

    private static Instant time(Event event) {
        return Stream.of(
                        event.getLastTimestamp(),
                        event.getFirstTimestamp(),
                        event.getEventTime() == null
                                ? null
                                : event.getEventTime().getTime(),
                        event.getSeries() == null || event.getSeries().getLastObservedTime() == null
                                ? null
                                : event.getSeries().getLastObservedTime().getTime())
                .map(StartObservation::time)
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    /** A time as somebody wrote it; long ago where it is none. */
    static Instant time(@Nullable String text) {
        try {
            return text == null ? Instant.EPOCH : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }

    /** What the pod's condition DisruptionTarget says (kubernetes pkg/apis/core/types.go). */
    static @Nullable String disruption(Pod pod) {
        return condition(pod, Names.DISRUPTION_TARGET)
                .filter(condition -> "True".equals(condition.getStatus()))
                .map(condition -> Stream.of(condition.getReason(), condition.getMessage())
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining(": ")))
                .map(words -> Line.cut(words, WORDS))
                .orElse(null);
    }

    private static boolean isTrue(Pod pod, String type) {
        return condition(pod, type)
                .filter(condition -> "True".equals(condition.getStatus()))
                .isPresent();
    }

    private static Optional<PodCondition> condition(Pod pod, String type) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(condition -> type.equals(condition.getType()))
                        .findFirst();
    }
}
