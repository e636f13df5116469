package io.wavegate.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the built-in engine ({@code wavegate migrate}) says of its run. The engine writes it as JSON into the container's termination
 * message; there {@link #MARKER} tells it from any other message. Texts may be cut, lists too; the numbers are always whole.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MigrationResult(
        @Required
        @JsonPropertyDescription("What the engine was asked for: migrate, validate, info, repair or baseline.")
        String command,

        @JsonPropertyDescription("The database's name and version, as it says them; absent where it was not reached.")
        @Nullable String database,

        @JsonPropertyDescription("The schema's version before; absent where it had none, or was not read.") @Nullable String before,

        @JsonPropertyDescription("The schema's version afterwards; absent where it has none, or was not read.")
        @Nullable String after,

        @Required @JsonPropertyDescription("How many migrations were applied, and stayed.")
        int applied,

        @JsonPropertyDescription("How many migrations are still to be applied; absent where that was not read.")
        @Nullable Integer pending,

        @Required @JsonPropertyDescription("How long it took in all, in milliseconds.")
        long milliseconds,

        @JsonPropertyDescription("The migrations that were applied, the last ones where they are many.") @Nullable List<Migration> migrations,

        @JsonPropertyDescription("What the database and Flyway warned of.") @Nullable List<String> warnings,

        @JsonPropertyDescription("Why it failed; absent where it did not.") @Nullable Failure error) {

    /** The field {@code apiVersion} of the engine's JSON. */
    public static final String MARKER = "engine.wavegate.io/v1";

    /** Bytes that the kubelet takes of a termination message (kubernetes pkg/kubelet/container, MaxContainerTerminationMessageLength). */
    public static final int BYTES = 4096;

    /** A migration that was applied. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Migration(
            @JsonPropertyDescription("Its version; absent for a repeatable one.") @Nullable String version,

            @Required @JsonPropertyDescription("Its description, from the name of its file.")
            String description,

            @Required @JsonPropertyDescription("Its file, below the location that has it.")
            String script,

            @Required @JsonPropertyDescription("How long it took, in milliseconds.")
            long milliseconds) {}

    /** Why it failed. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Failure(
            @Required
            @JsonPropertyDescription("The database's own message where it refused something, else the engine's.")
            String message,

            @JsonPropertyDescription(
                    "The database's own code: the SQLSTATE, with MySQL's and MariaDB's number where there is one.")
            @Nullable String code,

            @JsonPropertyDescription("The file of the migration that failed.") @Nullable String file,

            @JsonPropertyDescription("The line where the statement begins that failed.") @Nullable Integer line,

            @JsonPropertyDescription("The statement that failed, without its passwords.") @Nullable String statement) {}

    /** It in a few words, as a verdict's message has it: {@code applied 3, now at 12}; without a full stop. */
    public String summary() {
        if (error != null) {
            return failed(error);
        }
        return switch (command) {
            case "migrate" ->
                applied == 0
                        ? "nothing was pending" + (after == null ? "" : ", at " + after)
                        : "applied " + applied
                                + (after == null ? "" : (after.equals(before) ? ", still at " : ", now at ") + after);
            case "info" -> (pending == null ? 0 : pending) + " pending" + (after == null ? "" : ", at " + after);
            default -> command + " ended well" + (after == null ? "" : ", at " + after);
        };
    }

    private String failed(Failure failure) {
        var text = new StringBuilder();
        if (failure.file() != null) {
            text.append(failure.file());
            if (failure.line() != null) {
                text.append(", line ").append(failure.line());
            }
            text.append(": ");
        }
        text.append(failure.message());
        if (failure.code() != null) {
            text.append(" (").append(failure.code()).append(')');
        }
        if (command.equals("migrate") && (applied > 0 || after != null)) {
            text.append("; applied ").append(applied).append(" before that");
            if (after != null) {
                text.append(", now at ").append(after);
            }
        }
        return text.toString();
    }
}
