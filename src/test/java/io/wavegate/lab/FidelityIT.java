package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static io.wavegate.lab.HookJob.waitFor;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Names;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.api.RunName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The emitted Job is the user's Job, and what the record says of it is what happened. */
@LabTest
class FidelityIT {

    /** Fields that are rarely used, some of them young, each in a form that a typed copy is likely to lose or to reword. */
    private static final String EVERYTHING = """
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: migrate
              labels: {team: shop, app.kubernetes.io/managed-by: Helm}
              annotations:
                helm.sh/hook: pre-install,pre-upgrade
                helm.sh/hook-weight: "-5"
                argocd.argoproj.io/sync-options: Force=true
                example.org/owner: someone
              finalizers: [example.org/kept-by-the-user]
            spec:
              managedBy: wavegate.io/controller
              activeDeadlineSeconds: 120
              ttlSecondsAfterFinished: 3600
              completionMode: Indexed
              completions: 1
              parallelism: 1
              backoffLimitPerIndex: 1
              maxFailedIndexes: 1
              podFailurePolicy:
                rules:
                - {action: Ignore, onPodConditions: [{type: DisruptionTarget, status: "True"}]}
                - {action: FailIndex, onExitCodes: {containerName: migrate, operator: In, values: [42]}}
              template:
                metadata:
                  labels: {app: migrate}
                  annotations: {kubectl.kubernetes.io/default-container: migrate, sidecar.istio.io/inject: "false"}
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 3
                  enableServiceLinks: false
                  hostAliases: [{ip: 127.0.0.1, hostnames: [db.example.org]}]
                  dnsConfig: {options: [{name: ndots, value: "2"}, {name: edns0}]}
                  tolerations: [{key: batch, operator: Exists}]
                  securityContext: {fsGroup: 1000, sysctls: []}
                  volumes:
                  - name: scratch
                    emptyDir: {medium: Memory, sizeLimit: 16Mi}
                  - name: about
                    projected:
                      sources:
                      - downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}
                  initContainers:
                  - name: proxy
                    image: lab/busybox:1
                    imagePullPolicy: Never
                    restartPolicy: Always
                    command: [sh, -c, "touch /scratch/up; exec sleep 1000"]
                    startupProbe: {exec: {command: [test, -e, /scratch/up]}, periodSeconds: 1}
                    volumeMounts: [{name: scratch, mountPath: /scratch}]
                  containers:
                  - name: migrate
                    image: lab/busybox:1
                    imagePullPolicy: Never
                    command: [sh, -c, "echo migrated $(EMPTY)as $(NAME)"]
                    env:
                    - {name: EMPTY, value: ""}
                    - {name: NAME, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
                    - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1m}}}
                    resources: {requests: {cpu: 0.01, memory: 1e6}, limits: {cpu: 0.5, memory: 0.25Gi}}
                    resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]
                    securityContext: {runAsUser: 0, capabilities: {drop: [NET_RAW]}}
                    volumeMounts: [{name: about, mountPath: /about, readOnly: true, recursiveReadOnly: Disabled}]
            """;

    @Test
    void everyFieldOfTheHookJobReachesTheEmittedJob(Project project) {
        project.lab().apply(project.namespace(), EVERYTHING);
        Hook hook = project.awaitHook("migrate");
        JsonNode asked = json(project, "migrate");
        JsonNode emitted = json(project, hook.awaitEmitted().getMetadata().getName());
        release(project, "migrate");

        String run = RunName.of("migrate", hook.uid());
        assertThat(spec(emitted, "selector", "manualSelector", "suspend")).isEqualTo(expectedSpec(asked, run));
        assertThat(emitted.path("spec").path("manualSelector").asBoolean()).isTrue();
        assertThat(emitted.path("spec").path("selector"))
                .isEqualTo(tree(Map.of("matchLabels", Map.of("batch.kubernetes.io/controller-uid", hook.uid()))));

        JsonNode metadata = emitted.path("metadata");
        assertThat(metadata.path("name").asText()).isEqualTo(run);
        assertThat(metadata.path("labels"))
                .isEqualTo(tree(Map.of(
                        "team",
                        "shop",
                        Names.MANAGED_BY_LABEL,
                        Names.MANAGED_BY_WAVEGATE,
                        Names.RUN_LABEL,
                        run,
                        Names.HOOK_LABEL,
                        "migrate")));
        assertThat(metadata.path("annotations")).isEqualTo(tree(Map.of("example.org/owner", "someone")));
        assertThat(metadata.path("finalizers").toString())
                .as("finalizers: the user's stay on the hook Job")
                .doesNotContain("example.org");

        hook.awaitComplete();
        MigrationRunStatus status = hook.awaitVerdict().getStatus();
        assertThat(text(status)).isEqualTo("migrated as lab");
        assertThat(log(status).container()).isEqualTo("migrate");
    }

