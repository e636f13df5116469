package io.wavegate.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A process in a pod, from outside: the pods of the lab are processes of this machine, each in a cgroup that is named by its pod. */
record PodProcess(ProcessHandle handle) {
    /** Signal 15 in the kernel's masks of signals. */
    private static final long SIGTERM = 1L << 14;

    private static final Path HERE = Path.of("").toAbsolutePath();

    /** The processes of a pod that run this program, a path in their container. */
    static List<PodProcess> of(Pod pod, String program) {
        String uid = pod.getMetadata().getUid();
        return ProcessHandle.allProcesses()
                .filter(handle ->
                        handle.info().command().filter(program::equals).isPresent())
                .map(PodProcess::new)
                .filter(process -> process.kernelSays("cgroup").contains("/pod" + uid + "/"))
                .toList();
    }

    /** From now on it does nothing, and does not see a signal either, until {@link #kill}. */
    void freeze() {
        Command.run(HERE, Map.of(), Duration.ofSeconds(10), List.of("sh", "-c", "kill -STOP " + handle.pid()))
                .succeeded();
    }

    /** Whether it was asked to end (SIGTERM), and has not seen it, since it is frozen. */
    boolean isAskedToEnd() {
        return kernelSays("status")
                .lines()
                .filter(line -> line.startsWith("ShdPnd:"))
                .anyMatch(line -> (Long.parseUnsignedLong(
                                        line.substring("ShdPnd:".length()).strip(), 16)
                                & SIGTERM)
                        != 0);
    }

    void kill() {
        handle.destroyForcibly();
    }

    /** The file that it is an execution of, whatever the file system of its container. */
    Path executable() {
        return proc("exe");
    }

    /** A file of {@code /proc/<pid>}, e.g. {@code status}; empty when the process is gone. */
    String kernelSays(String file) {
        try {
            return Files.readString(proc(file), UTF_8);
        } catch (IOException e) {
            if (handle.isAlive()) {
                throw new UncheckedIOException(e);
            }
            return "";
        }
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(handle.pid()), file);
    }
}
