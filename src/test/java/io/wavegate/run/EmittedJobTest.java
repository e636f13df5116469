package io.wavegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunSpec;
import java.util.List;
import java.util.Map;
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
                            argocd.argoproj.io/tracking-id: "shop:batch/Job:prod/migrate"
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
                          namespace: prod
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
    void aTemplateWithoutAnythingIsLeftToTheApiServerToRefuse() {
        assertThat(emitted("metadata: {}\nspec: {template: {spec: {containers: nonsense}}}"))
                .extracting("spec")
                .extracting("template")
                .extracting("spec")
                .isEqualTo(Map.of("containers", "nonsense"));
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
        var run = new MigrationRun();
        run.setMetadata(new ObjectMetaBuilder()
                .withName("migrate-1")
                .withNamespace("prod")
                .withUid("run-uid")
                .build());
        run.setSpec(new MigrationRunSpec(
                new MigrationRunSpec.Hook("Job", "migrate", "hook-uid"),
                new MigrationRunSpec.Release("hook-uid", null, null, null),
                null,
                "fingerprint",
                List.of(),
                null,
                null,
                job));
        return run;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> yaml(String text) {
        return Serialization.unmarshal(text, Map.class);
    }
}
