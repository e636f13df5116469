package io.wavegate.run;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wavegate.api.Line;
import io.wavegate.api.MigrationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the built-in engine left in its container's termination message. Any program may write there whatever it likes, so that
 * nothing of it is believed but its form: what is no result of the engine's is none, without a word.
 */
final class EngineResult {
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8)
                    .maxStringLength(MigrationResult.BYTES)
                    .maxNumberLength(20)
                    .build())
            .build());
    /** More than the engine leaves of a text, and of a list. */
    private static final int CHARACTERS = 1100;

    private static final int ENTRIES = 50;

    private EngineResult() {}

    /** The result, or null where the message is none. */
    static @Nullable MigrationResult of(@Nullable String message) {
        if (message == null || message.length() > MigrationResult.BYTES || !message.startsWith("{")) {
            return null;
        }
        try {
            JsonNode json = JSON.readTree(message);
            String command = json.isObject() && MigrationResult.MARKER.equals(text(json, "apiVersion"))
                    ? text(json, "command")
                    : null;
            return command == null
                    ? null
                    : new MigrationResult(
                            command,
                            text(json, "database"),
                            text(json, "before"),
                            text(json, "after"),
                            requireNonNullElse(number(json, "applied"), 0),
                            number(json, "pending"),
                            milliseconds(json),
                            list(json.path("migrations"), EngineResult::migration),
                            list(json.path("warnings"), EngineResult::text),
                            failure(json.path("error")));
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static MigrationResult.@Nullable Migration migration(JsonNode json) {
        String script = text(json, "script");
        String description = text(json, "description");
        return script == null
                ? null
                : new MigrationResult.Migration(
                        text(json, "version"), description == null ? "" : description, script, milliseconds(json));
    }

    private static MigrationResult.@Nullable Failure failure(JsonNode json) {
        String message = text(json, "message");
        return message == null
                ? null
                : new MigrationResult.Failure(
                        message, text(json, "code"), text(json, "file"), number(json, "line"), text(json, "statement"));
    }

    private static <T> @Nullable List<T> list(JsonNode json, Function<JsonNode, @Nullable T> read) {
        if (!json.isArray()) {
            return null;
        }
        var entries = new ArrayList<T>();
        for (JsonNode entry : json) {
            T value = entries.size() < ENTRIES ? read.apply(entry) : null;
            if (value != null) {
                entries.add(value);
            }
        }
        return entries.isEmpty() ? null : List.copyOf(entries);
    }

    private static @Nullable String text(JsonNode json, String field) {
        return text(json.path(field));
    }

    private static @Nullable String text(JsonNode json) {
        if (!json.isTextual()) {
            return null;
        }
        return Line.cut(LogTail.masked(Line.of(json.textValue())), CHARACTERS);
    }

    private static @Nullable Integer number(JsonNode json, String field) {
        JsonNode value = json.path(field);
        return value.canConvertToInt() && value.isIntegralNumber() && value.intValue() >= 0 ? value.intValue() : null;
    }

    private static long milliseconds(JsonNode json) {
        JsonNode value = json.path("milliseconds");
        return value.canConvertToLong() && value.isIntegralNumber() ? Math.max(0, value.longValue()) : 0;
    }
}
