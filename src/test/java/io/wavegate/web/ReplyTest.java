package io.wavegate.web;

import static io.wavegate.mark.Draft.SHOP;
import static io.wavegate.mark.Draft.application;
import static io.wavegate.mark.Draft.run;
import static io.wavegate.mark.Draft.sync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.api.WavegateConfig;
import io.wavegate.ledger.Entry;
import io.wavegate.web.Releases.Progress;
import io.wavegate.web.Releases.Status;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is told what of an Application whose sync has failed, with runs in namespace shop and without any. */
class ReplyTest {
    private static final String SAID = "a Secret of theirs is invalid";
    private static final Entry RUN = run("migrate-1", 1, Phase.Succeeded, Reason.Migrated);
    /** Of the commit that failed there is no run, as a sync that fails before its hooks has none. */
    private static final Progress FAILED = new Progress(Status.FAILED, "SyncFailed", SAID, List.of());

    private Reviewer reviewer;

    @BeforeEach
    void start() throws IOException {
        reviewer = new Reviewer(Map.of("ci", Set.of("shop"), "stranger", Set.of("elsewhere")));
    }

    @AfterEach
    void end() {
        reviewer.close();
    }

    @Test
    void whoMaySeeItsRunsIsToldAll() {
        for (Problem told : both(reviewer.caller("ci"), List.of(RUN))) {
            assertThat(told.detail()).contains(SAID);
            assertThat(view(told).message()).isEqualTo(SAID);
            assertThat(view(told).revisions()).containsExactly("r2");
        }
    }

    @Test
    void whoMayNotSeeItsRunsIsToldNothing() {
        assertThatThrownBy(() -> both(reviewer.caller("stranger"), List.of(RUN)))
                .isInstanceOfSatisfying(
                        WebApplicationException.class,
                        refused -> assertThat(refused.getResponse().getStatus()).isEqualTo(403));
    }

    @Test
    void withoutRunsNobodyIsToldMoreThanHowItStands() {
        for (String name : List.of("ci", "stranger")) {
            for (Problem told : both(reviewer.caller(name), List.of())) {
                assertThat(told.status()).isEqualTo(424);
                assertThat(told.reason()).isEqualTo("SyncFailed");
                assertThat(told.detail())
                        .startsWith("Application argocd/shop: SyncFailed.")
                        .doesNotContain(SAID);
                assertThat(view(told).message()).isNull();
                assertThat(view(told).revisions()).isEmpty();
            }
        }
    }

    @Test
    void withoutATokenThereIsNoMessage() {
        Access.Caller nobody =
                reviewer.access(WavegateConfig.Anonymous.VERDICTS).caller(null, "10.0.0.1");
        for (Problem told : both(nobody, List.of(RUN))) {
            assertThat(told.detail()).contains("With a token").doesNotContain(SAID);
            assertThat(view(told).message()).isNull();
            assertThat(view(told).revisions()).containsExactly("r2");
        }
    }

    /** Asked for the Application, and for the commit. */
    private static List<Problem> both(Access.Caller caller, List<Entry> runs) {
        var reply = new Reply(name -> Optional.of(application(sync(2, "Failed"), List.of())), name -> runs, caller);
        return List.of(
                problem(reply.of(SHOP, FAILED)),
                problem(reply.of("r2", new Question.Answer(Status.FAILED, Map.of(SHOP, FAILED)), false)));
    }

    private static Problem problem(Response response) {
        return (Problem) response.getEntity();
    }

    private static View.Application view(Problem problem) {
        return Objects.requireNonNull(problem.applications()).get(0);
    }
}
