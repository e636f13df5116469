package io.wavegate.argocd;

import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.ApplicationName;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tracking id claims. */
class TrackingIdTest {
    @Test
    void anApplicationBesideArgoCdIsNamedAlone() {
        assertThat(parse("shop:batch/Job:shop-prod/migrate")).contains(new ApplicationName("argocd", "shop"));
    }

    @Test
    void anApplicationElsewhereIsNamedWithItsNamespace() {
        assertThat(parse("team-a_shop:batch/Job:shop-prod/migrate")).contains(new ApplicationName("team-a", "shop"));
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                "shop",
                ":batch/Job:a/b",
                "Shop:batch/Job:a/b",
                "a/b:batch/Job:c/d",
                "_:x",
                "_shop:batch/Job:a/b",
                "../x:batch/Job:c/d"
            })
    void whatNoArgoCdWritesIsNoClaim(@Nullable String value) {
        assertThat(parse(value)).isEmpty();
    }

    private static Optional<ApplicationName> parse(@Nullable String value) {
        return TrackingId.parse(value, "argocd");
    }
}
