package io.wavegate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a fingerprint can not see. */
class UnseenChangesTest {
    @Test
    void tagsThatAreMovedByCustom() {
        for (String image : List.of(
                "web",
                "shop/web",
                "shop/web:latest",
                "shop/web:main",
                "shop/web:stable",
                "python:3",
                "python:3.12-slim",
                "registry:5000/shop/web",
                "shop/web:feature-defaced",
                "shop/web:v2")) {
            assertThat(unseen("{containers: [{image: '%s'}]}".formatted(image))).containsExactly("image " + image);
        }
    }

    @Test
    void tagsThatAreGivenOnce() {
        for (String image : List.of(
                "shop/web:1.2.3",
                "shop/web:v1.2.3-rc1",
                "shop/web:2026-11-22",
                "shop/web:20261122",
                "shop/web:build-1734",
                "shop/web:3f2c1ab",
                "shop/web:main-3f2c1ab",
                "shop/web:latest@sha256:0123",
                "shop/web:798f5f662cdf3531273f28c45814511c07e01ca9")) {
            assertThat(unseen("{containers: [{image: '%s'}]}".formatted(image)))
                    .as(image)
                    .isEmpty();
        }
    }

    @Test
    void configurationOfAFixedNameWhereverItIsNamed() {
        assertThat(unseen("""
                        {initContainers: [{envFrom: [{configMapRef: {name: a}}, {secretRef: {name: b}}]}],
                         containers: [{env: [{valueFrom: {configMapKeyRef: {name: c, key: k}}}, {valueFrom: {secretKeyRef: {name: d}}}]}],
                         volumes: [{configMap: {name: e}}, {secret: {secretName: f}}, {image: {reference: 'data:latest'}},
                           {projected: {sources: [{configMap: {name: g}}, {secret: {name: h}}, {serviceAccountToken: {}}]}}, {emptyDir: {}}]}
                        """))
                .containsExactly(
                        "image data:latest",
                        "ConfigMap a",
                        "ConfigMap c",
                        "ConfigMap e",
                        "ConfigMap g",
                        "Secret b",
                        "Secret d",
                        "Secret f",
                        "Secret h");
    }

    @Test
    void aNameByKustomizeTellsItsContentAndAWordDoesNot() {
        assertThat(unseen(
                        "{volumes: [{configMap: {name: settings-5h7k2t4mb9}}, {secret: {secretName: db-production}}]}"))
                .containsExactly("Secret db-production");
    }

    @Test
    void itIsAHandful() {
        String many = IntStream.range(0, 500)
                .mapToObj("{image: 'i%d', envFrom: [{secretRef: {name: s%<d}}]}"::formatted)
                .toList()
                .toString();
        assertThat(unseen("{containers: %s}".formatted(many))).hasSize(16);
    }

    @Test
    void whatIsOfAnotherTypeIsNothing() {
        assertThat(unseen("{containers: [1, {image: {}, envFrom: x}], volumes: {}}"))
                .isEmpty();
        assertThat(UnseenChanges.of(new HookJob(Map.of(), Map.of()))).isEmpty();
    }

    private static List<String> unseen(String pod) {
        return UnseenChanges.of(new HookJob(
                Map.of(), Map.of("template", Serialization.unmarshal("spec: " + pod.strip(), Map.class))));
    }
}
