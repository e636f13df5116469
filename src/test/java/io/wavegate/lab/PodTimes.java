package io.wavegate.lab;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * When processes of a pod ran: from the start of its first container to the end of its last, as the kubelet reports it, to the
 * second. A pod that went without such a report ran until it was gone.
 */
record PodTimes(Pod pod, Instant started, Instant finished) {

    /** The pods whose containers ran, in the order in which they started. */
    static List<PodTimes> of(Chronicle<Pod> pods) {
        Map<String, PodTimes> times = new LinkedHashMap<>();
        for (Chronicle.Sighting<Pod> sighting : pods.sightings()) {
            List<ContainerState> states = states(sighting.object());
            starts(states).min(Instant::compareTo).ifPresent(started -> {
                Instant finished = running(states) && !sighting.deleted()
                        ? Instant.MAX
                        : ends(states).max(Instant::compareTo).orElse(sighting.at());
                times.merge(
                        sighting.uid(),
                        new PodTimes(sighting.object(), started, finished),
                        (earlier, later) -> new PodTimes(later.pod, earlier.started, later.finished));
            });
        }
        List<PodTimes> ordered = new ArrayList<>(times.values());
        ordered.sort((a, b) -> a.started.compareTo(b.started));
        return ordered;
    }

    boolean overlaps(PodTimes other) {
        return started.isBefore(other.finished) && other.started.isBefore(finished);
    }

    private static List<ContainerState> states(Pod pod) {
        if (pod.getStatus() == null) {
            return List.of();
        }
        return Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream())
                .map(ContainerStatus::getState)
                .toList();
    }

    private static boolean running(List<ContainerState> states) {
        return states.stream().anyMatch(state -> state.getTerminated() == null);
    }

    private static Stream<Instant> starts(List<ContainerState> states) {
        return states.stream()
                .flatMap(state -> Stream.of(
                                state.getRunning() == null
                                        ? null
                                        : state.getRunning().getStartedAt(),
                                state.getTerminated() == null
                                        ? null
                                        : state.getTerminated().getStartedAt())
                        .filter(time -> time != null))
                .map(Instant::parse);
    }

    private static Stream<Instant> ends(List<ContainerState> states) {
        return states.stream()
                .filter(state ->
                        state.getTerminated() != null && state.getTerminated().getFinishedAt() != null)
                .map(state -> Instant.parse(state.getTerminated().getFinishedAt()));
    }
}
