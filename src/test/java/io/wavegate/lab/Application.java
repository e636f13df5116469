package io.wavegate.lab;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** An Argo CD Application with automated sync of one {@link Repository} into the project's namespace. */
final class Application {
    private static final ResourceDefinitionContext KIND = new ResourceDefinitionContext.Builder()
            .withGroup("argoproj.io")
            .withVersion("v1alpha1")
            .withKind("Application")
            .withPlural("applications")
            .withNamespaced(true)
            .build();
    /** What a JSON patch is answered whose test does not hold. */
    private static final int UNPROCESSABLE = 422;

    /** Wavegate's condition on an Application whose migration has failed. */
    static final String MIGRATION_ERROR = "MigrationError";

    private static final String REFRESH = "argocd.argoproj.io/refresh";
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed", "Error");

    private final KubernetesClient client;
    private final String namespace;
    private final String name;

    private Application(KubernetesClient client, String namespace, String name) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
    }

    /** The last operation, as {@code status.operationState} has it; empty strings where nothing is known yet. */
    record Sync(String phase, String message, String revision, String startedAt, String mark, List<Result> resources) {
        boolean ended() {
            return ENDED.contains(phase);
        }

        /** What Argo CD shows for the hook of this name. */
        Result hook(String hookName) {
            return resources.stream()
                    .filter(resource ->
                            resource.kind().equals("Job") && resource.name().equals(hookName))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no hook " + hookName + " in " + this));
        }
    }

    /**
     * {@code syncPolicy.retry}.
     *
     * @param limit how often; negative: until it succeeds
     * @param refresh a retry takes the newest commit
     */
    record Retry(int limit, boolean refresh) {
        static final Retry NEVER = times(0);

        static Retry times(int limit) {
            return new Retry(limit, false);
        }
    }

    /** A line of the operation's sync result. */
    record Result(String kind, String name, String hookType, String hookPhase, String status, String message) {}

    /**
     * An Application of the namespace's own name.
     *
     * @param retry how Argo CD repeats a failed sync by itself
     */
    static Application create(KubernetesClient client, String namespace, String repository, Retry retry) {
        return create(client, Lab.ARGOCD, namespace, repository, retry);
    }

    /** The same outside Argo CD's own namespace. */
    static Application create(KubernetesClient client, String home, String namespace, String repository, Retry retry) {
        String manifest = """
                apiVersion: argoproj.io/v1alpha1
                kind: Application
                metadata: {name: %1$s, namespace: %2$s}
                spec:
                  project: default
                  source: {repoURL: '%3$s', path: ., targetRevision: main}
                  destination: {server: 'https://kubernetes.default.svc', namespace: %1$s}
                  syncPolicy:
                    automated: {}
                    retry: {limit: %4$d, refresh: %5$b, backoff: {duration: 1s, factor: 1}}
                """.formatted(namespace, home, repository, retry.limit(), retry.refresh());
        Application application = new Application(client, home, namespace);
        application.resource().delete();
        client.resource(manifest).create();
        return application;
    }

    /** An Application in a namespace that Argo CD does not look at: it stays as it is, and has no status. */
    static Application bare(KubernetesClient client, String namespace, String name) {
        client.resource("""
                apiVersion: argoproj.io/v1alpha1
                kind: Application
                metadata: {name: %s, namespace: %s}
                spec:
                  project: default
                  source: {repoURL: 'https://git.example.com/none.git', path: ., targetRevision: main}
                  destination: {server: 'https://kubernetes.default.svc', namespace: none}
                """.formatted(name, namespace)).create();
        return new Application(client, namespace, name);
    }

    /** The same Application in the hands of somebody else. */
    Application by(KubernetesClient other) {
        return new Application(other, namespace, name);
    }

    /** Changes it by a JSON merge patch. */
    void merge(String patch) {
        resource().patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    String name() {
        return name;
    }

    String uid() {
        return live().path("metadata").path("uid").asText();
    }

    JsonNode live() {
        GenericKubernetesResource resource = resource().require();
        return client.getKubernetesSerialization().convertValue(resource, JsonNode.class);
    }

    /** The conditions of this type, each as its message. */
    List<String> conditions(String type) {
        return StreamSupport.stream(live().path("status").path("conditions").spliterator(), false)
                .filter(condition -> condition.path("type").asText().equals(type))
                .map(condition -> condition.path("message").asText())
                .toList();
    }

    /** Those of Wavegate's conditions that it has now, by type. */
    List<String> ours() {
        return Stream.of(MIGRATION_ERROR, "MigrationSkippedWarning")
                .filter(type -> !conditions(type).isEmpty())
                .toList();
    }

    /** The one condition of this type, once it is there, as its message. */
    String awaitCondition(String type) {
        return Await.until("the Application to have the condition " + type)
                .until(() -> conditions(type), messages -> messages.size() == 1)
                .get(0);
    }

    /** Waits until no condition of this type is there. */
    void awaitNoCondition(String type) {
        Await.until("the Application to have no condition " + type).until(() -> conditions(type), List::isEmpty);
    }

    /** Kubernetes Events on it. */
    List<Event> events() {
        return Lab.eventsOn(client, namespace, uid());
    }

    /** The Event of this reason that the controller wrote on it, once it is there. */
    Event awaitEvent(String reason) {
        return Await.until("the Event " + reason + " on the Application")
                .until(
                        () -> events().stream()
                                .filter(event -> event.getReason().equals(reason))
                                .toList(),
                        found -> found.size() == 1)
                .get(0);
    }

    /** Has Argo CD look at the repository now instead of at its next round. */
    void refresh() {
        refresh("normal");
    }

    /** Has Argo CD render the manifests anew, though nothing was committed, and waits until it has. */
    void renderAnew() {
        refresh("hard");
        Await.until("Argo CD to have rendered anew")
                .until(() -> !live().path("metadata").path("annotations").has(REFRESH));
    }

    private void refresh(String how) {
        merge("{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}".formatted(REFRESH, how));
    }

    Sync sync() {
        JsonNode state = live().path("status").path("operationState");
        String resolved = state.path("syncResult").path("revision").asText("");
        return new Sync(
                state.path("phase").asText(""),
                state.path("message").asText(""),
                resolved.isEmpty()
                        ? state.path("operation").path("sync").path("revision").asText("")
                        : resolved,
                state.path("startedAt").asText(""),
                state.path("operation").path("info").path(0).path("value").asText(""),
                StreamSupport.stream(state.path("syncResult").path("resources").spliterator(), false)
                        .map(result -> new Result(
                                result.path("kind").asText(""),
                                result.path("name").asText(""),
                                result.path("hookType").asText(""),
                                result.path("hookPhase").asText(""),
                                result.path("status").asText(""),
                                result.path("message").asText("")))
                        .toList());
    }

    /** The sync of this commit, once Argo CD is in the middle of it and waits for a hook. */
    Sync awaitWaitingForHook(String revision, String hookName) {
        return Await.until("the sync of %s to wait for hook %s".formatted(revision, hookName))
                .until(
                        this::sync,
                        sync -> sync.revision().equals(revision)
                                && sync.phase().equals("Running")
                                && sync.message().contains("waiting for completion of hook batch/Job/" + hookName));
    }

    /** The sync of this commit, once it has ended. */
    Sync awaitEnded(String revision) {
        return Await.stepByStep(
                "the sync of %s to end".formatted(revision),
                this::sync,
                sync -> sync.revision().equals(revision) && sync.ended());
    }

    /** The Application, once Argo CD has looked at what is live and what is in Git. */
    void awaitCompared() {
        Await.until("Argo CD to have compared")
                .until(() ->
                        !live().path("status").path("reconciledAt").asText("").isEmpty());
    }

    /** From now on a commit starts no sync. */
    void byHandOnly() {
        merge("{\"spec\":{\"syncPolicy\":{\"automated\":null}}}");
    }

    /** From now on Argo CD also undoes what is changed in the cluster. */
    void selfHeal() {
        merge("{\"spec\":{\"syncPolicy\":{\"automated\":{\"selfHeal\":true}}}}");
    }

    /** Starts a sync as a person does by {@code argocd app sync}, and waits for its end. */
    Sync syncByHand() {
        return syncByHand("main");
    }

    /** The same by {@code argocd app sync --revision}. */
    Sync syncByHand(String revision) {
        return operate("{\"revision\":\"%s\"}".formatted(revision));
    }

    /** The same by {@code argocd app sync --resource}. */
    Sync syncByHandOnly(String group, String kind, String name) {
        return operate("{\"revision\":\"main\",\"resources\":[{\"group\":\"%s\",\"kind\":\"%s\",\"name\":\"%s\"}]}"
                .formatted(group, kind, name));
    }

    /** The same as {@code argocd app rollback} asks for it. */
    Sync syncByHandWithoutHooks(String revision) {
        return operate("{\"revision\":\"%s\",\"syncStrategy\":{\"apply\":{}}}".formatted(revision));
    }

    private Sync operate(String what) {
        // Argo CD's times are whole seconds, so they do not tell this operation from one that has just ended.
        String mark = Long.toString(System.nanoTime(), 36);
        merge(("{\"operation\":{\"sync\":%s,\"initiatedBy\":{\"username\":\"somebody\"},"
                        + "\"info\":[{\"name\":\"test\",\"value\":\"%s\"}]}}")
                .formatted(what, mark));
        return Await.stepByStep(
                "the sync by hand to end", this::sync, sync -> sync.mark().equals(mark) && sync.ended());
    }

    /**
     * Ends the sync that runs, as {@code argocd app terminate-op} does, and waits for its end. As a person would it asks again: Argo CD
     * looks whether a sync is to be terminated, and then writes the whole of its state over what was asked meanwhile
     * (controller/appcontroller.go, setOperationState).
     */
    void terminate() {
        String started = sync().startedAt();
        Await.until("the sync to be terminated").until(() -> {
            GenericKubernetesResource now = resource().get();
            if (now == null
                    || !started.equals(now.get("status", "operationState", "startedAt"))
                    || ENDED.contains(now.<String>get("status", "operationState", "phase"))) {
                return true;
            }
            askToTerminate();
            return false;
        });
    }

    /** Unless it has ended, or is asked already. */
    private void askToTerminate() {
        String phase = "/status/operationState/phase";
        try {
            resource().patch(PatchContext.of(PatchType.JSON), """
                    [{"op": "test", "path": "%1$s", "value": "Running"}, {"op": "replace", "path": "%1$s", "value": "Terminating"}]
                    """.formatted(phase));
        } catch (KubernetesClientException e) {
            if (e.getCode() != UNPROCESSABLE && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }

    boolean exists() {
        return resource().get() != null;
    }

    void delete() {
        resource().delete();
    }

    /** As "argocd app delete" does it, and its page. */
    void deleteWithItsResources() {
        goWithResources();
        delete();
    }

    /**
     * The same at a moment at which Argo CD writes nothing: its own writes have it look again, and a second look at a deletion that
     * does not see the hook yet which the first has created skips it (argoproj/argo-cd#29100).
     */
    void deleteWithItsResourcesAtRest() {
        goWithResources();
        var last = new AtomicReference<>("");
        Await.until("Argo CD to write nothing").during(Duration.ofSeconds(3)).until(() -> {
            String version = resource().require().getMetadata().getResourceVersion();
            return version.equals(last.getAndSet(version));
        });
        delete();
    }

    private void goWithResources() {
        String finalizer = "resources-finalizer.argocd.argoproj.io";
        // Argo CD may write in between.
        Await.until("the Application to have Argo CD's finalizer")
                .ignoreExceptionsMatching(e -> e instanceof KubernetesClientException refused
                        && refused.getCode() == HttpURLConnection.HTTP_CONFLICT)
                .until(() -> resource()
                        .edit(application -> {
                            // Beside those of Argo CD's own that have the hooks of a deletion run.
                            Set<String> finalizers = new LinkedHashSet<>(
                                    application.getMetadata().getFinalizers());
                            finalizers.add(finalizer);
                            application.getMetadata().setFinalizers(List.copyOf(finalizers));
                            return application;
                        })
                        .getMetadata()
                        .getFinalizers()
                        .contains(finalizer));
    }

    private Resource<GenericKubernetesResource> resource() {
        return client.genericKubernetesResources(KIND).inNamespace(namespace).withName(name);
    }
}
