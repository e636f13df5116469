package io.wavegate.gate;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.Reason;
import io.wavegate.loop.EventRecorder;
import jakarta.enterprise.context.ApplicationScoped;

/** Events on hook Jobs and their records. */
@ApplicationScoped
class HookEvents {
    private final KubernetesClient client;
    private final EventRecorder recorder;

    HookEvents(KubernetesClient client, EventRecorder recorder) {
        this.client = client;
        this.recorder = recorder;
    }

    /** Warns of something about a hook Job. */
    void warn(Job hook, String reason, String message) {
        recorder.record(client, reference(hook), true, reason, message, "");
    }

    /** Tells of a failure, on the hook Job. */
    void failed(Job hook, Reason reason, String message) {
        warn(hook, reason.name(), message);
    }

    /** Tells of a failure, on the hook Job and on its record, which outlives it. */
    void failed(Job hook, MigrationRun record, Reason reason, String message) {
        failed(hook, reason, message);
        recorder.record(client, reference(record), true, reason.name(), message, "");
    }

    /**
     * Writes the end of a log as an Event, as many whole lines as it takes.
     *
     * @param failed whether it is the log of a failure
     */
    void log(Job hook, boolean failed, String log) {
        int from = Math.max(0, log.length() - EventRecorder.LONGEST);
        int line = from == 0 ? 0 : log.indexOf('\n', from - 1) + 1;
        recorder.record(client, reference(hook), failed, "HookLog", log.substring(line == 0 ? from : line), "");
    }

    private static ObjectReference reference(HasMetadata object) {
        ObjectMeta metadata = object.getMetadata();
        return EventRecorder.about(
                object.getApiVersion(),
                object.getKind(),
                metadata.getNamespace(),
                metadata.getName(),
                metadata.getUid());
    }
}
