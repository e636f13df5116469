package io.wavegate.lab;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The real cluster with its real Argo CD: the one KUBECONFIG names, else the lab of this repository, which is started when nothing
 * answers. Pods and tests share a file system, as the lab runs on this machine.
 */
final class Lab implements AutoCloseable {
    /** Where Argo CD and its Applications live. */
    static final String ARGOCD = "argocd";

    /** Wavegate's own namespace. */
    static final String SYSTEM = "wavegate-system";

    /** A shell and its tools; loaded into the lab, never pulled. */
    static final String IMAGE = "lab/busybox:1";

    /** The same as the next release of it. */
    static final String NEXT_IMAGE = "lab/busybox:2";

    private static final Path STATE = Path.of(environment("WAVEGATE_LAB_DIR", "/var/lib/wavegate-lab"));
    private static final Path SCRIPT = Path.of("lab", "lab").toAbsolutePath();
    private static final Path HERE = Path.of("").toAbsolutePath();

    private final Path kubeconfig;
    private final KubernetesClient client;

    private Lab(Path kubeconfig) {
        this.kubeconfig = kubeconfig;
        this.client = connect(kubeconfig);
    }

    /** The cluster, answering, with the test image and the CRDs of this checkout installed. */
    static Lab ready() {
        Path own = STATE.resolve("kubeconfig");
        Path kubeconfig = Path.of(environment("KUBECONFIG", own.toString()));
        if (!answers(kubeconfig)) {
            if (!kubeconfig.equals(own)) {
                throw new IllegalStateException("The cluster of KUBECONFIG=" + kubeconfig
                        + " does not answer. Unset KUBECONFIG to have the suite start its own lab.");
            }
            up();
        }
        if (kubeconfig.equals(own)) {
            run(Duration.ofMinutes(2), List.of(SCRIPT.toString(), "busybox")).succeeded();
        }
        Lab lab = new Lab(kubeconfig);
        lab.kubectl("apply", "--server-side", "--force-conflicts", "-k", "manifests/crds");
        lab.kubectl("wait", "--for=condition=Established", "--timeout=60s", "crd/migrationruns.wavegate.io");
        return lab;
    }

    KubernetesClient client() {
        return client;
    }

    Path kubeconfig() {
        return kubeconfig;
    }

    /** With a token of this ServiceAccount and nothing else. */
    KubernetesClient asServiceAccount(String namespace, String name) {
        String token =
                kubectl("create", "token", name, "--namespace", namespace).strip();
        Config admin = client.getConfiguration();
        Config its = new ConfigBuilder(Config.empty())
                .withMasterUrl(admin.getMasterUrl())
                .withCaCertData(admin.getCaCertData())
                .withCaCertFile(admin.getCaCertFile())
                .withOauthToken(token)
                .build();
        return new KubernetesClientBuilder().withConfig(its).build();
    }

    /** As the API server sees this user, whose rights are those of this name, without a token of theirs. */
    KubernetesClient impersonating(String user) {
        Config its = new ConfigBuilder(client.getConfiguration())
                .withImpersonateUsername(user)
                .build();
        return new KubernetesClientBuilder().withConfig(its).build();
    }

    /** What this kubectl command prints; it has to succeed. */
    String kubectl(String... arguments) {
        return tryKubectl(arguments).succeeded();
    }

    Command tryKubectl(String... arguments) {
        return Command.run(HERE, environment(), Duration.ofMinutes(2), kubectlLine(arguments));
    }

    /** Argo CD's API, as its page uses it; started for the one who asks first. Only in the repository's own lab. */
    URI argocdApi() {
        run(Duration.ofMinutes(3), List.of(SCRIPT.toString(), "server")).succeeded();
        return URI.create("http://127.0.0.1:8090/api/v1/");
    }

    /** Applies a manifest as a person does, by client-side {@code kubectl apply}. */
    void apply(String namespace, String yaml) {
        Command.run(
                        HERE,
                        environment(),
                        Duration.ofMinutes(1),
                        yaml,
                        kubectlLine("apply", "--namespace", namespace, "--filename", "-"))
                .succeeded();
    }

    /** How the lab's {@code helm} ends, which keeps nothing outside this folder. */
    Command tryHelm(Path folder, Duration deadline, String... arguments) {
        List<String> line = new ArrayList<>();
        line.add(executable("helm"));
        line.addAll(List.of(arguments));
        Map<String, String> environment = Map.of(
                "KUBECONFIG", kubeconfig.toString(),
                "HELM_CACHE_HOME", folder.resolve("helm-cache").toString(),
                "HELM_CONFIG_HOME", folder.resolve("helm-config").toString(),
                "HELM_DATA_HOME", folder.resolve("helm-data").toString());
        return Command.run(folder, environment, deadline, line);
    }

    List<String> kubectlLine(String... arguments) {
        List<String> line = new ArrayList<>();
        line.add(executable("kubectl"));
        // One of its own for each call: what kubectl remembers of another cluster at the same address would be
        // taken for this one's, and calls beside each other would read what the other has half written.
        line.add("--cache-dir="
                + Path.of("target", "lab", "kubectl-cache", UUID.randomUUID().toString())
                        .toAbsolutePath());
        line.addAll(List.of(arguments));
        return line;
    }

    /** The command of this name: the lab's own, else the one in the PATH. */
    String executable(String name) {
        Path ofTheLab = STATE.resolve("bin").resolve(name);
        return Files.isExecutable(ofTheLab) ? ofTheLab.toString() : name;
    }

    /** The environment of a program that is to talk to this cluster. */
    Map<String, String> environment() {
        return Map.of("KUBECONFIG", kubeconfig.toString());
    }

    /** Starts what of the lab does not run, and waits until it is at work. */
    static void up() {
        run(Duration.ofMinutes(40), List.of(SCRIPT.toString(), "up")).succeeded();
    }

    /** One of the lab's own programs, e.g. {@code kube-apiserver}. */
    LabProgram program(String name) {
        return new LabProgram(name, STATE.resolve("run").resolve(name + ".pid"));
    }

    /** The log file of one of the lab's own programs, e.g. {@code argocd-application-controller}. */
    Path log(String program) {
        return STATE.resolve("log").resolve(program + ".log");
    }

    @Override
    public void close() {
        client.close();
    }

    /** Kubernetes Events on one object. */
    static List<Event> eventsOn(KubernetesClient client, String namespace, String uid) {
        return client.v1()
                .events()
                .inNamespace(namespace)
                .withField("involvedObject.uid", uid)
                .list()
                .getItems();
    }

    private static Command run(Duration deadline, List<String> line) {
        return Command.run(HERE, Map.of(), deadline, line);
    }

    private static boolean answers(Path kubeconfig) {
        if (!Files.isReadable(kubeconfig)) {
            return false;
        }
        try (KubernetesClient client = connect(kubeconfig)) {
            return client.getKubernetesVersion() != null;
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private static KubernetesClient connect(Path kubeconfig) {
        Config config = new ConfigBuilder(Config.fromKubeconfig(new File(kubeconfig.toString())))
                .withRequestRetryBackoffLimit(2)
                .withConnectionTimeout(5_000)
                .withRequestTimeout(20_000)
                // After an outage the chronicles go on at once: what they miss until then is lost.
                .withWatchReconnectInterval(100)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static String environment(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
