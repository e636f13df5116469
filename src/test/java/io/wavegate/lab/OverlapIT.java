package io.wavegate.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.Phase;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two migrations at once destroy databases: whatever happens to a pod, the next one starts when it is really over. */
@LabTest
class OverlapIT {
    /** Each tenth of a second the pod says that it lives, with the time of a clock that all pods of the node share. */
    private static final String HEARTBEATS =
            "until [ -e /lab/go ]; do echo \"$HOSTNAME $(cut -d' ' -f1 /proc/uptime)\" >> /lab/heartbeats; sleep 0.1; done";

    private static final long GRACE_SECONDS = 8;

    @Test
    void aDeletedPodThatIgnoresItsSignalIsReplacedWhenItIsGone(Project project) {
        Hook hook = project.create(project.hookJob("migrate")
                .script("trap '' TERM", HEARTBEATS)
                .backoffLimit(2)
                .terminationGracePeriodSeconds(GRACE_SECONDS));
        Await.until("the first heartbeat").until(() -> !hosts(project).isEmpty());
        Pod first = hook.pods().get(0);

        project.client().resource(first).delete();
        Await.until("the replacement to run").until(() -> hosts(project).size() > 1);
        project.open("go");
        hook.awaitComplete();

        List<PodTimes> times = PodTimes.of(project.pods());
        assertThat(times).hasSize(2);
        assertThat(times.get(0).pod().getMetadata().getName())
                .isEqualTo(first.getMetadata().getName());
        assertThat(times.get(0).overlaps(times.get(1))).as("%s overlap", times).isFalse();
        assertThat(hosts(project))
                .as("pods in the order of their heartbeats: each has its time, none comes back")
                .containsExactly(
                        first.getMetadata().getName(),
                        times.get(1).pod().getMetadata().getName());
        assertThat(secondsAlive(project, first))
                .as("seconds that the first pod lived on after it was deleted, ignoring the signal")
                .isGreaterThan(GRACE_SECONDS - 2.0);

        MigrationRun run = hook.awaitVerdict();
        assertThat(run.getStatus().phase()).isEqualTo(Phase.Succeeded);
        assertThat(run.getStatus().attempts()).isEqualTo(2);
        assertThat(run.getStatus().failed()).isEqualTo(1);
    }

    private record Heartbeat(String pod, double at) {
        static Heartbeat parse(String line) {
            int space = line.indexOf(' ');
            return new Heartbeat(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
        }
    }

    /** Names of the pods as their heartbeats follow each other; one that comes back would be listed again. */
    private static List<String> hosts(Project project) {
        List<Heartbeat> beats = heartbeats(project);
        return IntStream.range(0, beats.size())
                .filter(i ->
                        i == 0 || !beats.get(i).pod().equals(beats.get(i - 1).pod()))
                .mapToObj(i -> beats.get(i).pod())
                .toList();
    }

    private static double secondsAlive(Project project, Pod pod) {
        List<Heartbeat> beats = heartbeats(project).stream()
                .filter(beat -> beat.pod().equals(pod.getMetadata().getName()))
                .toList();
        return beats.get(beats.size() - 1).at() - beats.get(0).at();
    }

    private static List<Heartbeat> heartbeats(Project project) {
        return project.lines("heartbeats").stream().map(Heartbeat::parse).toList();
    }
}