    @Test
    void theRecordAndTheHookJobOwnTheEmittedJob(Project project) {
        Hook hook = project.create(project.hookJob("migrate").script(waitFor("go")));
        MigrationRun run = hook.awaitRunning();

        List<OwnerReference> owners = hook.awaitEmitted().getMetadata().getOwnerReferences();

        assertThat(owners).hasSize(2);
        assertThat(owners)
                .filteredOn(owner -> owner.getKind().equals("MigrationRun"))
                .singleElement()
                .satisfies(owner -> {
                    assertThat(owner.getUid()).isEqualTo(run.getMetadata().getUid());
                    assertThat(owner.getController()).isTrue();
                });
        assertThat(owners)
                .filteredOn(owner -> owner.getKind().equals("Job"))
                .singleElement()
                .satisfies(owner -> {
                    assertThat(owner.getUid()).isEqualTo(hook.uid());
                    assertThat(owner.getController()).isIn(null, false);
                    assertThat(owner.getBlockOwnerDeletion()).isIn(null, false);
                });
        assertThat(run.getMetadata().getOwnerReferences())
                .as("owners of the record: it outlives the hook Job")
                .isEmpty();
        assertThat(hook.pods())
                .singleElement()
                .satisfies(pod -> assertThat(pod.getMetadata().getLabels())
                        .containsEntry(Names.RUN_LABEL, run.getMetadata().getName())
                        .containsEntry("batch.kubernetes.io/job-name", "migrate")
                        .containsEntry("batch.kubernetes.io/controller-uid", hook.uid())
                        .containsEntry("job-name", "migrate")
                        .containsEntry("controller-uid", hook.uid()));
        project.open("go");
        hook.awaitComplete();
    }

    @Test
    void aPassedDeadlineKeepsWhatTheMigrationHadSaid(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .script("echo Applying 0042_backfill...", waitFor("never"))
                .spec(spec -> spec.withActiveDeadlineSeconds(15L)));

