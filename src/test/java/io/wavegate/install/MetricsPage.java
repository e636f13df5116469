package io.wavegate.install;

import static java.util.stream.Collectors.toCollection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The table of metrics in docs/monitoring.md: what the controller tells, and nothing else does. */
public final class MetricsPage {
    static final Path PAGE = Path.of("docs", "monitoring.md");

    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(?<name>wavegate_[a-z_]+)` \\| (?<kind>\\w+) \\| (?<labels>[^|]*)\\|");
    private static final Pattern LABEL = Pattern.compile("`(\\w+)`");

    private MetricsPage() {}

    /**
     * A row of the table.
     *
     * @param name as Prometheus has it, of a histogram without {@code _bucket}
     * @param kind {@code counter}, {@code gauge} or {@code histogram}
     */
    public record Metric(String name, String kind, List<String> labels) {}

    /** All of them, in the page's order. */
    public static List<Metric> metrics() throws IOException {
        return ROW.matcher(Files.readString(PAGE))
                .results()
                .map(row -> new Metric(
                        row.group(1),
                        row.group(2),
                        LABEL.matcher(row.group(3))
                                .results()
                                .map(label -> label.group(1))
                                .toList()))
                .toList();
    }

    static Set<String> names() throws IOException {
        return metrics().stream().map(Metric::name).collect(toCollection(TreeSet::new));
    }

    static Set<String> names(String kind) throws IOException {
        return metrics().stream()
                .filter(metric -> metric.kind().equals(kind))
                .map(Metric::name)
                .collect(toCollection(TreeSet::new));
    }
}
