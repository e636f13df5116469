package io.wavegate.lab;

import static java.util.stream.Collectors.toMap;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Collects in one file what the pods of a namespace print, each line with the name of its pod: pods take their logs with them when they
 * go.
 */
final class PodLogs implements ResourceEventHandler<Pod>, AutoCloseable {
    private final Lab lab;
    private final Path file;
    private final Map<String, Process> followers = new HashMap<>();
    private final SharedIndexInformer<Pod> informer;

    PodLogs(Lab lab, String namespace, Path file) {
        this.lab = lab;
        this.file = file;
        informer = lab.client().pods().inNamespace(namespace).inform(this);
    }

    /** Waits until the ends of the logs of containers that have ended are in the file. */
    void awaitEnds() {
        Map<String, Process> open = open();
        Await.until("kubectl logs to end with the containers that it follows")
                .until(() -> open.values().stream().noneMatch(Process::isAlive));
    }

    @Override
    public void onAdd(Pod pod) {
        follow(pod);
    }

    @Override
    public void onUpdate(Pod before, Pod pod) {
        follow(pod);
    }

    @Override
    public void onDelete(Pod pod, boolean stateUnknown) {}

    @Override
    public void close() {
        informer.close();
        open().values().forEach(Process::destroyForcibly);
    }

    /** One follower for each container that runs; a container that is started anew is another one. */
    private synchronized void follow(Pod pod) {
        for (ContainerStatus container : pod.getStatus().getContainerStatuses()) {
            if (container.getState().getRunning() != null) {
                followers.computeIfAbsent(container.getContainerID(), id -> follower(pod, container.getName()));
            }
        }
    }

    private Process follower(Pod pod, String container) {
        ProcessBuilder builder = new ProcessBuilder(lab.kubectlLine(
                        "logs",
                        "--follow",
                        "--prefix",
                        "--namespace",
                        pod.getMetadata().getNamespace(),
                        "--container",
                        container,
                        pod.getMetadata().getName()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(file.toFile()));
        builder.environment().putAll(lab.environment());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized Map<String, Process> open() {
        return followers.entrySet().stream()
                .filter(follower -> follower.getValue().isAlive())
                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
