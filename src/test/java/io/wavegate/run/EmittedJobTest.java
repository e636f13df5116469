package io.wavegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Options;
import io.wavegate.api.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The Job that runs, against the hook Job it is made from. */
class EmittedJobTest {
    @Test
    void isTheHookJobUnderTheRunsNameWithItsPodsFoundByTheHooksLabels() {
        assertThat(emitted("""
                        metadata:
                          labels: {app: shop, app.kubernetes.io/managed-by: Helm}
                          annotations:
                            note: kept
                            helm.sh/hook: pre-install
                            helm.sh/hook-delete-policy: hook-succeeded
                            argocd.argoproj.io/tracking-id: "shop:batch/Job:shop/migrate"
                            argocd.argoproj.io/hook: PreSync
                            kubectl.kubernetes.io/last-applied-configuration: "{}"
                        spec:
                          managedBy: wavegate.io/controller
                          suspend: false
                          ttlSecondsAfterFinished: 0
                          podReplacementPolicy: TerminatingOrFailed
                          backoffLimit: 3
                          fieldOfTheFuture: {deep: [1, {kept: true}]}
                          template:
                            metadata: {labels: {app: shop}, annotations: {sidecar.istio.io/inject: "false"}}
                            spec:
                              fieldOfTheFuture: 0.5
                              initContainers: [{name: wait, terminationMessagePolicy: File}]
                              containers:
                              - {name: migrate, resources: {limits: {cpu: 0.5}}}
                              - {name: proxy, terminationMessagePolicy: FallbackToLogsOnError}
                        """)).isEqualTo(yaml("""
                        apiVersion: batch/v1
                        kind: Job
                        metadata:
                          name: migrate-1
                          namespace: shop
                          labels: {app: shop, app.kubernetes.io/managed-by: wavegate, wavegate.io/run: migrate-1, wavegate.io/hook: migrate}
                          annotations: {note: kept}
                          ownerReferences:
                          - {apiVersion: wavegate.io/v1alpha1, kind: MigrationRun, name: migrate-1, uid: run-uid, controller: true, blockOwnerDeletion: true}
                          - {apiVersion: batch/v1, kind: Job, name: migrate, uid: hook-uid}
                        spec:
                          podReplacementPolicy: Failed
                          backoffLimit: 3
                          fieldOfTheFuture: {deep: [1, {kept: true}]}
                          manualSelector: true
                          selector: {matchLabels: {batch.kubernetes.io/controller-uid: hook-uid}}
                          template:
                            metadata:
                              labels:
                                app: shop
                                batch.kubernetes.io/controller-uid: hook-uid
                                batch.kubernetes.io/job-name: migrate
                                controller-uid: hook-uid
                                job-name: migrate
                                wavegate.io/run: migrate-1
                                wavegate.io/hook: migrate
                              annotations: {sidecar.istio.io/inject: "false"}
                            spec:
                              fieldOfTheFuture: 0.5
                              initContainers: [{name: wait, terminationMessagePolicy: FallbackToLogsOnError}]
                              containers:
                              - {name: migrate, resources: {limits: {cpu: 0.5}}, terminationMessagePolicy: FallbackToLogsOnError}
                              - {name: proxy, terminationMessagePolicy: FallbackToLogsOnError}
                        """));
    }

    @Test
    void aCheckIsTheLastInitContainerAndTheSecondRule() {
        assertThat(podOf(check("manage.py", "check"), """
                        spec:
                          podFailurePolicy:
                            rules:
                            - {action: FailJob, onExitCodes: {operator: In, values: [42]}}
                          template:
                            metadata: {annotations: {kubectl.kubernetes.io/default-container: migrate}}
                            spec:
                              initContainers: [{name: prepare}, {name: proxy, restartPolicy: Always}]
                              containers:
                              - {name: exporter, image: other}
                              - name: migrate
                                image: shop
                                imagePullPolicy: Never
                                command: [migrate]
                                args: [now]
                                workingDir: /app
                                env: [{name: A, value: b}]
                                envFrom: [{secretRef: {name: db}}]
                                resources: {limits: {memory: 1Gi}}
                                resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]
                                volumeMounts: [{name: v, mountPath: /v}]
                                volumeDevices: [{name: d, devicePath: /d}]
                                securityContext: {runAsUser: 1}
                                ports: [{containerPort: 1}]
                                livenessProbe: {exec: {command: [x]}}
                                lifecycle: {preStop: {exec: {command: [x]}}}
                                tty: true
                        """)).isEqualTo(yaml("""
                        policy:
                          rules:
                          - {action: Ignore, onPodConditions: [{type: DisruptionTarget, status: "True"}]}
                          - {action: FailJob, onExitCodes: {containerName: wavegate-check, operator: NotIn, values: [0]}}
                          - {action: FailJob, onExitCodes: {operator: In, values: [42]}}
                        init:
                        - {name: prepare}
                        - {name: proxy, restartPolicy: Always}
                        - name: wavegate-check
                          command: [manage.py, check]
                          image: shop
                          imagePullPolicy: Never
                          workingDir: /app
                          env: [{name: A, value: b}]
                          envFrom: [{secretRef: {name: db}}]
                          resources: {limits: {memory: 1Gi}}
                          volumeMounts: [{name: v, mountPath: /v}]
                          volumeDevices: [{name: d, devicePath: /d}]
                          securityContext: {runAsUser: 1}
                        containers: [exporter, migrate]
                        """));
    }

