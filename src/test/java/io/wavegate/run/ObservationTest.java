package io.wavegate.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.wavegate.api.JobConditions;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.Names;
import io.wavegate.api.Records;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObservationTest {
    private static final Lease OF_THE_FIRST = new LeaseBuilder()
            .withNewMetadata()
            .addToAnnotations(Names.RUN_UID, "first")
            .endMetadata()
            .withNewSpec()
            .withHolderIdentity("shop/migrate-1")
            .endSpec()
            .build();

    @Test
    void theLockOfARecordThatWasLostIsTheOnesThatStandsForIt() {
        assertThat(lock(run("first"))).isInstanceOf(RunState.Lock.Mine.class);
        assertThat(lock(run("second"))).isInstanceOf(RunState.Lock.Held.class);
        assertThat(lock(lost("second", "migrate-1"))).isInstanceOf(RunState.Lock.Mine.class);
        assertThat(lock(lost("second", "migrate-2"))).isInstanceOf(RunState.Lock.Held.class);
    }

    /** {@code kubectl delete job --cascade=orphan} leaves pods at work that nothing controls. */
    @Test
    void podsWithoutTheirJobCountByTheirLabel() {
        Pod own = pod(
                "own",
                new OwnerReferenceBuilder().withUid("job").withController(true).build());
        List<Pod> labelled = List.of(own, pod("orphan"));

        assertThat(Observation.pods(labelled, new RunState.Job.Absent()))
                .extracting(RunState.Pod::name)
                .containsExactly("own", "orphan");
        assertThat(Observation.pods(labelled, Draft.AT_WORK))
                .extracting(RunState.Pod::name)
                .containsExactly("own");
    }

    /** A Job that fails while it is being deleted was stopped; one that had failed keeps its failure. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            # deletion | FailureTarget | Failed | stopped
            -          | -             | 05     | false
            -          | 05            | 06     | false
            05         | 04            | 06     | false
            05         | -             | 04     | false
            05         | 05            | 06     | true
            05         | 07            | 08     | true
            05         | -             | 07     | true
            """, delimiter = '|')
    void aJobThatFailsByItsDeletionWasStopped(
            @Nullable String deleted, @Nullable String failing, String failed, boolean stopped) {
        var job = new JobBuilder()
                .withNewMetadata()
                .withDeletionTimestamp(second(deleted))
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withUid("run")
                        .withController(true)
                        .build())
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .addNewCondition()
                .withType(JobConditions.FAILURE_TARGET)
                .withStatus(failing == null ? "False" : "True")
                .withLastTransitionTime(second(failing))
                .endCondition()
                .addNewCondition()
                .withType(JobConditions.FAILED)
                .withStatus("True")
                .withLastTransitionTime(second(failed))
                .endCondition()
                .endStatus()
                .build();

        assertThat(Observation.job(job, "run"))
                .isInstanceOfSatisfying(
                        RunState.Job.Ours.class,
                        ours -> assertThat(requireNonNull(ours.end()).stopped()).isEqualTo(stopped));
    }

    private static @Nullable String second(@Nullable String of) {
        return of == null ? null : "2026-01-01T00:00:" + of + "Z";
    }

    private static Pod pod(String name, OwnerReference... owners) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withCreationTimestamp("2026-01-01T00:00:00Z")
                .withOwnerReferences(owners)
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build();
    }

    private static RunState.Lock lock(MigrationRun run) {
        return Observation.lock(run, OF_THE_FIRST, Stream.of());
    }

    private static MigrationRun lost(String uid, String name) {
        MigrationRun run = run(uid);
        run.getMetadata().setName(name);
        run.setSpec(run.getSpec().asLost());
        return run;
    }

    private static MigrationRun run(String uid) {
        MigrationRun run = Records.of(Records.release("hook-uid", null), null, Map.of());
        run.getMetadata().setUid(uid);
        return run;
    }
}
