package io.wavegate.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is no success, as RFC 9457 has it.
 *
 * @param type always {@code about:blank}: the status says what kind it is
 * @param title the status in words
 * @param status the HTTP status
 * @param detail what is wrong and what to do, in a sentence or two
 * @param reason one word of docs/reasons.md where a migration decided it, else SyncFailed, MigrationSkipped or absent
 * @param applications how each Application stands, where the question was about some
 */
@Schema(name = "Problem", description = "What went wrong, as RFC 9457 has it.")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@RegisterForReflection
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        @Nullable String reason,
        @Nullable List<View.Application> applications) {
    static final String JSON = "application/problem+json";

    /** A failed release, or one that did not get there in time. */
    static Response of(int status, String detail, @Nullable String reason, List<View.Application> applications) {
        return Response.status(status)
                .type(JSON)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(new Problem("about:blank", title(status), status, detail, reason, applications))
                .build();
    }

    /** Something that is wrong with the request, or with us. */
    static WebApplicationException exception(int status, String detail) {
        Response.ResponseBuilder response = Response.fromResponse(of(status, detail, null, List.of()));
        if (status == 401) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        } else if (status == 429 || status == 503) {
            response.header(HttpHeaders.RETRY_AFTER, 1);
        }
        return new WebApplicationException(response.build());
    }

    private static String title(int status) {
        return switch (status) {
            case 424 -> "Migration failed";
            case 504 -> "Not migrated in time";
            case 409 -> "Overtaken by a newer commit";
            default -> {
                Response.Status known = Response.Status.fromStatusCode(status);
                yield known == null ? "Error" : known.getReasonPhrase();
            }
        };
    }
}
