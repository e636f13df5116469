package io.wavegate.api;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code manifests/crds} is generated from the types in this package. */
class CrdTest {
    private static final List<String> COLUMNS =
            List.of("HOOK", "APPLICATION", "REVISION", "EVENT", "PHASE", "REASON", "AGE");

    @TempDir
    Path folder = Path.of("");

    private static final Path FILE = Path.of("manifests/crds/migrationruns.wavegate.io.yaml");

    @Test
    void theShippedDefinitionIsTheOneGeneratedFromTheTypes() throws IOException {
        Generated.isCurrent(FILE, Serialization.asYaml(definition()));
    }

    @Test
    void everyFieldIsDescribed() throws IOException {
        var undescribed = new TreeMap<String, JSONSchemaProps>();
        collectUndescribed(
                "", definition().getSpec().getVersions().get(0).getSchema().getOpenAPIV3Schema(), undescribed);
        assertThat(undescribed.keySet()).isEmpty();
    }

    private static void collectUndescribed(String path, JSONSchemaProps schema, Map<String, JSONSchemaProps> found) {
        schema.getProperties().forEach((name, property) -> {
            if (property.getDescription() == null) {
                found.put(path + "." + name, property);
            }
            collectUndescribed(path + "." + name, property, found);
        });
    }

    /** What the generator makes of the types, and what it has no annotation for: rules on the object as a whole. */
    private CustomResourceDefinition definition() throws IOException {
        new CRDGenerator()
                .customResourceClasses(MigrationRun.class)
                .forCRDVersions("v1")
                .inOutputDir(folder.toFile())
                .generate();
        var definition = Serialization.unmarshal(
                Files.readString(folder.resolve("migrationruns.wavegate.io-v1.yml")), CustomResourceDefinition.class);
        var schema = definition.getSpec().getVersions().get(0).getSchema().getOpenAPIV3Schema();
        schema.setDescription("The record of one migration: which release asked for it, what was run, how it ended.");
        schema.setRequired(List.of("spec"));
        describe(schema, "spec", "What was asked for. Never changes.");
        describe(schema, "status", "How far it is and how it ended.");
        // The generator sorts columns by path; a reader wants the hook first and the age last, as kubectl has it.
        definition
                .getSpec()
                .getVersions()
                .get(0)
                .getAdditionalPrinterColumns()
                .sort(Comparator.comparingInt(column -> COLUMNS.indexOf(column.getName())));
        // A map of objects to the generator; in truth any JSON.
        requireNonNull(requireNonNull(schema.getProperties().get("spec"))
                        .getProperties()
                        .get("job"))
                .setAdditionalProperties(null);
        schema.setXKubernetesValidations(List.of(new ValidationRuleBuilder()
                .withRule("!has(oldSelf.status) || has(self.status)")
                .withMessage("the status of a MigrationRun is never removed")
                .build()));
        return definition;
    }

    private static void describe(JSONSchemaProps schema, String field, String words) {
        requireNonNull(schema.getProperties().get(field)).setDescription(words);
    }
}
