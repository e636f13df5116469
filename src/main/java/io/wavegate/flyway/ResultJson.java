package io.wavegate.flyway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.wavegate.api.MigrationResult;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A result as one line of JSON. Written field by field, since reflection costs a native executable its first tenth of a second.
 *
 * <p>Where it is too long for a termination message, lists are cut to fewer and fewer entries (of what was applied the last ones stay, of
 * warnings and of what is pending the first) and texts to fewer and fewer characters, until it fits. The numbers stay.
 */
final class ResultJson {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int[] ENTRIES = {50, 20, 10, 5, 2, 1, 0};
    private static final int[] CHARACTERS = {1024, 512, 256, 128, 64};

    private ResultJson() {}

    /**
     * A migration in a list of what is there.
     *
     * @param state Flyway's word for it
     */
    record Listed(@Nullable String version, String description, String script, String state) {}

    /** All of it. */
    static String whole(MigrationResult result, List<Listed> listed) {
        return json(result, listed, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** As much of it as the bytes hold. */
    static String within(int bytes, MigrationResult result, List<Listed> listed) {
        String json = "";
        for (int characters : CHARACTERS) {
            for (int entries : ENTRIES) {
                json = json(result, listed, entries, characters);
                if (json.getBytes(StandardCharsets.UTF_8).length <= bytes) {
                    return json;
                }
            }
        }
        return json;
    }

    private static String json(MigrationResult result, List<Listed> listed, int entries, int characters) {
        var text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            var writer = new Writer(json, entries, characters);
            writer.result(result, listed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private record Writer(JsonGenerator json, int entries, int characters) {
        void result(MigrationResult result, List<Listed> listed) throws IOException {
            json.writeStartObject();
            text("apiVersion", MigrationResult.MARKER);
            text("command", result.command());
            json.writeBooleanField("success", result.error() == null);
            text("database", result.database());
            text("before", result.before());
            text("after", result.after());
            json.writeNumberField("applied", result.applied());
            if (result.pending() != null) {
                json.writeNumberField("pending", result.pending());
            }
            json.writeNumberField("milliseconds", result.milliseconds());
            if (result.error() != null) {
                error(result.error());
            }
            if (result.migrations() != null) {
                json.writeArrayFieldStart("migrations");
                List<MigrationResult.Migration> all = result.migrations();
                for (MigrationResult.Migration migration : all.subList(Math.max(0, all.size() - entries), all.size())) {
                    json.writeStartObject();
                    text("version", migration.version());
                    text("description", migration.description());
                    text("script", migration.script());
                    json.writeNumberField("milliseconds", migration.milliseconds());
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
            if (!listed.isEmpty()) {
                json.writeArrayFieldStart("listed");
                for (Listed migration : listed.subList(0, Math.min(entries, listed.size()))) {
                    json.writeStartObject();
                    text("version", migration.version());
                    text("description", migration.description());
                    text("script", migration.script());
                    text("state", migration.state());
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
            if (result.warnings() != null) {
                json.writeArrayFieldStart("warnings");
                for (String warning : result.warnings()
                        .subList(0, Math.min(entries, result.warnings().size()))) {
                    json.writeString(cut(warning));
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        }

        private void error(MigrationResult.Failure error) throws IOException {
            json.writeObjectFieldStart("error");
            text("message", error.message());
            text("code", error.code());
            text("file", error.file());
            if (error.line() != null) {
                json.writeNumberField("line", error.line());
            }
            text("statement", error.statement());
            json.writeEndObject();
        }

        private void text(String field, @Nullable String value) throws IOException {
            if (value != null) {
                json.writeStringField(field, cut(value));
            }
        }

        private String cut(String value) {
            if (value.length() <= characters) {
                return value;
            }
            int end = Character.isHighSurrogate(value.charAt(characters - 1)) ? characters - 1 : characters;
            return value.substring(0, end) + "...";
        }
    }
}