    @Test
    void whatTheUserSaysOfDisruptionsStands() {
        assertThat(podOf(check("true"), """
                        spec:
                          podFailurePolicy:
                            fieldOfTheFuture: kept
                            rules:
                            - {action: Count, onPodConditions: [{type: ConfigIssue, status: "True"}]}
                            - {action: FailJob, onPodConditions: [{type: DisruptionTarget, status: "True"}]}
                          template: {spec: {containers: [{name: migrate, image: shop}]}}
                        """)).isEqualTo(yaml("""
                        policy:
                          fieldOfTheFuture: kept
                          rules:
                          - {action: FailJob, onPodConditions: [{type: DisruptionTarget, status: "True"}]}
                          - {action: FailJob, onExitCodes: {containerName: wavegate-check, operator: NotIn, values: [0]}}
                          - {action: Count, onPodConditions: [{type: ConfigIssue, status: "True"}]}
                        init: [{name: wavegate-check, command: ["true"], image: shop}]
                        containers: [migrate]
                        """));
    }

    @Test
    void sidecarsStandBetweenTheInitContainersAndTheCheckWhichHasTheMigrationsImage() {
        assertThat(podOf(
                        new Options(null, List.of("true"), null, null, null, null, List.of("log", "proxy"), null, null),
                        """
                        spec:
                          template:
                            spec:
                              initContainers: [{name: prepare}]
                              containers:
                              - {name: proxy, image: proxy, startupProbe: {exec: {command: [up]}}}
                              - {name: migrate, image: shop}
                              - {name: log, image: log}
                        """))
                .isEqualTo(yaml("""
                        policy:
                          rules:
                          - {action: Ignore, onPodConditions: [{type: DisruptionTarget, status: "True"}]}
                          - {action: FailJob, onExitCodes: {containerName: wavegate-check, operator: NotIn, values: [0]}}
                        init:
                        - {name: prepare}
                        - {name: proxy, image: proxy, startupProbe: {exec: {command: [up]}}, restartPolicy: Always}
                        - {name: log, image: log, restartPolicy: Always}
                        - {name: wavegate-check, command: ["true"], image: shop}
                        containers: [migrate]
                        """));
    }

    @Test
    void aDeadlineThatWasChangedBeforeItCouldBeEmittedHolds() {
        MigrationRun run = run(Options.NONE, yaml("spec: {activeDeadlineSeconds: 300, template: {}}"));
        run.setStatus(MigrationRunStatus.EMPTY.withChanged(new MigrationRunStatus.Changed(10L, null)));
        assertThat(EmittedJob.of(run))
                .extracting("spec")
                .extracting("activeDeadlineSeconds")
                .isEqualTo(10L);
    }

    private static Options check(String... command) {
        return new Options(null, List.of(command), null, null, null, null, null, null, null);
    }

    /** What an emitted Job has of check and sidecars; terminationMessagePolicy, which all containers have, left out. */
    private static Map<String, Object> podOf(Options options, String recorded) {
        JsonNode spec = new ObjectMapper()
                .valueToTree(EmittedJob.of(run(options, yaml(recorded))))
                .path("spec");
        JsonNode pod = spec.path("template").path("spec");
        pod.path("initContainers").forEach(container -> ((ObjectNode) container).remove("terminationMessagePolicy"));
        var names = new ArrayList<String>();
        pod.path("containers")
                .forEach(container -> names.add(container.path("name").asText()));
        return Map.of(
                "policy",
                new ObjectMapper().convertValue(spec.path("podFailurePolicy"), Map.class),
                "init",
                new ObjectMapper().convertValue(pod.path("initContainers"), List.class),
                "containers",
                names);
    }

    @Test
    void aTemplateWithoutAnythingIsLeftToTheApiServerToRefuse() {
        assertThat(emitted("metadata: {}\nspec: {template: {spec: {containers: nonsense}}}"))
                .extracting("spec")
                .extracting("template")
                .extracting("spec")
                .isEqualTo(Map.of("containers", "nonsense"));
    }

    @Test
    void aHooksNameIsALabelOfItsPodsWhereItFits() {
        for (int length : List.of(63, 64)) {
            String name = "m".repeat(length);
            MigrationRun run = run(name, null, yaml("spec: {template: {}}"));
            JsonNode labels = new ObjectMapper().valueToTree(EmittedJob.of(run)).at("/spec/template/metadata/labels");
            assertThat(labels.path("job-name").asText()).isEqualTo(length == 63 ? name : "");
        }
    }

    @Test
    void theRecordIsNotChangedByIt() {
        Map<String, Object> recorded =
                yaml("metadata: {labels: {a: b}}\nspec: {managedBy: x, template: {metadata: {labels: {}}}}");
        EmittedJob.of(run(recorded));
        assertThat(recorded)
                .isEqualTo(
                        yaml("metadata: {labels: {a: b}}\nspec: {managedBy: x, template: {metadata: {labels: {}}}}"));
    }

    private static Map<String, Object> emitted(String recorded) {
        return EmittedJob.of(run(yaml(recorded)));
    }

    private static MigrationRun run(Map<String, Object> job) {
        return run(null, job);
    }

    private static MigrationRun run(@Nullable Options options, Map<String, Object> job) {
        return run("migrate", options, job);
    }

    private static MigrationRun run(String hook, @Nullable Options options, Map<String, Object> job) {
        return Records.of(hook, Records.release("hook-uid", null), options, job);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> yaml(String text) {
        return Serialization.unmarshal(text, Map.class);
    }
}
