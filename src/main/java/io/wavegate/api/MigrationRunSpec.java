package io.wavegate.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was asked for. Written once, when the record is created. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "self == oldSelf",
        message = "the spec of a MigrationRun is a record of what was asked for and never changes")
public record MigrationRunSpec(
        @Required @JsonPropertyDescription("The object in Git that asked for this migration.")
        Hook hook,

        @Required @JsonPropertyDescription("The release that this migration belongs to.")
        Release release,

        @JsonPropertyDescription(
                "What the hook is for, as its annotation says: Helm events (pre-install,pre-upgrade) or Argo CD's phase"
                        + " (PreSync). Empty for a Job that is no hook.")
        @Nullable String event,

        @JsonPropertyDescription("Key of the database, <namespace>/<name>: runs with the same key never overlap.")
        @Nullable String database,

        @Required
        @JsonPropertyDescription(
                "SHA-256 of the hook Job's spec, labels and annotations: the same fingerprint means the same migration.")
        String fingerprint,

        @JsonPropertyDescription("When the emitted Job is deleted. The record stays.")
        List<DeletePolicy> deletePolicy,

        @JsonPropertyDescription(
                "When the end of the log is also put out as an Event of the hook Job and in Wavegate's own log.")
        @Nullable List<OutputLogPolicy> outputLogPolicy,

        @JsonPropertyDescription("What the hook Job's wavegate.io/ annotations ask for.") @Nullable Options options,

        @JsonPropertyDescription(
                "What is wrong with the hook Job, where something is: such a run starts nothing and fails as InvalidOption.")
        @Nullable String problem,

        @JsonPropertyDescription(
                "The first record of this hook Job was deleted when its migration may have begun: such a run starts nothing and fails"
                        + " as RecordLost, which answers for the retries of the same sync.")
        @Nullable Boolean lost,

        @Required
        @PreserveUnknownFields
        @JsonPropertyDescription(
                "The hook Job as it was read: labels, annotations and every field of spec. The emitted Job is made from it.")
        Map<String, Object> job) {

    /** Whether the log of a run that has ended so is put out. */
    public boolean putsOut(@Nullable Phase phase) {
        return outputLogPolicy != null && outputLogPolicy.stream().anyMatch(policy -> policy.phase() == phase);
    }

    /** The same, as what is left of a record that was deleted. */
    public MigrationRunSpec asLost() {
        return new MigrationRunSpec(
                hook,
                release,
                event,
                database,
                fingerprint,
                deletePolicy,
                outputLogPolicy,
                options,
                problem,
                true,
                job);
    }

    /**
     * What has happened to a record that was lost, for its verdict.
     *
     * @param name the record's name
     */
    public static String loss(String name) {
        return "the record migrationrun/%s was deleted after the migration may have been started".formatted(name);
    }

    /** The front-door object. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Hook(
            @Required @JsonPropertyDescription("Kind of the object: Job.")
            String kind,

            @Required @JsonPropertyDescription("Name of the object, in the record's namespace.")
            String name,

            @Required
            @JsonPropertyDescription("UID of the object. A recreated hook is another one, with a record of its own.")
            String uid) {}

    /** What is delivered. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Release(
            @Required
            @JsonPropertyDescription(
                    "Identity of the release: <Application uid>/<start of its sync operation> under Argo CD,"
                            + " else the uid of the hook.")
            String id,

            @JsonPropertyDescription(
                    "The Argo CD Application that the hook's tracking id names. A claim; status.verified"
                            + " says whether the Application confirms it.")
            @Nullable Application application,

            @JsonPropertyDescription(
                    "The commit or chart version that the sync operation named when the hook appeared. It may"
                            + " be a branch; status.revision has what it was resolved to.")
            @Nullable String revision,

            @JsonPropertyDescription(
                    "Start of the Argo CD sync operation, RFC 3339. Argo CD's retries of one operation share" + " it.")
            @Nullable String operationStartedAt,

            @JsonPropertyDescription(
                    "What this sync of Argo CD is in Helm's words: install, upgrade or rollback, as the Application's history, the"
                            + " records of this hook and what was live tell. Empty where they do not, and where there is no such"
                            + " sync: the tool that made the hook has chosen the event itself then.")
            @Nullable String event) {
        /** The same release, known to be this event. */
        public Release withEvent(@Nullable String found) {
            return new Release(id, application, revision, operationStartedAt, found);
        }
    }

    /** An Argo CD Application. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Application(
            @Required @JsonPropertyDescription("Namespace of the Application.")
            String namespace,

            @Required @JsonPropertyDescription("Name of the Application.")
            String name,

            @JsonPropertyDescription("UID of the Application; empty where it could not be read.") @Nullable String uid) {}
}
