package io.wavegate.argocd;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.wavegate.api.ApplicationName;
import io.wavegate.api.StatusPatch;
import io.wavegate.api.WavegateConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Applications in their cluster, this one or the hub where one is configured; then Applications of this cluster are not asked. The
 * gate reads them live: a cached one may be older than the hook that it caused.
 */
@ApplicationScoped
public class Applications {
    private static final Logger LOG = Logger.getLogger(Applications.class);
    /** {@code apiVersion} of an Application. */
    public static final String API = "argoproj.io/v1alpha1";
    /** How Argo CD calls the cluster that it runs in (argo-cd common/common.go, KubernetesInternalAPIServerAddr). */
    private static final Set<String> IN_CLUSTER = Set.of("https://kubernetes.default.svc", "in-cluster");

    private final KubernetesClient client;
    private final Hub hub;
    private final Optional<String> destination;

    Applications(KubernetesClient client, Hub hub, WavegateConfig config) {
        this.client = client;
        this.hub = hub;
        this.destination = config.hubDestination().filter(name -> !name.isBlank());
    }

    /**
     * The Application of that name, as a tracking id claims it.
     *
     * @return empty where there is none; in this cluster also where Argo CD's CRD is not installed, or where we may not read it; in the
     *     hub also where the Application is for another cluster
     * @throws KubernetesClientException when the API server can not say now: the caller comes again
     * @throws IllegalStateException when the hub can not say now, for whatever reason: without it a release would look like none of Argo
     *     CD's, and what has failed would be run again
     */
    public Optional<Application> find(ApplicationName name) {
        return hub.isElsewhere() ? inHub(name) : here(name);
    }

    private Optional<Application> here(ApplicationName name) {
        try {
            return read(client, name);
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                LOG.warnf("can not read Application %s: %s", name, e.getMessage());
                return Optional.empty();
            }
            throw e;
        }
    }

    private Optional<Application> inHub(ApplicationName name) {
        try {
            return read(hub.client(), name).filter(application -> isForThisCluster(application.destination()));
        } catch (KubernetesClientException e) {
            throw new IllegalStateException(
                    "the hub (%s) can not be asked for Application %s, and its hook waits: %s"
                            .formatted(hub.name(), name, e.getMessage()),
                    e);
        }
    }

    /**
     * Replaces {@code status.conditions}. A status is no subresource here, so that this patches the Application itself
     * (argo-cd manifests/crds/application-crd.yaml: {@code subresources: {}}).
     *
     * @param read as it was read: a newer one is not overwritten
     * @param conditions all of them, those of others too; lists are replaced whole
     * @return the Application as stored afterwards
     * @throws KubernetesClientException 409 where it is not the one that was read any more, 404 where it is gone
     */
    public GenericKubernetesResource setConditions(WatchedApplication read, List<Map<String, Object>> conditions) {
        var status = new HashMap<String, Object>();
        status.put("conditions", conditions.isEmpty() ? null : conditions);
        var patch = StatusPatch.of(read.uid(), read.resourceVersion(), status);
        return in(client())
                .resource(bare(read))
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        client.getKubernetesSerialization().asJson(patch));
    }

    private static GenericKubernetesResource bare(WatchedApplication application) {
        var bare = new GenericKubernetesResource();
        bare.setApiVersion(API);
        bare.setKind("Application");
        bare.setMetadata(new ObjectMetaBuilder()
                .withNamespace(application.name().namespace())
                .withName(application.name().name())
                .build());
        return bare;
    }

    /**
     * A client for the cluster that the Applications are in.
     *
     * @throws IllegalStateException when the hub's kubeconfig can not be used, with what is wrong with it
     */
    public KubernetesClient client() {
        return hub.isElsewhere() ? hub.client() : client;
    }

    /** What is kept of an Application that was read; null where it is for another cluster than this. */
    @Nullable WatchedApplication watched(GenericKubernetesResource read) {
        var meta = read.getMetadata();
        return isForThisCluster(Application.destination(read.getAdditionalProperties()))
                ? WatchedApplication.of(
                        new ApplicationName(meta.getNamespace(), meta.getName()),
                        meta.getUid(),
                        meta.getResourceVersion(),
                        meta.getDeletionTimestamp() != null,
                        read.getAdditionalProperties())
                : null;
    }

    /**
     * An Application for another cluster lists Jobs there: a Job of this cluster that has the same name is none of it. In the hub this
     * can only be told where it is configured how the hub calls this cluster.
     */
    private boolean isForThisCluster(List<String> named) {
        return destination.map(named::contains).orElse(false)
                || (hub.isElsewhere()
                        ? destination.isEmpty()
                        : named.isEmpty() || named.stream().anyMatch(IN_CLUSTER::contains));
    }

    static MixedOperation<GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
            in(KubernetesClient client) {
        return client.genericKubernetesResources(API, "Application");
    }

    private static Optional<Application> read(KubernetesClient from, ApplicationName name) {
        GenericKubernetesResource found =
                in(from).inNamespace(name.namespace()).withName(name.name()).get();
        return Optional.ofNullable(found)
                .map(object -> Application.of(object.getMetadata().getUid(), object.getAdditionalProperties()));
    }
}
