package io.wavegate.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;
import org.jspecify.annotations.Nullable;

/**
 * The controller as users install it, by {@code kubectl apply -k manifests}: a Deployment with a namespace, a ServiceAccount and
 * rights of its own, of whose pods one leads and one stands by. Its image is the lab's {@code wavegate:latest}, which {@code make
 * image} has loaded. When it was ended, the Deployment stays with no pods.
 */
final class InstalledController implements Controller {

    /** The name of the Deployment and of its ServiceAccount. */
    static final String NAME = "wavegate";

    static final String LEASE = "wavegate-leader";

    /** The program, in its container. */
    private static final String PROGRAM = "/wavegate";

    /** Much more than it needs, also after a leader that was killed, whose Lease goes on for 15 s. */
    private static final Duration START_DEADLINE = Duration.ofSeconds(90);

    private static final Set<String> CANNOT_START = Set.of(
            "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "CreateContainerConfigError", "CrashLoopBackOff");

    private final Lab lab;
    private final Path executable;
    private final Path log;
    private final PodLogs logs;
    private final Set<String> killed = new HashSet<>();
    private boolean started;
    /** Why it does not work, which every test that asks for it is told at once. */
    private @Nullable AssertionError broken;

    /** What the lab has as {@code wavegate:latest} must be an image of this executable. */
    InstalledController(Lab lab, Path executable, Path log) {
        this.lab = lab;
        this.executable = executable;
        this.log = log;
        this.logs = new PodLogs(lab, Lab.SYSTEM, log);
    }

    /**
     * Sees to it that no installed controller works beside the one under test. One that an earlier run has left is ended when the
     * installed controller is what this run tests; a run that tests a process touches no installation, and fails.
     */
    static void makeWay(Lab lab) {
        int replicas = Optional.ofNullable(deployment(lab).get())
                .map(deployment -> deployment.getSpec().getReplicas())
                .orElse(0);
        if (replicas > 0 && Controller.executable().isEmpty()) {
            throw new IllegalStateException(
                    "Wavegate is installed in this cluster and at work, and the controller under test would be"
                            + " a second one. End it first: kubectl --kubeconfig %s --namespace %s scale deployment/%s --replicas=0"
                                    .formatted(lab.kubeconfig(), Lab.SYSTEM, NAME));
        }
        if (replicas > 0) {
            deployment(lab).scale(0);
        }
        Await.until("the pods of an earlier run to be gone")
                .until(() -> pods(lab).isEmpty());
    }

    @Override
    public synchronized void start() {
        if (broken != null) {
            throw broken;
        }
        try {
            if (started) {
                awaitAtWork();
            } else {
                started = true;
                lab.kubectl("apply", "--server-side", "--force-conflicts", "-k", "manifests");
                awaitAtWork();
                pods().forEach(this::runsTheExecutable);
            }
        } catch (AssertionError e) {
            broken = e;
            throw e;
        }
    }

    @Override
    public URI uri(String path) {
        return URI.create("http://" + leader().getStatus().getPodIP() + ":8080" + path);
    }

    @Override
    public synchronized void end(End end) {
        if (!started) {
            return;
        }
        List<Pod> pods = pods();
        end(pods, end, () -> deployment(lab).scale(0));
        await(
                Await.until("no pod of the controller to be left"),
                () -> assertThat(names(pods())).isEmpty());
        logs.awaitEnds();
        started = false;
        pods.forEach(this::didNotCrash);
    }

    @Override
    public void mayEndByItself() {
        pods().forEach(pod -> killed.add(pod.getMetadata().getUid()));
    }

    @Override
    public void close() {
        try {
            end(End.SIGTERM);
        } finally {
            logs.close();
        }
    }

    @Override
    public Path logFile() {
        return log;
    }

    /** The pods, also those that are going. */
    List<Pod> pods() {
        return pods(lab);
    }

    /** The pod that works. */
    Pod leader() {
        String holder = holder();
        return pods().stream()
                .filter(pod -> pod.getMetadata().getName().equals(holder))
                .findFirst()
                .orElseThrow(() -> new AssertionError("The Lease's holder, '" + holder + "', is no pod."));
    }

    /** Who holds the Lease: the name of a pod, or nothing when it was given up or nobody ever led. */
    String holder() {
        return Optional.ofNullable(lab.client()
                        .leases()
                        .inNamespace(Lab.SYSTEM)
                        .withName(LEASE)
                        .get())
                .map(lease -> lease.getSpec().getHolderIdentity())
                .orElse("");
    }

    /** The one process of a pod that is there. */
    static PodProcess process(Pod pod) {
        List<PodProcess> processes = PodProcess.of(pod, PROGRAM);
        if (processes.size() != 1) {
            throw new AssertionError("Pod %s has %d processes %s on this machine, not one."
                    .formatted(pod.getMetadata().getName(), processes.size(), PROGRAM));
        }
        return processes.get(0);
    }

    /** Ends the pod that works; the Deployment makes another pod. The other one may be at work when this returns, or nobody. */
    synchronized void endLeader(End end) {
        endLeader(end, () -> {});
    }

    /** The same by SIGKILL; what is to happen while nobody leads is begun as soon as the process does nothing any more. */
    synchronized void killLeader(Runnable whileNobodyLeads) {
        endLeader(End.SIGKILL, whileNobodyLeads);
    }

    private void endLeader(End end, Runnable first) {
        Pod leader = leader();
        end(List.of(leader), end, () -> {
            first.run();
            lab.client().resource(leader).delete();
        });
        didNotCrash(leader);
    }

    /** Ends the process that works as the out-of-memory killer does, and returns when its pod has started another one. */
    synchronized void crashLeader() {
        Pod leader = leader();
        killed.add(leader.getMetadata().getUid());
        int before = restarts(leader);
        process(leader).kill();
        await(
                START_DEADLINE,
                "the kubelet to start the process anew",
                () -> assertThat(pods())
                        .filteredOn(pod -> pod.getMetadata()
                                .getUid()
                                .equals(leader.getMetadata().getUid()))
                        .singleElement()
                        .satisfies(pod -> assertThat(restarts(pod)).isGreaterThan(before)));
    }

    /** A pod that is killed is frozen before it is deleted, so that it does not see the SIGTERM that comes with that. */
    private void end(List<Pod> pods, End end, Runnable removal) {
        List<PodProcess> frozen = end == End.SIGKILL
                ? pods.stream().map(InstalledController::process).toList()
                : List.of();
        frozen.forEach(PodProcess::freeze);
        removal.run();
        // Killed before the kubelet knows that the pod is to go, it would be started anew, lead, and give the Lease up.
        await(
                Await.until("the kubelet to ask the frozen processes to end"),
                () -> assertThat(frozen).allMatch(PodProcess::isAskedToEnd));
        frozen.forEach(PodProcess::kill);
        // One that was asked to end has its time for that; one that was killed is gone when the kubelet has come to it.
        String gone = "the pods to be gone after " + end;
        await(
                end == End.SIGTERM ? Await.within(STOP_DEADLINE, gone) : Await.until(gone),
                () -> assertThat(names(among(pods))).isEmpty());
    }

    /** Those of these pods that are still there. */
    private List<Pod> among(List<Pod> some) {
        Set<String> uids = some.stream().map(pod -> pod.getMetadata().getUid()).collect(Collectors.toSet());
        return pods().stream()
                .filter(pod -> uids.contains(pod.getMetadata().getUid()))
                .toList();
    }

    private void awaitAtWork() {
        ConditionFactory condition = Await.within(
                        START_DEADLINE, "the Deployment to be rolled out and one of its pods to lead")
                .failFast(this::failWhenAPodCannotStart);
        await(condition, () -> {
            Deployment deployment = deployment(lab).require();
            List<Pod> pods = pods();
            assertThat(deployment.getStatus().getObservedGeneration())
                    .as("generation that the Deployment's status is of")
                    .isEqualTo(deployment.getMetadata().getGeneration());
            assertThat(deployment.getStatus().getUpdatedReplicas())
                    .as("pods of the current template")
                    .isEqualTo(deployment.getSpec().getReplicas());
            assertThat(names(pods)).as("pods").hasSize(deployment.getSpec().getReplicas());
            assertThat(names(pods.stream().filter(Readiness::isPodReady).toList()))
                    .as("pods that are ready")
                    .isEqualTo(names(pods));
            assertThat(names(pods)).as("pods, of which one leads").contains(holder());
        });
    }

    /** An image that was not loaded anew would be tested for the one that was just built. */
    private void runsTheExecutable(Pod pod) {
        try {
            if (Files.mismatch(process(pod).executable(), executable) >= 0) {
                throw new AssertionError("The image wavegate:latest of the lab is not of %s: load it by make image."
                        .formatted(executable));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The kubelet starts it anew, and a test may pass all the same. */
    private void didNotCrash(Pod pod) {
        if (restarts(pod) > 0 && !killed.contains(pod.getMetadata().getUid())) {
            throw new AssertionError("The controller in pod %s ended by itself and was started anew; its log is %s."
                    .formatted(pod.getMetadata().getName(), log));
        }
    }

    private void await(Duration deadline, String what, Runnable assertion) {
        await(Await.within(deadline, what), assertion);
    }

    /** With a report on all that is there when it does not come true. */
    private void await(ConditionFactory condition, Runnable assertion) {
        try {
            condition.untilAsserted(assertion::run);
        } catch (ConditionTimeoutException | TerminalFailureException e) {
            throw new AssertionError(e.getMessage() + "\n\n" + report(), e);
        }
    }

    private void failWhenAPodCannotStart() {
        for (Pod pod : pods()) {
            for (ContainerStatus container : pod.getStatus().getContainerStatuses()) {
                ContainerStateWaiting waiting = container.getState().getWaiting();
                if (waiting != null && CANNOT_START.contains(waiting.getReason())) {
                    throw new AssertionError(
                            "Pod %s cannot start: %s: %s (make image loads the image of the native executable)"
                                    .formatted(pod.getMetadata().getName(), waiting.getReason(), waiting.getMessage()));
                }
            }
        }
    }

    private String report() {
        List<String> lines = log().lines().toList();
        return String.join(
                "\n",
                lab.tryKubectl("get", "deployments,pods,leases", "--output=wide", "--namespace", Lab.SYSTEM)
                        .output(),
                lab.tryKubectl("get", "events", "--sort-by=.lastTimestamp", "--namespace", Lab.SYSTEM)
                        .output(),
                "The log, " + log + ", ends with:",
                String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size())));
    }

    private static List<String> names(List<Pod> pods) {
        return pods.stream().map(pod -> pod.getMetadata().getName()).toList();
    }

    private static int restarts(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .map(ContainerStatus::getRestartCount)
                .filter(Objects::nonNull)
                .mapToInt(Integer::intValue)
                .sum();
    }

    private static List<Pod> pods(Lab lab) {
        return lab.client()
                .pods()
                .inNamespace(Lab.SYSTEM)
                .withLabel("app.kubernetes.io/name", NAME)
                .list()
                .getItems();
    }

    private static RollableScalableResource<Deployment> deployment(Lab lab) {
        return lab.client().apps().deployments().inNamespace(Lab.SYSTEM).withName(NAME);
    }
}
