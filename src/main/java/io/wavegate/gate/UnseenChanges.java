package io.wavegate.gate;

import io.wavegate.api.Fields;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What can change in a migration while its hook Job stays the same to the letter, so that {@code run: OnChange} leaves it out: what an
 * image's tag stands for, and what a ConfigMap or Secret of a fixed name holds.
 */
final class UnseenChanges {
    /** More names than that make no better warning. */
    private static final int MOST = 8;

    /**
     * Tags that by custom are given once: a version of three numbers, a commit, a date or a build's number. Others (latest, main, 1.2)
     * are moved by custom, and only a digest can not be.
     */
    private static final Pattern GIVEN_ONCE =
            Pattern.compile(".*(\\d+\\.\\d+\\.\\d+|\\d{4,}|(?<![0-9a-z])(?=[a-f]*[0-9])[0-9a-f]{7,40}(?![0-9a-z])).*");

    /** Kustomize's hash of the content, whose alphabet makes no words (kustomize api/hasher, encode). */
    private static final Pattern NAMED_BY_CONTENT = Pattern.compile(".*-[24-9bcdfghkmt]{10}");

    private final TreeSet<String> images = new TreeSet<>();
    private final TreeSet<String> named = new TreeSet<>();

    private UnseenChanges() {}

    /** Each in a few words, "image shop/web:latest" or "ConfigMap settings", a handful of each kind; empty where all is seen. */
    static List<String> of(HookJob job) {
        var unseen = new UnseenChanges();
        unseen.pod(Fields.pod(job.spec()));
        return Stream.concat(
                        unseen.images.stream().limit(MOST),
                        unseen.named.stream().limit(MOST))
                .map(Problems::quoted)
                .toList();
    }

    private void pod(Map<?, ?> pod) {
        for (String containers : List.of("initContainers", "containers")) {
            Fields.list(pod.get(containers)).forEach(this::container);
        }
        for (Map<?, ?> volume : Fields.list(pod.get("volumes")).toList()) {
            name("ConfigMap", Fields.map(volume.get("configMap")).get("name"));
            name("Secret", Fields.map(volume.get("secret")).get("secretName"));
            image(Fields.map(volume.get("image")).get("reference"));
            Fields.list(Fields.map(volume.get("projected")).get("sources")).forEach(source -> {
                name("ConfigMap", Fields.map(source.get("configMap")).get("name"));
                name("Secret", Fields.map(source.get("secret")).get("name"));
            });
        }
    }

    private void container(Map<?, ?> container) {
        image(container.get("image"));
        for (Map<?, ?> source : Fields.list(container.get("envFrom")).toList()) {
            name("ConfigMap", Fields.map(source.get("configMapRef")).get("name"));
            name("Secret", Fields.map(source.get("secretRef")).get("name"));
        }
        for (Map<?, ?> variable : Fields.list(container.get("env")).toList()) {
            Map<?, ?> from = Fields.map(variable.get("valueFrom"));
            name("ConfigMap", Fields.map(from.get("configMapKeyRef")).get("name"));
            name("Secret", Fields.map(from.get("secretKeyRef")).get("name"));
        }
    }

    private void image(@Nullable Object value) {
        if (value instanceof String image && !image.contains("@")) {
            // A colon before the last slash is a registry's port.
            int tag = image.indexOf(':', image.lastIndexOf('/') + 1);
            if (tag < 0 || !GIVEN_ONCE.matcher(image.substring(tag + 1)).matches()) {
                images.add("image " + image);
            }
        }
    }

    private void name(String kind, @Nullable Object value) {
        if (value instanceof String name && !NAMED_BY_CONTENT.matcher(name).matches()) {
            named.add(kind + " " + name);
        }
    }
}
