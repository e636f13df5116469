package io.wavegate.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.wavegate.api.Names;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose log is put out beside its record, as Helm's output log policy says. */
@LabTest
class OutputLogIT {
    @Test
    void theLogOfAnEndThatThePolicyNamesIsPutOut(Project project, Controller controller) {
        Hook good = project.create(hook(project, "good", "hook-succeeded", "echo Applying 0001... OK"));
        Hook bad = project.create(hook(project, "bad", "hook-failed", "echo syntax error", "exit 3"));
        Hook quiet = project.create(hook(project, "quiet", "hook-failed", "echo nobody hears this"));

        good.awaitComplete();
        bad.awaitFailed();
        quiet.awaitComplete();

        isToldOf(project, good, "Normal", "Applying 0001... OK");
        isToldOf(project, bad, "Warning", "syntax error");
        Await.until("both logs to stand in the controller's own")
                .until(() -> controller.log().contains("    Applying 0001... OK")
                        && controller.log().contains("    syntax error"));
        Await.throughout(
                Duration.ofSeconds(2),
                "the log of a hook that the policy does not name to be nowhere but in its record",
                () -> assertThat(events(project, quiet)).isEmpty());
        assertThat(controller.log()).doesNotContain("nobody hears this");
    }

    @Test
    void ofALongLogTheLastWholeLines(Project project) {
        Hook hook = project.create(hook(
                project,
                "long",
                "hook-succeeded,hook-failed",
                "for i in 1 2 3 4 5 6 7 8 9; do printf '%0200d\\n' $i; done",
                "echo the end"));

        hook.awaitComplete();

        Event event = Await.until("the Event of the log")
                .until(() -> events(project, hook), events -> !events.isEmpty())
                .get(0);
        assertThat(event.getMessage()).hasSizeLessThanOrEqualTo(1024).endsWith("9\nthe end");
        assertThat(event.getMessage().lines().findFirst().orElseThrow()).hasSize(200);
    }

    private static HookJob hook(Project project, String name, String policy, String... script) {
        return project.hookJob(name)
                .annotation(Names.HELM_OUTPUT_LOG_POLICY, policy)
                .script(script);
    }

    private static void isToldOf(Project project, Hook hook, String type, String log) {
        Await.until("the Event of the log of " + hook.name())
                .untilAsserted(() -> assertThat(events(project, hook))
                        .singleElement()
                        .satisfies(event -> {
                            assertThat(event.getType()).isEqualTo(type);
                            assertThat(event.getMessage()).isEqualTo(log);
                        }));
    }

    private static List<Event> events(Project project, Hook hook) {
        return project.eventsOn(hook.uid()).stream()
                .filter(event -> "HookLog".equals(event.getReason()))
                .toList();
    }
}
