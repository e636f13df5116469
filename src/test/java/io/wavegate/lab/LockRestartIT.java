package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static io.wavegate.lab.HookJob.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.Option;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A lock is in the cluster and not in the controller: another controller, and one that is configured otherwise, finds it there. */
@LabTest
@Execution(ExecutionMode.SAME_THREAD)
class LockRestartIT {
    @Test
    void aControllerThatComesBackFindsTheLockAsItWas(Project project, Controller controller) {
        Hook first = LockIT.holder(project);
        Hook second = project.create(LockIT.migration(project, "second"));
        second.awaitWaiting();
        String lock = project.locks().get(0).getMetadata().getUid();

        controller.end(Controller.End.SIGKILL);
        controller.start();

        // Another database's whole way is time enough for a wrong step.
        project.create(project.hookJob("other")).awaitComplete();
        assertThat(second.everEmitted()).isEmpty();
        assertThat(project.locks())
                .anyMatch(lease -> lease.getMetadata().getUid().equals(lock));
        project.open("go");
        first.awaitComplete();
        second.awaitComplete();
        assertThat(project.lines("migrations")).containsExactly("first", "second");
    }

    @Test
    void aHolderThatEndsWhileTheControllerIsAwayMakesWay(Project project, Controller controller) {
        Hook first = LockIT.holder(project);
        Hook second = project.create(LockIT.migration(project, "second"));
        second.awaitWaiting();

        controller.end(Controller.End.SIGKILL);
        project.open("go");
        first.awaitEmittedEnded();
        controller.start();

        first.awaitComplete();
        second.awaitComplete();
        assertThat(project.lines("migrations")).containsExactly("first", "second");
    }

    /** And a namespace that goes, with everything in it, leaves no lock behind. */
    @Test
    void namespacesShareADatabaseThatIsGranted(Project project, Controller controller, @TempDir Path folder) {
        String grant = "%s/orders=%s-2".formatted(project.namespace(), project.namespace());
        try (Project other = new Project(project.lab(), project.namespace() + "-2", folder);
                Controller granting = controller.through(
                        project.lab().kubeconfig(), Map.of("WAVEGATE_DATABASE_GRANTS", "a/b=c," + grant))) {
            granting.start();
            Hook first = other.create(other.hookJob("first")
                    .annotation(Option.DATABASE.annotation(), project.namespace() + "/orders")
                    .script("trap '' TERM", trace("migrations", "first"), waitFor("never"))
                    .terminationGracePeriodSeconds(4));
            first.awaitMigrating();
            Hook second = project.create(LockIT.migration(project, "second"));
            assertThat(second.awaitWaiting().getStatus().message())
                    .contains("held by " + other.namespace() + "/" + first.runName());

            other.client().namespaces().withName(other.namespace()).delete();

            second.awaitComplete();
            assertThat(PodTimes.of(project.pods()).get(0).started())
                    .as("start of the second, after the end of the first")
                    .isAfterOrEqualTo(PodTimes.of(other.pods()).get(0).finished());
        }
    }
}
