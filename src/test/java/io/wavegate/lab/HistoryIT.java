package io.wavegate.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.MigrationRun;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The history limit is one for each hook, and the oldest records go. */
@LabTest
@Execution(ExecutionMode.SAME_THREAD)
class HistoryIT {
    @Test
    void theOldestRecordsBeyondTheLimitGo(Project project, Controller controller) {
        try (Controller own = controller.through(project.lab().kubeconfig(), Map.of("WAVEGATE_HISTORY_LIMIT", "2"))) {
            own.start();
            String seed = release(project, project.hookJob("seed"));
            List<String> runs = releases(project, project.hookJob("migrate"), 3);

            awaitKept(project, List.of(seed, runs.get(1), runs.get(2)));
            assertThat(project.runs().everSeen()).hasSize(4);
            assertThat(project.records())
                    .allSatisfy(
                            run -> assertThat(run.statusOrEmpty().terminal()).isTrue());
        }
    }

    @Test
    void tenAreKeptWhereNobodySaysOtherwise(Project project) {
        // Refused at once, without a pod.
        List<String> runs =
                releases(project, project.hookJob("migrate").annotation("wavegate.io/nonsense", "true"), 11);

        awaitKept(project, runs.subList(1, 11));
        Await.throughout(
                Duration.ofSeconds(2),
                "the last ten to stay",
                () -> assertThat(names(project)).containsExactlyInAnyOrderElementsOf(runs.subList(1, 11)));
    }

    private static List<String> releases(Project project, HookJob hookJob, int times) {
        return IntStream.range(0, times)
                .mapToObj(i -> release(project, hookJob))
                .toList();
    }

    /** Has it run, and goes on when the next record is a younger one: their times are whole seconds. */
    private static String release(Project project, HookJob hookJob) {
        Hook hook = project.create(hookJob);
        hook.awaitFinished();
        MigrationRun run = hook.awaitVerdict();
        Instant next = Instant.parse(run.getMetadata().getCreationTimestamp()).plusSeconds(1);
        Await.until("the next second").until(() -> !Instant.now().isBefore(next));
        hook.delete();
        return run.getMetadata().getName();
    }

    private static void awaitKept(Project project, List<String> runs) {
        Await.until("the oldest records to be gone")
                .untilAsserted(() -> assertThat(names(project)).containsExactlyInAnyOrderElementsOf(runs));
    }

    private static Stream<String> names(Project project) {
        return project.records().stream().map(run -> run.getMetadata().getName());
    }
}
