package io.wavegate.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the delete policies and the TTL leave of the emitted Job: as Helm does with a hook Job, but the record always stays. */
@LabTest
class DeletePolicyIT {

    @ParameterizedTest(name = "{0}: after success the Job {1}, after failure it {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                              | STAYS | STAYS",
                "before-hook-creation                            | STAYS | STAYS",
                "hook-succeeded                                  | GOES  | STAYS",
                "hook-failed                                     | STAYS | GOES",
                "before-hook-creation,hook-succeeded             | GOES  | STAYS",
                "before-hook-creation, hook-failed               | STAYS | GOES",
                "before-hook-creation,hook-succeeded,hook-failed | GOES  | GOES"
            })
    void theEmittedJobStaysOrGoesAsThePolicySays(
            String policy, JobAfterwards success, JobAfterwards failure, Project project) {
        Hook good = project.create(withPolicy(project.hookJob("good").script("echo Applying 0001... OK"), policy));
        Hook bad = project.create(withPolicy(project.hookJob("bad").script("echo syntax error", "exit 3"), policy));

        good.awaitComplete();
        bad.awaitFailed();

        is(success, good);
        is(failure, bad);
        keepsItsRecord(good, Phase.Succeeded, "Applying 0001... OK");
        keepsItsRecord(bad, Phase.Failed, "syntax error");
    }

    @ParameterizedTest(name = "policy {0}")
    @ValueSource(strings = {"", "before-hook-creation", "before-hook-creation,hook-succeeded"})
    void theJobOfTheLastRunGoesBeforeTheNextOneIsCreated(String policy, Project project) {
        Hook earlier = project.create(withPolicy(project.hookJob("migrate").script("exit 1"), policy));
        earlier.awaitFailed();
        Job old = earlier.awaitEmitted();
        earlier.delete();

        Hook later = project.create(withPolicy(project.hookJob("migrate").script("true"), policy));
        later.awaitComplete();

        assertThat(project.everEmitted()).hasSize(2);
        long goneAt = project.jobs()
                .deletion(old.getMetadata().getUid())
                .orElseThrow(() -> new AssertionError("the Job of the last run is still there"))
                .version();
        long createdAt = project.jobs()
                .of(later.everEmitted().get(0).getMetadata().getUid())
                .get(0)
                .version();
        assertThat(goneAt)
                .as("resource version in which the Job of the last run went")
                .isLessThan(createdAt);
        assertThat(project.records()).as("records, of both runs").hasSize(2);
    }

    @Test
    void withoutBeforeHookCreationTheJobOfTheLastRunStays(Project project) {
        Hook earlier =
                project.create(project.hookJob("migrate").script("exit 1").deletePolicy("hook-succeeded"));
        earlier.awaitFailed();
        Job old = earlier.awaitEmitted();
        earlier.delete();

        Hook later = project.create(project.hookJob("migrate").script("true").deletePolicy("hook-succeeded"));
        later.awaitComplete();

        is(JobAfterwards.GOES, later);
        assertThat(project.client().resource(old).get()).isNotNull();
        assertThat(project.records()).hasSize(2);
    }

    @Test
    void timeToLiveCountsFromTheMomentTheRecordIsWritten(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .script("echo Applying 0001... OK")
                .spec(spec -> spec.withTtlSecondsAfterFinished(0)));

        hook.awaitComplete();

        is(JobAfterwards.GOES, hook);
        keepsItsRecord(hook, Phase.Succeeded, "Applying 0001... OK");
        MigrationRun run = hook.awaitVerdict();
        long written = project.runs()
                .first(run.getMetadata().getUid(), seen -> seen.statusOrEmpty().terminal())
                .orElseThrow()
                .version();
        String emitted = hook.everEmitted().get(0).getMetadata().getUid();
        long gone = Await.until("the chronicle to tell that the emitted Job went")
                .until(() -> project.jobs().deletion(emitted), Optional::isPresent)
                .orElseThrow()
                .version();
        assertThat(project.jobs()
                        .first(emitted, seen -> seen.getMetadata().getDeletionTimestamp() != null)
                        .map(Chronicle.Sighting::version)
                        .orElse(gone))
                .as("resource version in which the emitted Job went")
                .isGreaterThan(written);
        Await.until("Kubernetes to apply the TTL to the hook Job itself")
                .untilAsserted(() -> assertThat(hook.find()).isEmpty());
    }

    private enum JobAfterwards {
        STAYS,
        GOES
    }

    private static HookJob withPolicy(HookJob hookJob, String policy) {
        return policy.isEmpty() ? hookJob : hookJob.deletePolicy(policy);
    }

    private static void is(JobAfterwards afterwards, Hook hook) {
        List<Job> emitted = hook.everEmitted();
        assertThat(emitted).hasSize(1);
        if (afterwards == JobAfterwards.GOES) {
            Await.until("the emitted Job of " + hook.name() + " and its pods to go")
                    .untilAsserted(() -> {
                        assertThat(hook.emitted()).isEmpty();
                        assertThat(hook.pods()).isEmpty();
                    });
        } else {
            Await.throughout(Duration.ofSeconds(2), "the emitted Job of " + hook.name() + " to stay", () -> {
                assertThat(hook.emitted()).isPresent();
                assertThat(hook.pods()).hasSize(1);
            });
        }
    }

    private static void keepsItsRecord(Hook hook, Phase phase, String log) {
        MigrationRunStatus status = hook.awaitVerdict().getStatus();
        assertThat(status.phase()).isEqualTo(phase);
        assertThat(status.log()).isNotNull();
        assertThat(status.log().text()).isNotNull();
        assertThat(status.log().text().strip()).isEqualTo(log);
    }
}
