package io.wavegate.lab;

import static java.util.stream.Collectors.joining;

import io.wavegate.lab.Difference.Between;
import io.wavegate.lab.Recording.Aspect;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The same walks by each {@link Way}, row by row. Ways that differ in a row need a {@link Difference} that says why. */
final class Comparison {
    /** A step, and what was asked of it. */
    private record Row(String step, Aspect aspect) {}

    private final Map<Row, Map<Way, String>> rows = new LinkedHashMap<>();
    private final Map<Row, Set<Difference>> explained = new LinkedHashMap<>();

    /** Adds what one way has recorded; each way has the same steps. */
    void add(Way way, Map<String, Recording> steps) {
        steps.forEach((step, recording) -> recording
                .words()
                .forEach((aspect, words) -> row(new Row(step, aspect)).put(way, words)));
    }

    /** Adds the rows of another one. */
    void add(Comparison other) {
        other.rows.forEach((row, cells) -> row(row).putAll(cells));
    }

    private Map<Way, String> row(Row row) {
        return rows.computeIfAbsent(row, added -> new LinkedHashMap<>());
    }

    String cell(String step, Aspect aspect, Way way) {
        return cell(row(new Row(step, aspect)), way);
    }

    /** Says why ways differ in this row. */
    Comparison explain(String step, Aspect aspect, Difference... differences) {
        explained
                .computeIfAbsent(new Row(step, aspect), row -> new LinkedHashSet<>())
                .addAll(List.of(differences));
        return this;
    }

    /** Differences that nobody has explained, and explanations of what is no difference. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        rows.forEach((row, cells) -> {
            for (Between between : Between.values()) {
                String one = cell(cells, between.one());
                String other = cell(cells, between.other());
                List<Difference> reasons = reasons(row).stream()
                        .filter(difference -> difference.between() == between)
                        .toList();
                if (!one.equals(other) && reasons.isEmpty()) {
                    problems.add("%s, %s: nobody has explained why %s has%n    %s%nand %s%n    %s"
                            .formatted(
                                    row.step(),
                                    row.aspect(),
                                    between.one().title(),
                                    one,
                                    between.other().title(),
                                    other));
                } else if (one.equals(other) && !reasons.isEmpty()) {
                    problems.add("%s, %s: %s and %s are to differ, by %s, and both have%n    %s"
                            .formatted(
                                    row.step(),
                                    row.aspect(),
                                    between.one().title(),
                                    between.other().title(),
                                    reasons,
                                    one));
                }
            }
        });
        explained.keySet().stream()
                .filter(row -> !rows.containsKey(row))
                .forEach(row -> problems.add("there is no row " + row));
        return problems;
    }

    /** As a table in Markdown. That everybody was told of success goes without saying. */
    String table() {
        StringBuilder table = new StringBuilder("| step | what | %s | %s | %s | why |%n|---|---|---|---|---|---|%n"
                .formatted(Way.HELM.title(), Way.ARGO_CD.title(), Way.ARGO_CD_WITH_WAVEGATE.title()));
        String above = "";
        for (Map.Entry<Row, Map<Way, String>> entry : rows.entrySet()) {
            Row row = entry.getKey();
            Map<Way, String> cells = entry.getValue();
            if (row.aspect() == Aspect.TOLD && cells.values().stream().allMatch(Deployer.SUCCESS::equals)) {
                continue;
            }
            table.append("| %s | %s | %s | %s | %s | %s |%n"
                    .formatted(
                            row.step().equals(above) ? "" : row.step(),
                            row.aspect().title(),
                            helm(cells),
                            argoCd(cells),
                            wavegate(cells),
                            reasons(row).stream()
                                    .map(difference -> "[%s](#%s)".formatted(difference.title(), difference.anchor()))
                                    .collect(joining(", "))));
            above = row.step();
        }
        return table.toString();
    }

    private static String helm(Map<Way, String> cells) {
        String plain = cell(cells, Way.HELM);
        String managed = cell(cells, Way.HELM_WITH_WAVEGATE);
        return plain.equals(managed)
                ? markdown(plain)
                : "%s<br>*with Wavegate:* %s".formatted(markdown(plain), markdown(managed));
    }

    private static String argoCd(Map<Way, String> cells) {
        String words = cell(cells, Way.ARGO_CD);
        return words.equals(cell(cells, Way.HELM)) ? "as Helm" : markdown(words);
    }

    private static String wavegate(Map<Way, String> cells) {
        String words = cell(cells, Way.ARGO_CD_WITH_WAVEGATE);
        if (words.equals(cell(cells, Way.HELM))) {
            return "as Helm";
        }
        return words.equals(cell(cells, Way.ARGO_CD)) ? "as Argo CD alone" : markdown(words);
    }

    private static String cell(Map<Way, String> cells, Way way) {
        return Objects.requireNonNull(cells.get(way));
    }

    private static String markdown(String words) {
        return words.replace("|", "\\|")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\n", "<br>");
    }

    private Set<Difference> reasons(Row row) {
        return explained.getOrDefault(row, Set.of());
    }
}
