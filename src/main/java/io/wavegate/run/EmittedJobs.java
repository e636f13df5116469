package io.wavegate.run;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.Names;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Emitted Jobs in the cluster. */
@ApplicationScoped
class EmittedJobs {
    private final KubernetesClient client;

    EmittedJobs(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Creates the Job of a record, in one try: the client's own second try would come after the last look at the record, which
     * may be lost by then.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException 409 when the name is taken; 400, 403, 413 or 422 when the
     *     API server refuses it
     */
    Job create(MigrationRun run) {
        var json = client.getKubernetesSerialization();
        var job = json.convertValue(EmittedJob.of(run), GenericKubernetesResource.class);
        GenericKubernetesResource created = once().genericKubernetesResources("batch/v1", "Job")
                .inNamespace(run.getMetadata().getNamespace())
                .resource(job)
                .create();
        return json.convertValue(created, Job.class);
    }

    private KubernetesClient once() {
        var configuration = new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                .withRequestRetryBackoffLimit(0)
                .build();
        return client.newClient(configuration).adapt(KubernetesClient.class);
    }

    /** The Job under a record's name as stored now, whosever it is. */
    @Nullable Job read(ObjectMeta run) {
        return client.batch()
                .v1()
                .jobs()
                .inNamespace(run.getNamespace())
                .withName(run.getName())
                .get();
    }

    /** The pods that say they are of a record's Job, as stored now. */
    List<Pod> pods(ObjectMeta run) {
        return client.pods()
                .inNamespace(run.getNamespace())
                .withLabel(Names.RUN_LABEL, run.getName())
                .list()
                .getItems();
    }

    /** Deletes a Job; its pods follow. */
    void delete(String namespace, String name) {
        delete(namespace, name, DeletionPropagation.BACKGROUND);
    }

    /** Deletes a Job that may be at work: it is gone when its pods are. */
    void stop(ObjectMeta run) {
        delete(run.getNamespace(), run.getName(), DeletionPropagation.FOREGROUND);
    }

    private void delete(String namespace, String name, DeletionPropagation propagation) {
        client.batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withName(name)
                .withPropagationPolicy(propagation)
                .delete();
    }

    /** Whether the hook Job of a run is there, and is not being deleted. */
    boolean hasHook(MigrationRun run) {
        Job hook = client.batch()
                .v1()
                .jobs()
                .inNamespace(run.getMetadata().getNamespace())
                .withName(run.getSpec().hook().name())
                .get();
        return hook != null
                && hook.getMetadata().getUid().equals(run.getSpec().hook().uid())
                && hook.getMetadata().getDeletionTimestamp() == null;
    }

    /**
     * Changes the deadline of a Job that is at work.
     *
     * @param seconds null for none
     * @throws io.fabric8.kubernetes.client.KubernetesClientException 409 when it is another Job by now
     */
    void setDeadline(ObjectMeta run, String uid, @Nullable Long seconds) {
        patch(run, "{\"metadata\":{\"uid\":\"%s\"},\"spec\":{\"activeDeadlineSeconds\":%s}}".formatted(uid, seconds));
    }

    /** Lets Kubernetes delete a finished Job some time after its end. */
    void setTtl(ObjectMeta run, int seconds) {
        patch(run, "{\"spec\":{\"ttlSecondsAfterFinished\":" + seconds + "}}");
    }

    private void patch(ObjectMeta run, String json) {
        client.batch()
                .v1()
                .jobs()
                .inNamespace(run.getNamespace())
                .withName(run.getName())
                .patch(PatchContext.of(PatchType.JSON_MERGE), json);
    }
}
