package io.wavegate.argocd;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.wavegate.argocd.Application.Operation;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is read of an Application. */
class ApplicationTest {
    private static final String RUNNING = """
            status:
              operationState:
                phase: Running
                startedAt: "2026-01-01T00:00:05Z"
                operation: {sync: {revision: main}}
                syncResult:
                  revision: 0123abc
            """;

    @Test
    void theOperation() {
        Application application = read(RUNNING);
        assertThat(application.operation())
                .contains(new Operation(true, "2026-01-01T00:00:05Z", "main", "0123abc", 0, false));
    }

    @Test
    void anOperationCoversWhatWasCreatedWhileItRuns() {
        Operation running = new Operation(true, "2026-01-01T00:00:05Z", null, null, 0, false);
        assertThat(running.covers("2026-01-01T00:00:05Z")).isTrue();
        assertThat(running.covers("2026-01-01T00:00:04Z")).isFalse();
        assertThat(running.covers(null)).isFalse();
        assertThat(running.covers("yesterday")).isFalse();
        assertThat(new Operation(false, "2026-01-01T00:00:05Z", null, null, 0, false).covers("2026-01-01T00:00:06Z"))
                .isFalse();
    }

    @Test
    void anOperationKnowsItsRetries() {
        assertThat(
                        read("status: {operationState: {phase: Running, startedAt: t, retryCount: 3, operation: {retry: {limit: 5}}}}")
                                .operation())
                .contains(new Operation(true, "t", null, null, 3, false));
        assertThat(read("status: {operationState: {phase: Running, startedAt: t, operation: {retry: {limit: -1}}}}")
                        .operation())
                .contains(new Operation(true, "t", null, null, 0, true));
        assertThat(
                        read("status: {operationState: {phase: Running, startedAt: t, retryCount: x, operation: {retry: []}}}")
                                .operation())
                .contains(new Operation(true, "t", null, null, 0, false));
    }

    @Test
    void itsHistoryAndItsDestination() {
        Application application = read("""
                spec: {destination: {server: "https://edge", namespace: shop}}
                status: {history: [{revision: a}, {revisions: [b, c]}]}
                """);
        assertThat(application.history()).containsExactly("a", "");
        assertThat(application.destination()).containsExactly("https://edge");
        assertThat(read("spec: {destination: {name: edge}}").destination()).containsExactly("edge");
        assertThat(read("{}").history()).isEmpty();
    }

    @Test
    void whatIsMissingOrOfAnotherTypeIsAbsent() {
        assertThat(read("{}").operation()).isEqualTo(Optional.empty());
        assertThat(read("status: {operationState: [], resources: {a: b}, syncResult: 3}")
                        .operation())
                .isEmpty();
    }

    @SuppressWarnings("unchecked")
    private static Application read(String yaml) {
        return Application.of("uid", Serialization.unmarshal(yaml, Map.class));
    }
}