        assertThat(Hook.verdict(hook.awaitFailed()).getReason()).isEqualTo(Reason.DeadlineExceeded.name());
        MigrationRunStatus status = hook.awaitVerdict().getStatus();
        assertThat(status.reason()).isEqualTo(Reason.DeadlineExceeded);
        assertThat(text(status)).isEqualTo("Applying 0042_backfill...");
        assertThat(Hook.message(hook.live()))
                .contains(Reason.DeadlineExceeded.advice())
                .contains("Applying 0042_backfill...");
    }

    @Test
    void aContainerRestartedInItsPodFailsAtTheBackoffLimit(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .script(trace("attempts", "once"), "echo no such column", "exit 7")
                .backoffLimit(1)
                .pod(pod -> pod.withRestartPolicy("OnFailure")));

        assertThat(Hook.verdict(hook.awaitFailed()).getReason()).isEqualTo(Reason.MigrationFailed.name());
        MigrationRunStatus status = hook.awaitVerdict().getStatus();
        assertThat(status.reason()).isEqualTo(Reason.MigrationFailed);
        assertThat(text(status)).isEqualTo("no such column");
        assertThat(status.exitCode()).isEqualTo(7);
        assertThat(status.attempts()).isEqualTo(project.lines("attempts").size());
    }

    @Test
    void passwordsInUrlsAreNeitherInTheRecordNorInTheMessage(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .script(
                        "echo connecting to mysql://root:hunter2@db:3306/shop",
                        "echo could not connect to postgres://shop:s3cr%40t@db.example.org:5432/shop?sslmode=require",
                        "exit 1"));

        hook.awaitFailed();

        String record = project.client()
                .getKubernetesSerialization()
                .asYaml(hook.awaitVerdict().getStatus());
        assertThat(record).doesNotContain("hunter2", "s3cr%40t");
        assertThat(text(hook.awaitVerdict().getStatus()))
                .contains("connecting to mysql://")
                .contains("@db:3306/shop")
                .contains("@db.example.org:5432/shop?sslmode=require");
        assertThat(Hook.message(hook.live()))
                .doesNotContain("s3cr%40t")
                .contains("could not connect to postgres://")
                .contains("@db.example.org:5432/shop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "exit 1"})
    void theRecordHasTheImageThatRan(String end, Project project) {
        Hook hook = project.create(project.hookJob("migrate").script(end).deletePolicy("hook-succeeded,hook-failed"));

        MigrationRun run = hook.awaitVerdict();

        assertThat(run.getStatus().image()).matches(".*sha256:[0-9a-f]{64}");
        Await.until("the emitted Job to be gone").until(() -> hook.emitted().isEmpty());
    }

    @Test
    void theRecordHasTheLastFiftyLines(Project project) {
        Hook hook = project.create(project.hookJob("migrate").script("seq 1 1000"));

        hook.awaitComplete();

        assertThat(text(hook.awaitVerdict().getStatus()).lines())
                .containsExactlyElementsOf(IntStream.rangeClosed(951, 1000)
                        .mapToObj(Integer::toString)
                        .toList());
    }

    @Test
    void theRecordHasAtMostFourKibibytesOfLog(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .script(
                        "long=$(printf 'ä%.0s' $(seq 1 300))",
                        "for i in $(seq 1 40); do echo \"$i $long\"; done", "echo the end"));

        hook.awaitComplete();

        String text = text(hook.awaitVerdict().getStatus());
        assertThat(text.getBytes(UTF_8).length).isBetween(3 * 1024, 4 * 1024);
        assertThat(text).endsWith("the end").doesNotContain("\uFFFD");
    }

    @Test
    void anEmittedJobThatIsDeletedByHandIsNeverMadeAgain(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .script("trap '' TERM", trace("migrations", "once"), waitFor("never"))
                .terminationGracePeriodSeconds(4));
        project.awaitTraced("migrations", 1);

        project.client().resource(hook.awaitEmitted()).delete();

        Job failed = hook.awaitFailed();
        assertThat(Hook.verdict(failed).getReason()).isEqualTo(Reason.JobDeleted.name());
        assertThat(Hook.message(failed)).contains(Reason.JobDeleted.advice());
        assertThat(hook.awaitVerdict().getStatus().phase()).isEqualTo(Phase.Failed);
        Await.throughout(
                Duration.ofSeconds(2),
                "no other Job to appear",
                () -> assertThat(project.everEmitted()).hasSize(1));
        assertThat(project.lines("migrations")).containsExactly("once");
    }

    private static JsonNode expectedSpec(JsonNode hook, String run) {
        ObjectNode expected =
                spec(hook, "managedBy", "selector", "manualSelector", "suspend", "ttlSecondsAfterFinished");
        expected.put("podReplacementPolicy", "Failed");
        ObjectNode labels =
                (ObjectNode) expected.path("template").path("metadata").path("labels");
        labels.put(Names.RUN_LABEL, run).put(Names.HOOK_LABEL, "migrate");
        JsonNode pod = expected.path("template").path("spec");
        List.of("containers", "initContainers")
                .forEach(containers -> pod.path(containers)
                        .forEach(container ->
                                ((ObjectNode) container).put("terminationMessagePolicy", "FallbackToLogsOnError")));
        return expected;
    }

    private static ObjectNode spec(JsonNode job, String... without) {
        return ((ObjectNode) job.path("spec").deepCopy()).remove(List.of(without));
    }

    private static JsonNode json(Project project, String job) {
        GenericKubernetesResource resource = project.client()
                .genericKubernetesResources("batch/v1", "Job")
                .inNamespace(project.namespace())
                .withName(job)
                .require();
        return project.client().getKubernetesSerialization().convertValue(resource, JsonNode.class);
    }

    private static JsonNode tree(Map<String, ?> map) {
        return new ObjectMapper().valueToTree(map);
    }

    /** Without this the namespace would wait for the user's finalizer. */
    private static void release(Project project, String job) {
        project.liveJobs()
                .withName(job)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
    }

    private static MigrationRunStatus.Log log(MigrationRunStatus status) {
        return Objects.requireNonNull(status.log(), () -> "no log in " + status);
    }

    private static String text(MigrationRunStatus status) {
        return Objects.requireNonNull(log(status).text(), () -> "no text in " + status)
                .strip();
    }
}
