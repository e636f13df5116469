package io.wavegate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options that ask of the template what it does not have, and what Wavegate says of each. */
class TemplateProblemsTest {
    private static final String OWN =
            "the template's annotation kubectl.kubernetes.io/default-container is 'migrat', which is no container of the Job (did you"
                    + " mean migrate?), and annotation wavegate.io/check takes image and environment from it; there are migrate, proxy";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        # options                      | default-container | of the pod and the Job                                    | what is said of them
        check: "true"                  |                   |                                                           |
        check: "true"                  | proxy             | restartPolicy: Never                                      |
        check: "true"                  |                   | restartPolicy: OnFailure                                  | annotation wavegate.io/check needs spec.template.spec.restartPolicy Never, and it is OnFailure: a check that fails ends the Job by its podFailurePolicy, which Kubernetes takes with Never only; backoffLimit still counts the attempts
        check: "true"                  |                   | initContainers: [{name: wavegate-check}]                  | spec.template.spec has a container 'wavegate-check', the name that the container of annotation wavegate.io/check is given: rename it
        check: "true"                  | migrat            |                                                           | OWN
        check: "true"                  |                   | rules: 18                                                 |
        check: "true"                  |                   | rules: 20                                                 | spec.podFailurePolicy has 20 rules, of which Kubernetes takes 20, and annotation wavegate.io/check needs 2 of them: leave out 2
        sidecars: proxy                |                   | restartPolicy: OnFailure                                  |
        sidecars: migrate              |                   |                                                           |
        sidecars: prxy                 |                   |                                                           | annotation wavegate.io/sidecars names 'prxy', which is no container of the Job (did you mean proxy?); there are migrate, proxy
        sidecars: "proxy, proxy"       |                   |                                                           | annotation wavegate.io/sidecars names 'proxy', and has it twice
        sidecars: wait                 |                   | initContainers: [{name: wait}]                            | annotation wavegate.io/sidecars names 'wait', which is an init container: take it out there and, if it is to run beside the migration, give it restartPolicy: Always
        sidecars: proxy                | proxy             |                                                           | annotation wavegate.io/sidecars names 'proxy', which is the migration's own container by the template's annotation kubectl.kubernetes.io/default-container
        sidecars: "proxy,migrate"      |                   |                                                           | annotation wavegate.io/sidecars names 'proxy,migrate', which are all containers of the Job: one must be left that runs the migration
        """)
    void areToldByPlaceValueAndWhatThereIs(String options, String defaultContainer, String more, String said) {
        assertThat(Problems.of(job(options, defaultContainer, more)))
                .isEqualTo(said == null ? List.of() : List.of(said.equals("OWN") ? OWN : said));
    }

    private static HookJob job(String options, String defaultContainer, String more) {
        String[] option = options.split(": ", 2);
        String podFields = more == null || more.startsWith("rules") ? "restartPolicy: Never" : more;
        String never = podFields.contains("restartPolicy") ? "" : ", restartPolicy: Never";
        String rules = more != null && more.startsWith("rules")
                ? String.join(", ", Collections.nCopies(Integer.parseInt(more.substring(7)), "{action: Count}"))
                : "";
        Map<String, Object> annotations = yaml("wavegate.io/" + option[0] + ": " + option[1]);
        return new HookJob(Map.of("annotations", annotations), yaml("""
                podFailurePolicy: {rules: [%s]}
                template:
                  metadata: {annotations: {%s}}
                  spec: {containers: [{name: migrate}, {name: proxy}], %s%s}
                """.formatted(
                        rules,
                        defaultContainer == null ? "" : "kubectl.kubernetes.io/default-container: " + defaultContainer,
                        podFields,
                        never)));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> yaml(String text) {
        return Serialization.unmarshal(text, Map.class);
    }
}
