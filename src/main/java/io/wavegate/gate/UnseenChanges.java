package io.wavegate.gate;

import java.util.ArrayList;
import java.util.Collection;
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
        unseen.pod(map(map(job.spec().get("template")).get("spec")));
        return Stream.concat(
                        unseen.images.stream().limit(MOST),
                        unseen.named.stream().limit(MOST))
                .map(Problems::quoted)
                .toList();
    }

    private void pod(Map<?, ?> pod) {
        for (String containers : List.of("initContainers", "containers")) {
            maps(pod.get(containers)).forEach(this::container);
        }
        for (Map<?, ?> volume : maps(pod.get("volumes"))) {
            name("ConfigMap", map(volume.get("configMap")).get("name"));
            name("Secret", map(volume.get("secret")).get("secretName"));
            image(map(volume.get("image")).get("reference"));
            maps(map(volume.get("projected")).get("sources")).forEach(source -> {
                name("ConfigMap", map(source.get("configMap")).get("name"));
                name("Secret", map(source.get("secret")).get("name"));
            });
        }
    }

    private void container(Map<?, ?> container) {
        image(container.get("image"));
        for (Map<?, ?> source : maps(container.get("envFrom"))) {
            name("ConfigMap", map(source.get("configMapRef")).get("name"));
            name("Secret", map(source.get("secretRef")).get("name"));
        }
        for (Map<?, ?> variable : maps(container.get("env"))) {
            Map<?, ?> from = map(variable.get("valueFrom"));
            name("ConfigMap", map(from.get("configMapKeyRef")).get("name"));
            name("Secret", map(from.get("secretKeyRef")).get("name"));
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

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static List<Map<?, ?>> maps(@Nullable Object value) {
        var maps = new ArrayList<Map<?, ?>>();
        if (value instanceof Collection<?> items) {
            items.forEach(item -> maps.add(map(item)));
        }
        return maps;
    }
}
