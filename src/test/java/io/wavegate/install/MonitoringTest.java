package io.wavegate.install;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** manifests/monitoring speaks of metrics that docs/monitoring.md has, and that page of all the alerts that are there. */
class MonitoringTest {
    private static final Path FOLDER = Path.of("manifests", "monitoring");
    private static final Path RULES = FOLDER.resolve("alerts.yaml");
    private static final Path DASHBOARD = FOLDER.resolve("dashboard.json");

    private static final Pattern METRIC = Pattern.compile("\\bwavegate_[a-z_]+");
    private static final Pattern OF_A_HISTOGRAM = Pattern.compile("_(bucket|sum|count)$");

    @Test
    void theAlertsAndTheDashboardUseMetricsThatThereAre() throws IOException {
        Set<String> used = used(name -> true);

        assertThat(MetricsPage.names()).containsAll(used);
        assertThat(used).as("metrics that nobody would see").containsAll(MetricsPage.names());
    }

    @Test
    void whatAHistogramHasIsAskedOfHistogramsOnly() throws IOException {
        assertThat(used(OF_A_HISTOGRAM.asPredicate())).isEqualTo(MetricsPage.names("histogram"));
    }

    /** The metrics of which the alerts and the dashboard use such series. */
    private static Set<String> used(Predicate<String> series) throws IOException {
        return METRIC.matcher(Files.readString(RULES) + "\n" + Files.readString(DASHBOARD))
                .results()
                .map(MatchResult::group)
                .filter(series)
                .map(name -> OF_A_HISTOGRAM.matcher(name).replaceFirst(""))
                .collect(toCollection(TreeSet::new));
    }

    @Test
    void eachAlertIsExplainedAndTested() throws IOException {
        String page = Files.readString(MetricsPage.PAGE);
        String tests = Files.readString(FOLDER.resolve("tests").resolve("alerts.yaml"));
        JsonNode rules =
                Serialization.unmarshal(Files.readString(RULES), JsonNode.class).at("/spec/groups/0/rules");

        assertThat(rules).hasSize(4).allSatisfy(rule -> {
            String alert = rule.path("alert").asText();
            assertThat(page).contains("| `" + alert + "` |");
            assertThat(tests)
                    .contains("alertname: " + alert + "\n    exp_alerts:")
                    .contains("alertname: " + alert + "}");
            assertThat(rule.at("/labels/severity").asText()).isIn("warning", "critical");
            assertThat(rule.at("/annotations/summary").asText()).isNotEmpty();
            assertThat(rule.at("/annotations/description").asText()).endsWith(".");
        });
    }

    @Test
    void theDashboardHasAPlaceForEachPanel() throws IOException {
        JsonNode panels = Serialization.unmarshal(Files.readString(DASHBOARD), JsonNode.class)
                .path("panels");
        Set<String> taken = new TreeSet<>();

        assertThat(panels).isNotEmpty().allSatisfy(panel -> {
            JsonNode at = panel.path("gridPos");
            for (int x = at.path("x").asInt();
                    x < at.path("x").asInt() + at.path("w").asInt();
                    x++) {
                for (int y = at.path("y").asInt();
                        y < at.path("y").asInt() + at.path("h").asInt();
                        y++) {
                    assertThat(x).as(panel.path("title").asText()).isLessThan(24);
                    assertThat(taken.add(x + "," + y))
                            .as(panel.path("title").asText())
                            .isTrue();
                }
            }
            assertThat(taken.add("id " + panel.path("id").asInt())).isTrue();
            assertThat(panel.path("description").asText()).endsWith(".");
        });
    }
}
