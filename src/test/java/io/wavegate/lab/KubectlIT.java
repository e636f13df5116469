package io.wavegate.lab;

import static io.wavegate.lab.HookJob.waitFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.Phase;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person at a terminal sees, and may not do. */
@LabTest
class KubectlIT {

    @Test
    void logsFollowTheMigrationByTheNameOfTheHook(Project project) throws IOException {
        Hook hook =
                project.create(project.hookJob("migrate").script("echo first line", waitFor("go"), "echo last line"));
        Await.until("the pod to run")
                .until(() -> hook.pods().stream()
                        .anyMatch(pod -> "Running".equals(pod.getStatus().getPhase())));

        try (Following logs =
                new Following(project.lab().environment(), project.kubectlLine("logs", "--follow", "job/migrate"))) {
            Await.until("the first line").until(() -> logs.lines().contains("first line"));
            assertThat(logs.lines()).doesNotContain("last line");
            project.open("go");
            assertThat(logs.awaitEnd()).isZero();
            assertThat(logs.lines()).containsExactly("first line", "last line");
        }
        hook.awaitComplete();
    }

    @Test
    void waitingForTheHookEndsWithTheMigration(Project project) throws IOException {
        project.create(project.hookJob("migrate").script(waitFor("go")));

        try (Following wait = new Following(
                project.lab().environment(),
                project.kubectlLine("wait", "--for=condition=complete", "job/migrate", "--timeout=60s"))) {
            project.awaitHook("migrate").awaitRunning();
            assertThat(wait.lines()).isEmpty();
            project.open("go");
            assertThat(wait.awaitEnd()).isZero();
            assertThat(wait.lines()).containsExactly("job.batch/migrate condition met");
        }
    }

    @Test
    void waitingForAFailureEndsWithTheMigration(Project project) {
        project.create(project.hookJob("migrate").script("exit 1"));

        assertThat(project.kubectl("wait", "--for=condition=failed", "job/migrate", "--timeout=60s"))
                .contains("condition met");
    }

    @Test
    void theHookJobReadsLikeAnyFinishedJob(Project project) {
        project.create(project.hookJob("good").script("true")).awaitComplete();
        project.create(project.hookJob("bad").script("exit 1")).awaitFailed();

        List<List<String>> rows = rows(project.kubectl("get", "job", "good", "bad"));
        assertThat(rows.get(1)).startsWith("good", "Complete", "1/1");
        assertThat(rows.get(2)).startsWith("bad", "Failed", "0/1");
        assertThat(project.awaitHook("good").live().getStatus()).satisfies(status -> {
            assertThat(status.getSucceeded()).isEqualTo(1);
            assertThat(status.getFailed()).isIn(null, 0);
            assertThat(status.getActive()).isIn(null, 0);
            assertThat(status.getStartTime()).isNotBlank();
            assertThat(status.getCompletionTime()).isNotBlank();
        });
        assertThat(project.awaitHook("bad").live().getStatus()).satisfies(status -> {
            assertThat(status.getSucceeded()).isIn(null, 0);
            assertThat(status.getFailed()).isEqualTo(1);
            assertThat(status.getActive()).isIn(null, 0);
            assertThat(status.getStartTime()).isNotBlank();
            assertThat(status.getCompletionTime()).isNull();
        });
    }

    @Test
    void recordsAreTheHistoryInOneLineEach(Project project) {
        Hook hook = project.create(project.hookJob("migrate").script("true"));
        hook.awaitComplete();

        List<List<String>> rows = rows(project.kubectl("get", "mrun"));

        assertThat(rows.get(0))
                .containsExactly("NAME", "HOOK", "APPLICATION", "REVISION", "EVENT", "PHASE", "REASON", "AGE");
        assertThat(rows.get(1))
                .contains(hook.awaitVerdict().getMetadata().getName(), "migrate", "Succeeded", "Migrated");
        assertThat(rows).hasSize(2);
    }

    @Test
    void aJobThatIsNoHookIsServedAsWell(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .script("echo migrated")
                .edit(job -> job.editMetadata().withAnnotations(Map.of()).endMetadata()));

        hook.awaitComplete();

        assertThat(hook.awaitVerdict().getSpec().event()).isNull();
        assertThat(hook.awaitVerdict().getSpec().release().id()).isEqualTo(hook.uid());
        assertThat(hook.awaitVerdict().getSpec().release().application()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mrun",
                "mrun.spec",
                "mrun.spec.hook",
                "mrun.spec.release",
                "mrun.spec.release.application",
                "mrun.status",
                "mrun.status.job",
                "mrun.status.log"
            })
    void everyFieldOfARecordIsExplained(String path, Lab lab) {
        assertThat(lab.kubectl("explain", path)).contains("DESCRIPTION").doesNotContain("<no description>", "<empty>");
    }

    @Test
    void whatWasAskedForCanNotBeChanged(Project project) {
        String run = finished(project).getMetadata().getName();

        Command patch = project.tryKubectl(
                "patch", "mrun", run, "--type=merge", "--patch={\"spec\":{\"event\":\"post-upgrade\"}}");

        assertThat(patch.exitCode()).isNotZero();
        assertThat(patch.output()).contains("never changes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"status\":{\"phase\":\"Running\"}}",
                "{\"status\":{\"phase\":\"Failed\"}}",
                "{\"status\":{\"phase\":null}}",
                "{\"status\":{\"reason\":\"RecordLost\"}}",
                "{\"status\":null}"
            })
    void aVerdictCanNotBeChanged(String patch, Project project) {
        MigrationRun before = finished(project);
        String run = before.getMetadata().getName();

        Command command =
                project.tryKubectl("patch", "mrun", run, "--subresource=status", "--type=merge", "--patch=" + patch);

        assertThat(command.exitCode()).as(command.output()).isNotZero();
        assertThat(command.output()).contains("never");
        assertThat(record(project, run).require().getStatus()).isEqualTo(before.getStatus());
    }

    @Test
    void aWriteFromThePastIsRefused(Project project) {
        MigrationRun now = finished(project);
        MigrationRun past = project.runs().of(now.getMetadata().getUid()).get(0).object();
        assertThat(past.getMetadata().getResourceVersion())
                .isNotEqualTo(now.getMetadata().getResourceVersion());

        assertThatThrownBy(() -> project.client()
                        .resource(past)
                        .inNamespace(project.namespace())
                        .updateStatus())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        refusal -> assertThat(refusal.getCode()).isEqualTo(HttpURLConnection.HTTP_CONFLICT));
        assertThat(record(project, now.getMetadata().getName()).require().getStatus())
                .isEqualTo(now.getStatus());
    }

    private static MigrationRun finished(Project project) {
        Hook hook = project.create(project.hookJob("migrate").script("echo migrated"));
        hook.awaitComplete();
        MigrationRun run = hook.awaitVerdict();
        assertThat(run.getStatus().phase()).isEqualTo(Phase.Succeeded);
        return run;
    }

    private static Resource<MigrationRun> record(Project project, String name) {
        return project.client()
                .resources(MigrationRun.class)
                .inNamespace(project.namespace())
                .withName(name);
    }

    private static List<List<String>> rows(String table) {
        return table.lines().map(line -> List.of(line.strip().split("\\s+"))).toList();
    }
}
