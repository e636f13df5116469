package io.wavegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DynamicTest;

/** A row of the tables that read as the specification of {@link RunDecision}: what is given, and what is to be done. */
record Row(String given, RunState state, RunDecision want) {
    DynamicTest test() {
        return DynamicTest.dynamicTest(
                given, () -> assertThat(RunDecision.decide(state)).isEqualTo(want));
    }
}
