package io.wavegate.web;

import static io.wavegate.mark.Draft.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.ledger.Entry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A record as the API tells it. */
class ViewTest {
    private static final Entry BAD = run("migrate-2", 2, Phase.Failed, Reason.MigrationFailed);

    /** Who looks for an error in the log is not to find a sentence of ours there. */
    @Test
    void whyThereIsNoLogIsNoLog() {
        View.Run printed = View.of(BAD, true, withLog("no such column", null));
        assertThat(printed.log()).isEqualTo("no such column");
        assertThat(printed.missing()).isNull();
        View.Run gone = View.of(BAD, true, withLog(null, "its pod was gone"));
        assertThat(gone.log()).isNull();
        assertThat(gone.missing()).isEqualTo("its pod was gone");
    }

    private static MigrationRunStatus withLog(@Nullable String text, @Nullable String missing) {
        return MigrationRunStatus.EMPTY.withLog(
                new MigrationRunStatus.Log("migrate-2-x", "migrate", text, text, missing));
    }
}
