package io.wavegate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.MigrationRunStatus.Blocked;
import io.wavegate.api.MigrationRunStatus.JobReference;
import io.wavegate.api.MigrationRunStatus.Lingering;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.api.StartStep;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The fields of a hook Job's status, by the API server's rules. */
class HookStatusTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:09.500Z");
    private static final MigrationRunStatus RUNNING = MigrationRunStatus.EMPTY
            .withPhase(Phase.Pending)
            .running(new JobReference("migrate-1", "job"), "2026-01-01T00:00:00Z", 3, 2, 1);

    private static final Lingering LINGERING = new Lingering("migrate", List.of("proxy", "mesh"));
    private static final MigrationRunStatus WAITING = MigrationRunStatus.EMPTY.waiting(
            new MigrationRunStatus.Lock("shop/db", "lease", NOW.toString()), "waits for the lock: held by another");

    @Test
    void startedIsAStartTimeAndAnActivePodToCome() {
        assertThat(HookStatus.started(hook(0, false), NOW))
                .as("and takes a condition Suspended away")
                .isEqualTo(Map.of("startTime", "2026-01-01T00:00:09Z", "active", 1, "conditions", List.of()));
    }

    @Test
    void startedLeavesAConditionFailureTargetWhereItIs() {
        assertThat(HookStatus.started(hook(0, true), NOW))
                .isEqualTo(Map.of("startTime", "2026-01-01T00:00:09Z", "active", 1));
    }

    @Test
    void heldIsSuspended() {
        assertThat(HookStatus.held(NOW))
                .isEqualTo(
                        Map.of(
                                "conditions",
                                List.of(
                                        condition(
                                                "Suspended",
                                                "JobSuspended",
                                                "The migration waits for approval: it is run when this Job is resumed (spec.suspend: false)."))));
    }

    @Test
    void runningHasOneActivePodAndTheFailedOnes() {
        assertThat(HookStatus.of(RUNNING, hook(0, false), NOW))
                .isEqualTo(Map.of("active", 1, "failed", 2, "conditions", List.of()));
    }

    /** Else a pass would write it again and again. */
    @Test
    void whatIsShownReadsAsWhatIsToBeShown() {
        var blocked = new Blocked(
                Reason.ConfigMissing, null, "no secret", StartStep.Start, false, NOW.toString(), NOW.toString());
        for (MigrationRunStatus run : List.of(
                RUNNING,
                RUNNING.withBlocked(blocked),
                RUNNING.withLingering(LINGERING),
                MigrationRunStatus.EMPTY.withPhase(Phase.Pending),
                WAITING)) {
            var hook = new JobBuilder()
                    .withNewMetadata()
                    .endMetadata()
                    .withNewSpec()
                    .endSpec()
                    .build();
            hook.setStatus(Serialization.unmarshal(
                    Serialization.asJson(HookStatus.of(run, hook(0, false), NOW)), JobStatus.class));

            assertThat(HookObservation.of(hook).shown()).isEqualTo(GateState.Shown.of(run));
        }
    }

    @Test
    void waitingForItsTurnItHasNoActivePodAndSaysForWhom() {
        assertThat(HookStatus.of(WAITING, hook(0, false), NOW))
                .isEqualTo(Map.of(
                        "active",
                        0,
                        "failed",
                        0,
                        "conditions",
                        List.of(condition(
                                "wavegate.io/Blocked",
                                "Waiting",
                                "The migration waits for the lock: held by another."))));
    }

    @Test
    void whatKeepsItFromEndingIsNamed() {
        assertThat(HookStatus.of(RUNNING.withLingering(LINGERING), hook(0, false), NOW))
                .containsEntry(
                        "conditions",
                        List.of(condition(
                                "wavegate.io/Blocked",
                                "SidecarStillRuns",
                                "Container migrate has ended well, and the Job goes on with proxy, mesh beside it. What is to end"
                                        + " with the migration is named in wavegate.io/sidecars.")));
    }

    @Test
    void whatKeepsItFromStartingIsAConditionThatReadersOfJobsPassOver() {
        var run = RUNNING.withBlocked(new Blocked(
                Reason.ConfigMissing,
                "secret/db",
                "container migrate: CreateContainerConfigError: secret \"db\" not found",
                StartStep.Start,
                false,
                "2026-01-01T00:00:02Z",
                "2026-01-01T00:02:02Z"));

        assertThat(HookStatus.of(run, hook(0, false), NOW))
                .isEqualTo(Map.of(
                        "active",
                        1,
                        "failed",
                        2,
                        "conditions",
                        List.of(condition(
                                "wavegate.io/Blocked",
                                "ConfigMissing",
                                "The migration can not start: container migrate: CreateContainerConfigError: secret"
                                        + " \"db\" not found. It fails as ConfigMissing at 2026-01-01T00:02:02Z,"
                                        + " unless it starts before."))));
    }

    @Test
    void successIsCompleteWithItsCriteriaMet() {
        var run = RUNNING.concluded(Reason.Migrated, "Migrated: well.", 3, 2, 0, "2026-01-01T00:00:08Z");
        assertThat(HookStatus.of(run, hook(0, false), NOW))
                .isEqualTo(Map.of(
                        "active", 0,
                        "failed", 2,
                        "succeeded", 1,
                        "completionTime", "2026-01-01T00:00:09Z",
                        "conditions",
                                List.of(
                                        condition("SuccessCriteriaMet", "Migrated", "Migrated: well."),
                                        condition("Complete", "Migrated", "Migrated: well."))));
    }

    @Test
    void failureIsFailedWithItsTarget() {
        var run = RUNNING.concluded(Reason.MigrationFailed, "MigrationFailed: no.", 3, 3, 1, "2026-01-01T00:00:08Z");
        assertThat(HookStatus.of(run, hook(0, false), NOW))
                .isEqualTo(Map.of(
                        "active", 0,
                        "failed", 3,
                        "conditions",
                                List.of(
                                        condition("FailureTarget", "MigrationFailed", "MigrationFailed: no."),
                                        condition("Failed", "MigrationFailed", "MigrationFailed: no."))));
    }

    /** The API server refuses it; a record that stands for a lost one knows of no pod that failed before. */
    @Test
    void failedPodsAreNeverTakenBack() {
        var lost = RUNNING.concluded(Reason.RecordLost, "RecordLost: no.", 0, 0, null, "2026-01-01T00:00:08Z");
        assertThat(HookStatus.of(MigrationRunStatus.EMPTY.withPhase(Phase.Pending), hook(3, false), NOW))
                .containsEntry("failed", 3);
        assertThat(HookStatus.of(lost, hook(3, false), NOW)).containsEntry("failed", 3);
        assertThat(HookStatus.of(RUNNING, hook(1, false), NOW)).containsEntry("failed", 2);
        assertThat(HookStatus.verdict(Reason.RecordLost, "RecordLost: no.", hook(3, false), NOW, NOW))
                .containsEntry("failed", 3);
    }

    /** The API server refuses that too. */
    @Test
    void aRunThatGoesOnLeavesFailureTargetWhereItIs() {
        assertThat(HookStatus.of(RUNNING.withLingering(LINGERING), hook(0, true), NOW))
                .isEqualTo(Map.of("active", 1, "failed", 2));
    }

    private static GateState.Hook hook(int failed, boolean failureTarget) {
        return new GateState.Hook(
                false,
                failureTarget,
                false,
                false,
                true,
                new GateState.Shown(1, failed, null),
                new MigrationRunStatus.Changed(null, null));
    }

    @Test
    void aVerdictWithoutARunHasAStartTimeToo() {
        assertThat(HookStatus.verdict(
                        Reason.NameTaken, "NameTaken: no.", hook(0, false), Instant.parse("2026-01-01T00:00:01Z"), NOW))
                .isEqualTo(Map.of(
                        "startTime",
                        "2026-01-01T00:00:01Z",
                        "active",
                        0,
                        "failed",
                        0,
                        "conditions",
                        List.of(
                                condition("FailureTarget", "NameTaken", "NameTaken: no."),
                                condition("Failed", "NameTaken", "NameTaken: no."))));
    }

    private static Map<String, Object> condition(String type, String reason, String message) {
        return Map.of(
                "type",
                type,
                "status",
                "True",
                "reason",
                reason,
                "message",
                message,
                "lastProbeTime",
                "2026-01-01T00:00:09Z",
                "lastTransitionTime",
                "2026-01-01T00:00:09Z");
    }
}
