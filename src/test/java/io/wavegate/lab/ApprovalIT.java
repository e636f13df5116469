package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A hook Job with {@code suspend: true} waits for a person, who resumes it in Argo CD. */
@LabTest
class ApprovalIT {
    private static final String HOOK = "migrate";

    @Test
    void aSuspendedHookIsRunWhenArgoCdsResumeActionLetsItGo(Project project) {
        String revision = project.commit(
                "release 1",
                project.hookJob(HOOK)
                        .script(trace("migrations", "once"))
                        .suspended()
                        .manifest(),
                project.web("v1"));

        Hook hook = project.awaitHook(HOOK);
        hook.awaitSuspended();
        Await.throughout(Duration.ofSeconds(2), "nothing to happen before the approval", () -> {
            assertThat(project.records()).isEmpty();
            assertThat(project.application().sync().phase()).isEqualTo("Running");
        });

        project.act(HOOK, "resume");

        Application.Sync sync = project.application().awaitEnded(revision);
        assertThat(sync.phase()).isEqualTo("Succeeded");
        assertThat(sync.hook(HOOK).message()).startsWith("Migrated: ");
        assertThat(project.lines("migrations")).containsExactly("once");
        project.awaitServing("v1");
    }
}
