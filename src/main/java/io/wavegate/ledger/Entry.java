package io.wavegate.ledger;

import io.wavegate.api.ApplicationName;
import io.wavegate.api.Fields;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunSpec;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.api.Times;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A record as it is seen from outside.
 *
 * @param namespace metadata.namespace
 * @param name metadata.name
 * @param uid metadata.uid
 * @param resourceVersion of the record that this was read from
 * @param hook which hook it is a run of, the same for each release
 * @param hookName the name of this release's hook Job
 * @param application the Application that the hook claims; null where it claims none
 * @param applicationUid its uid when the hook appeared; null where it could not be read
 * @param release identity of the release
 * @param operation start of the sync operation, RFC 3339; null where there was none
 * @param revisions the commits or chart versions of the release; several for an Application of several sources, empty where none is
 *     known
 * @param event install, upgrade or rollback; null where that is not known
 * @param phase null before the record is opened
 * @param reason null before the verdict
 * @param message the verdict's sentences, or what the run waits for; null where there is nothing to say
 * @param verified the Application lists the hook as its own
 * @param emitted a Job was made
 * @param created when the record was made
 * @param started when the emitted Job was made; null before
 * @param ended when the emitted Job ended; null before the verdict
 * @param waitingSince since when it waits for its lock, or had waited; null where it had not to
 * @param images the images that the hook Job names, as it names them
 */
public record Entry(
        String namespace,
        String name,
        String uid,
        String resourceVersion,
        String hook,
        String hookName,
        @Nullable ApplicationName application,
        @Nullable String applicationUid,
        String release,
        @Nullable String operation,
        Set<String> revisions,
        @Nullable String event,
        @Nullable Phase phase,
        @Nullable Reason reason,
        @Nullable String message,
        boolean verified,
        boolean emitted,
        Instant created,
        @Nullable Instant started,
        @Nullable Instant ended,
        @Nullable Instant waitingSince,
        Set<String> images) {
    /** Which of two records of a hook is the later. */
    public static final Comparator<Entry> LATEST = Comparator.comparing(Entry::created)
            .thenComparing(Entry::ended, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(Entry::name);

    /** A record as it was read. */
    public static Entry of(MigrationRun run) {
        MigrationRunSpec spec = run.getSpec();
        MigrationRunStatus status = run.statusOrEmpty();
        MigrationRunSpec.Application claimed = spec.release().application();
        return new Entry(
                run.getMetadata().getNamespace(),
                run.getMetadata().getName(),
                run.getMetadata().getUid(),
                run.getMetadata().getResourceVersion(),
                run.hookLabel(),
                spec.hook().name(),
                claimed == null ? null : new ApplicationName(claimed.namespace(), claimed.name()),
                claimed == null ? null : claimed.uid(),
                spec.release().id(),
                spec.release().operationStartedAt(),
                revisions(status.revision() == null ? spec.release().revision() : status.revision()),
                spec.release().event(),
                status.phase(),
                status.reason(),
                status.message(),
                Boolean.TRUE.equals(status.verified()),
                status.job() != null,
                Times.parse(run.getMetadata().getCreationTimestamp()).orElse(Instant.EPOCH),
                Times.parse(status.startTime()).orElse(null),
                Times.parse(status.completionTime()).orElse(null),
                status.lock() == null
                        ? null
                        : Times.parse(status.lock().waitingSince()).orElse(null),
                images(spec.job()));
    }

    /** Whether there is a verdict. */
    public boolean terminal() {
        return phase != null && phase.terminal();
    }

    /** Whether it has failed. */
    public boolean failed() {
        return phase == Phase.Failed;
    }

    /** Whether it has succeeded. */
    public boolean succeeded() {
        return phase == Phase.Succeeded;
    }

    /** Whether others may be told of it: it claims no Application, or one that confirms the claim. */
    public boolean counts() {
        return application == null || verified;
    }

    /** {@code <namespace>/<hook>}, for people. */
    public String hookPath() {
        return namespace + "/" + hook;
    }

    private static Set<String> revisions(@Nullable String text) {
        return text == null || text.isEmpty() ? Set.of() : Set.copyOf(Arrays.asList(text.split(",")));
    }

    private static Set<String> images(@Nullable Map<String, Object> job) {
        Map<?, ?> pod = Fields.pod(Fields.map(Fields.map(job).get("spec")));
        var images = new HashSet<String>();
        for (String containers : new String[] {"initContainers", "containers"}) {
            if (pod.get(containers) instanceof Collection<?> list) {
                for (Object container : list) {
                    if (Fields.map(container).get("image") instanceof String image) {
                        images.add(image);
                    }
                }
            }
        }
        return Set.copyOf(images);
    }
}
