package io.wavegate.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.WebApplicationException;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may see what is as the API server says, asked once and not mixed up with another question. */
class AccessTest {
    private Reviewer reviewer;

    @BeforeEach
    void start() throws IOException {
        reviewer = new Reviewer(
                Map.of("ci", Set.of("shop"), "tenant", Set.of("null"), "admin", Set.of("shop", Reviewer.ALL)));
    }

    @AfterEach
    void end() {
        reviewer.close();
    }

    @Test
    void eachNamespaceIsItsOwnQuestion() {
        Access.Caller ci = reviewer.caller("ci");
        assertThat(ci.mayRead("shop")).isTrue();
        assertThat(ci.mayRead("billing")).isFalse();
        assertThat(ci.mayRead(null)).isFalse();
        assertThat(reviewer.caller("admin").mayRead(null)).isTrue();
        assertThatThrownBy(() -> ci.mustRead("billing"))
                .isInstanceOfSatisfying(
                        WebApplicationException.class,
                        refused -> assertThat(refused.getResponse().getStatus()).isEqualTo(403));
        assertThatThrownBy(() -> reviewer.caller("nobody"))
                .isInstanceOfSatisfying(
                        WebApplicationException.class,
                        refused -> assertThat(refused.getResponse().getStatus()).isEqualTo(401));
    }

    @Test
    void anAnswerIsKept() {
        Access.Caller ci = reviewer.caller("ci");
        ci.mustRead("shop");
        ci.mustRead("shop");
        assertThat(reviewer.asked()).hasSize(1);
    }

    /** Anybody may make a namespace of that name, and give rights in it. */
    @Test
    void aNamespaceCalledNullIsNotAllOfThem() {
        Access.Caller tenant = reviewer.caller("tenant");
        assertThat(tenant.mayRead("null")).isTrue();
        assertThat(tenant.mayRead(null)).isFalse();
    }

    /** A token of OpenShift may do less than its owner: its scopes are in {@code extra}, and a webhook may look at it too. */
    @Test
    void allThatIsKnownOfACallerIsSaid() {
        reviewer.caller("ci").mustRead("shop");
        var asked = reviewer.asked().get(0);
        assertThat(asked.path("user").asText()).isEqualTo("ci");
        assertThat(asked.path("uid").asText()).isEqualTo("uid-ci");
        assertThat(asked.at("/groups/0").asText()).isEqualTo("system:authenticated");
        assertThat(asked.at("/extra/scopes/0").asText()).isEqualTo("user:info");
    }
}
