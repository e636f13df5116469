package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A controller that is killed at any of its writes, before or after the API server had it, goes on where it was: each migration runs
 * once, has its verdict, and leaves nothing behind. What is asserted of every test ({@link Invariants}) is asserted here above all.
 */
@LabTest
@Execution(ExecutionMode.SAME_THREAD)
class CrashIT {
    /** Runs that are to be in flight when the controller is killed, added up over all kills. {@code make chaos} has more of them. */
    private static final int KILLS = Integer.getInteger("wavegate.chaos.kills", 200);

    private static final int IN_FLIGHT = 20;

    /** What a run writes, whatever its order. */
    private static final Map<String, Pattern> KINDS = Map.of(
            "record", Pattern.compile("POST .*/migrationruns"),
            "job", Pattern.compile("POST .*/jobs"),
            "lock", Pattern.compile("POST .*/leases"),
            "unlock", Pattern.compile("DELETE .*/leases/.*"),
            "hook", Pattern.compile("PATCH .*/jobs/.*/status"),
            "state", Pattern.compile("PUT .*/migrationruns/.*/status"));

    /** For twenty runs to end on two cores. */
    private static final Duration DEADLINE = Duration.ofMinutes(3);

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES) // for two starts of the controller at each of some twenty writes
    void killedAtEachOfItsWrites(Project project, Controller controller, @TempDir Path folder) {
        try (ApiServerProxy proxy = new ApiServerProxy(project.lab());
                ControllerProcess own = controller.through(proxy.kubeconfig(folder))) {
            for (boolean effect : List.of(false, true)) {
                String when = effect ? "after" : "before";
                var struck = new ArrayList<String>();
                for (int write = 1; struck.size() == write - 1; write++) {
                    Strike strike = proxy.strikeAt(write, effect);
                    kill(own, strike, project, when + "-" + write).ifPresent(struck::add);
                }
                // Their number and order differ from run to run, so that counting them may pass one by.
                KINDS.forEach((kind, writes) -> {
                    if (struck.stream().noneMatch(writes.asMatchPredicate())) {
                        Strike strike = proxy.strikeAt(writes, 1, effect);
                        assertThat(kill(own, strike, project, when + "-" + kind + "-0"))
                                .as("the write %s of the controller, among %s", kind, struck)
                                .isPresent();
                    }
                });
            }
        }
    }

    @Test
    @Timeout(value = 40, unit = TimeUnit.MINUTES) // for as many kills as make chaos asks for
    void killedAgainAndAgainWithTwentyRunsInFlight(Project project, Controller controller, @TempDir Path folder) {
        long seed =
                Long.getLong("wavegate.chaos.seed", ThreadLocalRandom.current().nextLong());
        System.out.println("CrashIT: the same kills again by -Dwavegate.chaos.seed=" + seed);
        var random = new Random(seed);
        try (ApiServerProxy proxy = new ApiServerProxy(project.lab());
                ControllerProcess own = controller.through(proxy.kubeconfig(folder))) {
            int kills = 0;
            for (int batch = 0; kills < KILLS; batch++) {
                String name = "batch-" + batch + "-";
                List<Hook> hooks = IntStream.range(0, IN_FLIGHT)
                        .mapToObj(i ->
                                project.create(i % 4 == 3 ? failing(project, name + i) : migration(project, name + i)))
                        .toList();
                while (kills < KILLS) {
                    Strike strike = proxy.strikeAt(1 + random.nextInt(60), random.nextBoolean());
                    own.start();
                    Await.within(DEADLINE, "the controller to be struck, or to be done with " + name + "*")
                            .until(() -> strike.request().isPresent()
                                    || hooks.stream().allMatch(hook -> Hook.finished(hook.live())));
                    if (strike.request().isEmpty()) {
                        break;
                    }
                    own.end(Controller.End.SIGKILL);
                    kills += (int) hooks.stream()
                            .filter(hook -> !Hook.finished(hook.live()))
                            .count();
                    System.out.printf(
                            "CrashIT: %d of %d runs in flight when the controller was killed%n", kills, KILLS);
                }
                proxy.strikeAt(Integer.MAX_VALUE, false);
                own.start();
                hooks.forEach(hook -> isRunOnce(project, hook));
            }
        }
    }

    /** @return the write at which the controller was killed; none where its run was over before */
    private static Optional<String> kill(ControllerProcess own, Strike strike, Project project, String name) {
        own.start();
        Hook hook = project.create(migration(project, name));
        Await.until("the controller to be struck, or to be done with hook " + name)
                .until(() -> strike.request().isPresent() || isOver(project, hook));
        if (strike.request().isPresent()) {
            own.end(Controller.End.SIGKILL);
            own.start();
        }
        isRunOnce(project, hook);
        return strike.request();
    }

    private static HookJob migration(Project project, String name) {
        return project.hookJob(name).script(trace("migrations", name)).deletePolicy("hook-succeeded");
    }

    private static HookJob failing(Project project, String name) {
        return project.hookJob(name).script(trace("migrations", name), "exit 3");
    }

    /** Nothing is left for the controller to do. */
    private static boolean isOver(Project project, Hook hook) {
        return Hook.finished(hook.live())
                && hook.emitted().isEmpty()
                && project.locks().isEmpty();
    }

    private static void isRunOnce(Project project, Hook hook) {
        boolean fails = Integer.parseInt(hook.name().replaceAll(".*-", "")) % 4 == 3
                && hook.name().startsWith("batch");
        String message = Hook.message(fails ? hook.awaitFailed() : hook.awaitComplete());
        assertThat(message)
                .startsWith(fails ? Reason.MigrationFailed + ": container migrate exited with code 3" : "Migrated: ");
        assertThat(project.lines("migrations").stream().filter(hook.name()::equals))
                .as("how often %s was run", hook.name())
                .hasSize(1);
        assertThat(hook.everEmitted())
                .as("Jobs ever emitted for %s", hook.name())
                .hasSize(1);
        assertThat(hook.awaitVerdict().getStatus().reason())
                .isEqualTo(fails ? Reason.MigrationFailed : Reason.Migrated);
        Await.until("nothing to be left of " + hook.name())
                .until(() -> fails || hook.emitted().isEmpty());
    }
}
