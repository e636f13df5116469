package io.wavegate.lab;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobList;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.ScalableResource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.restassured.http.ContentType;
import io.wavegate.api.MigrationRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One test's own part of the lab: a namespace, a folder that its pods share with the test, and, once something is committed, a git
 * repository with an Argo CD Application that syncs it into the namespace. Everything that happens in the namespace is chronicled.
 */
final class Project implements AutoCloseable {
    /** Of a Lease that is a database's lock. */
    static final Map<String, String> LOCK_LABELS = Map.of("app.kubernetes.io/component", "database-lock");

    private static final String HOOK_FINALIZER = "argocd.argoproj.io/hook-finalizer";

    private final Lab lab;
    private final String namespace;
    private final Path folder;
    private final Chronicle<Job> jobs;
    private final Chronicle<Pod> pods;
    private final Chronicle<MigrationRun> runs;
    private @Nullable Repository repository;
    private @Nullable Application application;

    Project(Lab lab, String namespace, Path folder) {
        this.lab = lab;
        this.namespace = namespace;
        this.folder = folder.toAbsolutePath();
        try {
            Files.createDirectories(shared());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        client().namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        jobs = new Chronicle<>(client(), Job.class, namespace);
        pods = new Chronicle<>(client(), Pod.class, namespace);
        runs = new Chronicle<>(client(), MigrationRun.class, namespace);
    }

    Lab lab() {
        return lab;
    }

    KubernetesClient client() {
        return lab.client();
    }

    String namespace() {
        return namespace;
    }

    /** Where the test may keep files of this project. */
    Path folder() {
        return folder;
    }

    /** The Jobs that are in the namespace now. */
    NonNamespaceOperation<Job, JobList, ScalableResource<Job>> liveJobs() {
        return client().batch().v1().jobs().inNamespace(namespace);
    }

    /** Every Job that ever was in the namespace. */
    Chronicle<Job> jobs() {
        return jobs;
    }

    /** Every pod that ever was in the namespace. */
    Chronicle<Pod> pods() {
        return pods;
    }

    /** Every record that ever was in the namespace. */
    Chronicle<MigrationRun> runs() {
        return runs;
    }

    /** Waits until the chronicles have told of all that is there by now. */
    void awaitChronicles() {
        Await.until("the chronicles to tell of what is there")
                .until(() -> jobs.has(liveJobs().list().getItems())
                        && pods.has(
                                client().pods().inNamespace(namespace).list().getItems())
                        && runs.has(records()));
    }

    /** Every Job that the controller ever emitted here. */
    List<Job> everEmitted() {
        return jobs.everSeen().stream().filter(Hook::isEmitted).toList();
    }

    /** Records that are there now, oldest first. */
    List<MigrationRun> records() {
        return client().resources(MigrationRun.class).inNamespace(namespace).list().getItems().stream()
                .sorted((a, b) -> a.getMetadata()
                        .getCreationTimestamp()
                        .compareTo(b.getMetadata().getCreationTimestamp()))
                .toList();
    }

    /** The record of the release of this commit. */
    MigrationRun recordOf(String revision) {
        return records().stream()
                .filter(run -> revision.equals(run.getSpec().release().revision()))
                .reduce((a, b) -> {
                    throw new AssertionError("two records of " + revision);
                })
                .orElseThrow(() -> new AssertionError("no record of " + revision + " in " + records()));
    }

    HookJob hookJob(String name) {
        return HookJob.named(name, shared());
    }

    /** The workload whose pods serve: they run forever and show their release as a label. */
    Deployment web(String release) {
        return web(release, 1);
    }

    /** The same of another image. */
    Deployment webOf(String image) {
        return new DeploymentBuilder(web("v1"))
                .editSpec()
                .editTemplate()
                .editSpec()
                .editFirstContainer()
                .withImage(image)
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    Deployment web(String release, int replicas) {
        Map<String, String> selector = Map.of("app", "web");
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName("web")
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .withMatchLabels(selector)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(Map.of("app", "web", "release", release))
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(0L)
                .addNewContainer()
                .withName("web")
                .withImage(Lab.IMAGE)
                .withImagePullPolicy("Never")
                .withCommand("sleep", "100000")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    /** The Deployment of {@link #web}, if it was applied. */
    Optional<Deployment> deployedWeb() {
        return Optional.ofNullable(client().apps()
                .deployments()
                .inNamespace(namespace)
                .withName("web")
                .get());
    }

    /** Kubernetes Events on one object of the namespace. */
    List<Event> eventsOn(String uid) {
        return Lab.eventsOn(client(), namespace, uid);
    }

    /** The locks that runs of this namespace hold now. */
    List<Lease> locks() {
        return client().leases().inNamespace(Lab.SYSTEM).withLabels(LOCK_LABELS).list().getItems().stream()
                .filter(lease -> lease.getSpec().getHolderIdentity().startsWith(namespace + "/"))
                .toList();
    }

    /** The web pods, once they are ready and all of them of this release. */
    List<Pod> awaitServing(String release) {
        return Await.until("the pods of " + release + " to serve")
                .until(
                        this::webPods,
                        pods -> !pods.isEmpty()
                                && pods.stream().allMatch(Readiness::isPodReady)
                                && pods.stream()
                                        .allMatch(pod -> release.equals(
                                                pod.getMetadata().getLabels().get("release"))));
    }

    /** The web pods that are not on their way out. */
    List<Pod> webPods() {
        return client().pods().inNamespace(namespace).withLabel("app", "web").list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    /** Creates the hook Job as Helm, Argo CD or a person would. */
    Hook create(HookJob hookJob) {
        return hook(liveJobs().resource(hookJob.manifest()).create());
    }

    /** The hook Job of this name, made by whomever, once it is there. */
    Hook awaitHook(String name) {
        return hook(Await.until("hook Job " + name)
                .until(() -> liveJobs().withName(name).get(), job -> job != null));
    }

    private Hook hook(Job job) {
        return new Hook(this, job.getMetadata().getName(), job.getMetadata().getUid());
    }

    /** Commits these manifests, and makes the Application when it is the first commit; Argo CD looks at once. */
    String commit(String message, HasMetadata... manifests) {
        return commit(Application.Retry.NEVER, message, manifests);
    }

    /** The same for an Application that Argo CD shall retry. */
    String commit(Application.Retry retry, String message, HasMetadata... manifests) {
        String revision = commitOnly(message, manifests);
        release(retry);
        return revision;
    }

    /** The same with a chart, which Argo CD renders by {@code helm template}. */
    String commit(Application.Retry retry, Chart chart) {
        String revision = repository().commit("release " + chart.version(), chart.files());
        release(retry);
        return revision;
    }

    /** The same with files as they are. */
    String commit(String message, Map<String, String> files) {
        String revision = repository().commit(message, files);
        release(Application.Retry.NEVER);
        return revision;
    }

    /** Commits these manifests, and tells nobody. */
    String commitOnly(String message, HasMetadata... manifests) {
        return repository().commit(message, manifests);
    }

    /** A clone of the repository, for commits that are pushed later. */
    Repository.Clone cloned() {
        return repository().cloned(folder.resolve("clone"));
    }

    private Repository repository() {
        if (repository == null) {
            repository = new Repository(folder.resolve("repository"));
        }
        return repository;
    }

    private void release(Application.Retry retry) {
        if (application == null) {
            application = Application.create(client(), namespace, repositoryUrl(), retry);
        } else {
            application.refresh();
        }
    }

    /** Where the commits are, after the first. */
    String repositoryUrl() {
        return Objects.requireNonNull(repository).url();
    }

    /** The Application, after the first commit. */
    Application application() {
        if (application == null) {
            throw new IllegalStateException("nothing was committed yet");
        }
        return application;
    }

    /** An Application of the same repository in place of the one that was deleted. */
    void recreateApplication() {
        application = Application.create(
                client(), namespace, Objects.requireNonNull(repository).url(), Application.Retry.NEVER);
    }

    /**
     * Has Argo CD carry out its action on a Job, once its tree has that Job, as the button of its page does; "argocd app actions run" of
     * 3.5 finds no hooks.
     */
    void act(String job, String action) {
        URI actions = lab.argocdApi()
                .resolve("applications/%s/resource/actions/v2"
                        .formatted(application().name()));
        Await.until("Argo CD to take the action " + action + " on job/" + job)
                .untilAsserted(() -> given().contentType(ContentType.JSON)
                        .body(Map.of(
                                "name",
                                application().name(),
                                "namespace",
                                namespace,
                                "group",
                                "batch",
                                "version",
                                "v1",
                                "kind",
                                "Job",
                                "resourceName",
                                job,
                                "action",
                                action))
                        .post(actions)
                        .then()
                        .statusCode(200));
    }

    boolean hasApplication() {
        return application != null;
    }

    /** Lets scripts go on that wait by {@link HookJob#waitFor}. */
    void open(String gate) {
        write(gate, "");
    }

    /** What scripts wrote by {@link HookJob#trace}; empty when none did. */
    List<String> lines(String file) {
        Path path = shared().resolve(file);
        try {
            return Files.exists(path) ? Files.readAllLines(path, UTF_8) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until scripts have left so many lines by {@link HookJob#trace}, and no more. */
    void awaitTraced(String file, int lines) {
        Await.until("scripts to have traced %d lines in %s".formatted(lines, file))
                .until(() -> lines(file).size() == lines);
    }

    /** Puts a file into the folder that pods share with the test. */
    void write(String file, String content) {
        try {
            Files.writeString(shared().resolve(file), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path shared() {
        return folder.resolve("shared");
    }

    /** Takes Argo CD's finalizer off the hook Jobs that are being deleted, as Argo CD does or a person has to. */
    void letHooksGo() {
        liveJobs().list().getItems().stream()
                .filter(job -> job.getMetadata().getDeletionTimestamp() != null)
                .forEach(job -> client().resource(job).edit(one -> {
                    one.getMetadata().getFinalizers().remove(HOOK_FINALIZER);
                    return one;
                }));
    }

    /** Does not wait for the namespace to be gone: nothing else uses it. */
    @Override
    public void close() {
        jobs.close();
        pods.close();
        runs.close();
        if (application != null) {
            application.delete();
        }
        client().namespaces().withName(namespace).withGracePeriod(0).delete();
    }

    /** What this kubectl command prints in the namespace; it has to succeed. */
    String kubectl(String... arguments) {
        return tryKubectl(arguments).succeeded();
    }

    /** How this kubectl command ends in the namespace. */
    Command tryKubectl(String... arguments) {
        return lab.tryKubectl(here(arguments));
    }

    /** The command line of this kubectl command in the namespace. */
    List<String> kubectlLine(String... arguments) {
        return lab.kubectlLine(here(arguments));
    }

    private String[] here(String... arguments) {
        return Stream.concat(Stream.of("--namespace", namespace), Stream.of(arguments))
                .toArray(String[]::new);
    }

    /** A token of a new ServiceAccount with the rights that docs/ci.md gives it: what a pipeline has. */
    String token(String account) {
        kubectl("create", "serviceaccount", account);
        kubectl("create", "role", account, "--verb=get", "--resource=migrationruns.wavegate.io");
        kubectl("create", "rolebinding", account, "--role=" + account, "--serviceaccount=" + namespace + ":" + account);
        return newToken(account);
    }

    /** Another token of that ServiceAccount. */
    String newToken(String account) {
        return kubectl("create", "token", account).strip();
    }
}
