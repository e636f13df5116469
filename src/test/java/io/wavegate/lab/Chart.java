package io.wavegate.lab;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Helm chart in one of its versions: hooks, and the ConfigMap {@value #APP} for all that is no hook. Each object has its version as a
 * label, so that it can be told from which one a hook comes.
 */
record Chart(String version, List<HasMetadata> objects) {
    /** The one object of each chart that is no hook. */
    static final String APP = "app";

    /** The label with the version of the chart. */
    static final String VERSION = "version";

    static Chart of(String version, HasMetadata... hooks) {
        List<HasMetadata> objects = new ArrayList<>(List.of(hooks));
        objects.add(new ConfigMapBuilder()
                .withNewMetadata()
                .withName(APP)
                .endMetadata()
                .addToData(VERSION, version)
                .build());
        for (HasMetadata object : objects) {
            Map<String, String> labels = new LinkedHashMap<>();
            if (object.getMetadata().getLabels() != null) {
                labels.putAll(object.getMetadata().getLabels());
            }
            labels.put(VERSION, version);
            object.getMetadata().setLabels(labels);
        }
        return new Chart(version, List.copyOf(objects));
    }

    /** Path to content. */
    Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("Chart.yaml", "apiVersion: v2\nname: walk\nversion: 1.0.0\n");
        for (int i = 0; i < objects.size(); i++) {
            files.put("templates/%02d.yaml".formatted(i), Serialization.asYaml(objects.get(i)));
        }
        return files;
    }

    /** Writes it where the Helm CLI can read it. */
    void write(Path folder) {
        try {
            for (Map.Entry<String, String> file : files().entrySet()) {
                Path path = folder.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
