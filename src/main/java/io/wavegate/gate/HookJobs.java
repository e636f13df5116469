package io.wavegate.gate;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.wavegate.api.Fields;
import io.wavegate.api.StatusPatch;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;

/** Hook Jobs in the cluster: read whole, and their status written. */
@ApplicationScoped
class HookJobs {
    private final KubernetesClient client;

    HookJobs(KubernetesClient client) {
        this.client = client;
    }

    /** Every field of the hook Job as stored now; empty where this very object is gone. */
    @SuppressWarnings("unchecked")
    Optional<HookJob> read(Job hook) {
        KubernetesSerialization json = client.getKubernetesSerialization();
        return Optional.ofNullable(client.genericKubernetesResources("batch/v1", "Job")
                        .inNamespace(hook.getMetadata().getNamespace())
                        .withName(hook.getMetadata().getName())
                        .get())
                .filter(stored ->
                        stored.getMetadata().getUid().equals(hook.getMetadata().getUid()))
                .map(stored -> new HookJob(
                        json.convertValue(stored.getMetadata(), Map.class),
                        Fields.copy(stored.getAdditionalProperties().get("spec"))));
    }

    /**
     * Writes fields of the status; what is not named stays.
     *
     * @return the hook Job as stored afterwards
     * @throws io.fabric8.kubernetes.client.KubernetesClientException 409 when the hook Job is no longer the one that was read
     */
    Job patchStatus(Job hook, Map<String, Object> status) {
        ObjectMeta read = hook.getMetadata();
        var patch = StatusPatch.of(read.getUid(), read.getResourceVersion(), status);
        // By the object and not by its name: that would have the client read it first.
        return ManagedJobs.taken(client.resource(hook)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        client.getKubernetesSerialization().asJson(patch)));
    }
}
