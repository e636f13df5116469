package io.wavegate.run;

import io.wavegate.api.MigrationRunStatus.Lingering;
import io.wavegate.run.RunState.Container;
import io.wavegate.run.RunState.Pod;
import io.wavegate.run.RunState.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ordinary containers beside the migration's own that keep its pod, and with it the Job, from ending: a database proxy that nobody named
 * as a sidecar. Kubernetes waits for them without a word.
 */
final class Companions {
    /** One that ends by itself when the migration has ended does so by then. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private Companions() {}

    /** What keeps the Job from ending; once its pod is going, what the record has of it. */
    static @Nullable Lingering lingering(RunState state) {
        Optional<Pod> pod = newest(state);
        if (pod.isEmpty() || pod.get().deleting()) {
            return state.record().status().lingering();
        }
        return told(pod.get()).filter(time -> !state.now().isBefore(time)).isPresent() ? of(pod.get()) : null;
    }

    /** When to look again at a pod whose migration has just ended; null where there is none, and where it has been told. */
    static @Nullable Instant nextLook(RunState state) {
        return newest(state)
                .flatMap(Companions::told)
                .filter(time -> state.now().isBefore(time))
                .orElse(null);
    }

    /** When it is told that a pod does not end. */
    private static Optional<Instant> told(Pod pod) {
        List<Container> main = main(pod);
        return pod.over() || main.stream().noneMatch(Container::running)
                ? Optional.empty()
                : main.stream()
                        .limit(1)
                        .filter(own -> own.ended() != null && !own.failed())
                        .map(own -> Objects.requireNonNull(own.ended()).plus(GRACE))
                        .findFirst();
    }

    private static Lingering of(Pod pod) {
        List<Container> main = main(pod);
        return new Lingering(
                main.get(0).name(),
                main.stream().filter(Container::running).map(Container::name).toList());
    }

    /** The migration's own comes first. */
    private static List<Container> main(Pod pod) {
        return pod.containers().stream()
                .filter(container -> container.role() == Role.MAIN)
                .toList();
    }

    private static Optional<Pod> newest(RunState state) {
        return state.pods().stream().reduce((earlier, later) -> later);
    }
}
