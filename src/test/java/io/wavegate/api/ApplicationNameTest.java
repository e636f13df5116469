package io.wavegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How an Application is named for people. */
class ApplicationNameTest {
    @Test
    void namespaceAndName() {
        assertThat(new ApplicationName("argocd", "shop")).hasToString("argocd/shop");
    }
}
