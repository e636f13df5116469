package io.wavegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.MigrationResult;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Reason;
import io.wavegate.run.RunState.Container;
import io.wavegate.run.RunState.End;
import io.wavegate.run.RunState.Job;
import io.wavegate.run.RunState.Outcome;
import io.wavegate.run.RunState.Pod;
import io.wavegate.run.RunState.Role;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A verdict on a run of the built-in engine has the engine's words. */
class EngineVerdictTest {
    private static final Instant T0 = Instant.parse(Draft.T0);
    private static final MigrationResult APPLIED = result("9", "12", 3, null);
    private static final MigrationResult FAILED = result(
            "9",
            "10",
            1,
            new MigrationResult.Failure(
                    "ERROR: relation \"a\" does not exist", "SQLSTATE 42P01", "V11__a.sql", 4, "DROP TABLE a"));

    @Test
    void whatWasApplied() {
        assertThat(verdict(true, APPLIED).detail()).isEqualTo("applied 3, now at 12");
    }

    @Test
    void nothingWasPending() {
        assertThat(verdict(true, result("12", "12", 0, null)).detail()).isEqualTo("nothing was pending, at 12");
    }

    @Test
    void repeatableOnesLeaveTheVersionAsItIs() {
        assertThat(verdict(true, result("12", "12", 1, null)).detail()).isEqualTo("applied 1, still at 12");
    }

    @Test
    void whyItFailed() {
        Verdict verdict = verdict(false, FAILED);
        assertThat(verdict.reason()).isEqualTo(Reason.MigrationFailed);
        assertThat(verdict.detail())
                .isEqualTo(
                        "container migrate exited with code 1 at attempt 1, the last one (BackoffLimitExceeded): V11__a.sql, line 4:"
                                + " ERROR: relation \"a\" does not exist (SQLSTATE 42P01); applied 1 before that, now at 10");
    }

    @Test
    void theDatabasesSentenceEndsInOneFullStop() {
        assertThat(verdict(
                                false,
                                result(
                                        null,
                                        null,
                                        0,
                                        new MigrationResult.Failure("No such host.", null, null, null, null)))
                        .detail())
                .endsWith(": No such host");
    }

    @Test
    void anotherProgramHasNone() {
        assertThat(verdict(true, null).detail()).isEqualTo("the migration ended well");
    }

    @Test
    void theRecordRemembersItWhenThePodIsGone() {
        RunState state = state(true, MigrationRunStatus.EMPTY.withResult(APPLIED), List.of());
        assertThat(Verdict.result(state)).isEqualTo(APPLIED);
    }

    @Test
    void anAttemptThatSaidNothingHasNoneOfAnEarlierOnes() {
        RunState state = state(true, MigrationRunStatus.EMPTY.withResult(FAILED), List.of(pod(true, null)));
        assertThat(Verdict.result(state)).isNull();
    }

    private static Verdict verdict(boolean complete, @Nullable MigrationResult result) {
        RunState state = state(complete, MigrationRunStatus.EMPTY, List.of(pod(complete, result)));
        Job.Ours job = (Job.Ours) state.job();
        End end = job.end();
        assertThat(end).isNotNull();
        return Verdict.of(state, job, end);
    }

    private static RunState state(boolean complete, MigrationRunStatus status, List<Pod> pods) {
        var end = new End(complete, complete ? "" : "BackoffLimitExceeded", "", T0.toString(), false);
        Job.Ours job = Draft.job(complete ? 0 : 1, complete ? 1 : 0, true, end);
        return Draft.state(Draft.recorded(status), job, pods, T0.plusSeconds(9));
    }

    private static Pod pod(boolean complete, @Nullable MigrationResult result) {
        return Draft.pod(
                "pod-1",
                complete ? Outcome.SUCCEEDED : Outcome.FAILED,
                false,
                new Container("migrate", Role.MAIN, true, 0, complete ? 0 : 1, null, T0, null, result, null));
    }

    private static MigrationResult result(
            @Nullable String before, @Nullable String after, int applied, MigrationResult.@Nullable Failure failure) {
        return new MigrationResult("migrate", "PostgreSQL 17.2", before, after, applied, 0, 40, null, null, failure);
    }
}
