package io.wavegate.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A metric has a bounded number of series. */
class NamespacesTest {
    @Test
    void theFirstHundredHaveTheirOwnAndTheRestShareOne() {
        var namespaces = new Namespaces();
        assertThat(IntStream.range(0, 1_000)
                        .mapToObj(i -> namespaces.label("team-" + i))
                        .distinct())
                .hasSize(Namespaces.MOST + 1)
                .contains("team-0", "team-99", Namespaces.OTHER)
                .doesNotContain("team-100");
        assertThat(namespaces.label("team-7")).isEqualTo("team-7");
        assertThat(namespaces.label("team-700")).isEqualTo(Namespaces.OTHER);
    }
}
