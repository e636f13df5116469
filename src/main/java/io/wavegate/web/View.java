package io.wavegate.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.wavegate.api.MigrationResult;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.ledger.Entry;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What the API answers with. Absent fields are not known, or not for this caller. */
final class View {
    private View() {}

    /**
     * A release.
     *
     * @param revision the commit or chart version that was asked for
     * @param status migrated, running, failed, overtaken or unknown
     * @param applications each Application that it is for
     */
    @Schema(name = "Release", description = "How far a commit has come.")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @RegisterForReflection
    record Release(String revision, String status, List<Application> applications) {}

    /**
     * An Application.
     *
     * @param status migrated, running, failed, overtaken or unknown
     * @param reason of the failure, one word
     * @param message of the failure, in sentences; not for anonymous callers
     * @param revisions what it was synced to last
     * @param hooks the last run of each of its hooks
     */
    @Schema(name = "Application", description = "How the migrations of an Argo CD Application stand.")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @RegisterForReflection
    record Application(
            String namespace,
            String name,
            String status,
            @Nullable String reason,
            @Nullable String message,
            Set<String> revisions,
            List<Run> hooks) {}

    /**
     * A run, which is the record {@code migrationrun/<name>}.
     *
     * @param hook the hook that it is a run of
     * @param application {@code <namespace>/<name>}; absent where none has confirmed it
     * @param revisions the commits or chart versions of its release
     * @param event install, upgrade or rollback
     * @param phase Pending, Waiting, Running, Succeeded or Failed
     * @param reason of the verdict
     * @param message the verdict in sentences; not for anonymous callers
     * @param log the end of the log, where one run was asked for; not for anonymous callers
     * @param missing why there is no log, where one run was asked for that has none; not for anonymous callers
     * @param result what the built-in engine said, where one run was asked for that it did; not for anonymous callers
     */
    @Schema(name = "Run", description = "One run of a migration.")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @RegisterForReflection
    record Run(
            String namespace,
            String name,
            String hook,
            @Nullable String application,
            Set<String> revisions,
            @Nullable String event,
            @Nullable String phase,
            @Nullable String reason,
            @Nullable String message,
            Instant created,
            @Nullable Instant started,
            @Nullable Instant ended,
            @Nullable String log,
            @Nullable String missing,
            @Nullable MigrationResult result) {}

    /** Runs, the newest first. */
    @Schema(name = "Runs", description = "Runs, the newest first.")
    @RegisterForReflection
    record Runs(List<Run> runs) {}

    /**
     * A run as it is told.
     *
     * @param whole with the verdict in sentences
     * @param record with what the migration printed and the engine said, where that is wanted and may be told
     */
    static Run of(Entry run, boolean whole, @Nullable MigrationRunStatus record) {
        MigrationRunStatus.Log log = record == null ? null : record.log();
        return new Run(
                run.namespace(),
                run.name(),
                run.hook(),
                run.verified() ? String.valueOf(run.application()) : null,
                new TreeSet<>(run.revisions()),
                run.event(),
                run.phase() == null ? null : run.phase().name(),
                run.reason() == null ? null : run.reason().name(),
                whole ? run.message() : null,
                run.created(),
                run.started(),
                run.ended(),
                log == null ? null : log.text(),
                log == null ? null : log.missing(),
                record == null ? null : record.result());
    }
}
