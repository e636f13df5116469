package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.wavegate.api.Reason;
import io.wavegate.api.RunName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** An object counts as ours by its owner, not by its name: one of somebody else under our name is neither used nor touched. */
@LabTest
@Execution(ExecutionMode.SAME_THREAD)
class NameTakenIT {

    @Test
    void aForeignJobUnderTheNameOfTheEmittedOneIsLeftAlone(Project project, Controller controller) {
        controller.end(Controller.End.SIGTERM);
        Hook hook = project.create(project.hookJob("migrate").script(trace("migrations", "ours")));
        Job foreign = project.client()
                .resource(new JobBuilder(project.hookJob(RunName.of("migrate", hook.uid()))
                                .script("sleep 1000")
                                .manifest())
                        .editSpec()
                        .withManagedBy(null)
                        .endSpec()
                        .build())
                .inNamespace(project.namespace())
                .create();
        controller.start();

        isRefused(hook);
        assertThat(hook.awaitVerdict().getStatus().reason()).isEqualTo(Reason.NameTaken);
        assertThat(project.client().resource(foreign).require().getMetadata()).satisfies(metadata -> {
            assertThat(metadata.getUid()).isEqualTo(foreign.getMetadata().getUid());
            assertThat(metadata.getDeletionTimestamp()).isNull();
            assertThat(metadata.getOwnerReferences()).isEmpty();
        });
        assertThat(project.lines("migrations")).isEmpty();
    }

    @Test
    void aForeignRecordUnderTheNameOfOursIsLeftAlone(Project project, Controller controller) {
        controller.end(Controller.End.SIGTERM);
        Hook hook = project.create(project.hookJob("migrate").script(trace("migrations", "ours")));
        project.lab().apply(project.namespace(), """
                        apiVersion: wavegate.io/v1alpha1
                        kind: MigrationRun
                        metadata: {name: %s}
                        spec:
                          hook: {kind: Job, name: other, uid: 3b1f0c7e-0000-0000-0000-000000000000}
                          release: {id: 3b1f0c7e-0000-0000-0000-000000000000}
                          fingerprint: none
                          job: {spec: {}}
                        """.formatted(RunName.of("migrate", hook.uid())));
        controller.start();

        isRefused(hook);
        assertThat(project.everEmitted()).isEmpty();
        assertThat(project.lines("migrations")).isEmpty();
    }

    private static void isRefused(Hook hook) {
        Job failed = hook.awaitFailed();
        assertThat(Hook.verdict(failed).getReason()).isEqualTo(Reason.NameTaken.name());
        assertThat(Hook.message(failed))
                .contains(RunName.of("migrate", hook.uid()))
                .contains(Reason.NameTaken.advice());
    }
}
