package io.wavegate.argocd;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.wavegate.api.WavegateConfig;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A kubeconfig that names no hub is told of in a sentence. */
class HubTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                                      | has no current-context",
                "{contexts: [{context: {cluster: hub}}]}                                 | has no current-context",
                "{current-context: hub}                                                  | has no context 'hub'",
                "{current-context: hub, contexts: [{context: {cluster: hub}}]}           | has no context 'hub'",
                "{current-context: hub, contexts: [{name: hub, context: {user: a}}]}     | names no cluster in its context 'hub'",
                "{current-context: hub, contexts: [{name: hub, context: {cluster: b}}]}  | has no server for the cluster 'b'",
                "{current-context: hub, contexts: [{name: hub, context: {cluster: b}}], clusters: [{cluster: {server: c}}]} | has no server for the cluster 'b'"
            })
    void whatIsMissing(String kubeconfig, String sentence, @TempDir Path folder) throws IOException {
        // What begins with a brace would be read as JSON.
        Path file = Files.writeString(folder.resolve("hub"), "---\n" + kubeconfig);
        var config = (WavegateConfig) Proxy.newProxyInstance(
                HubTest.class.getClassLoader(),
                new Class<?>[] {WavegateConfig.class},
                (proxy, method, arguments) -> Optional.of(file.toString()));
        var hub = new Hub(config, new KubernetesSerialization());
        assertThatThrownBy(hub::client)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file + " ")
                .hasMessageContaining(sentence);
    }
}
