package io.wavegate.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The Helm CLI. What it prints of a hook's log is part of what it tells. */
final class HelmDeployer implements Deployer {
    private static final String RELEASE = "walk";

    /** Longer than Helm's own timeout for a hook. */
    private static final Duration DEADLINE = Duration.ofMinutes(6);

    private final Project project;

    HelmDeployer(Project project) {
        this.project = project;
    }

    @Override
    public String install(Chart chart) {
        return install(chart, List.of());
    }

    /** With more of Helm's options. */
    String install(Chart chart, List<String> options) {
        return withChart("install", chart, options);
    }

    @Override
    public String upgrade(Chart chart) {
        return upgrade(chart, List.of());
    }

    /** With more of Helm's options. */
    String upgrade(Chart chart, List<String> options) {
        return withChart("upgrade", chart, options);
    }

    @Override
    public String rollback() {
        return told(helm("rollback", RELEASE, "1"));
    }

    @Override
    public String test() {
        return told(helm("test", RELEASE));
    }

    @Override
    public String uninstall() {
        return told(helm("uninstall", RELEASE));
    }

    private String withChart(String verb, Chart chart, List<String> options) {
        String folder = "chart-" + chart.version();
        chart.write(project.folder().resolve(folder));
        List<String> line = new ArrayList<>(List.of(verb, RELEASE, folder));
        line.addAll(options);
        return told(helm(line.toArray(String[]::new)));
    }

    private Command helm(String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(List.of("--namespace", project.namespace()));
        return project.lab().tryHelm(project.folder(), DEADLINE, line.toArray(String[]::new));
    }

    private static String told(Command command) {
        String output = command.output();
        int error = output.indexOf("Error: ");
        String outcome = command.exitCode() == 0
                ? SUCCESS
                : "exit code %d: %s"
                        .formatted(
                                command.exitCode(),
                                error < 0
                                        ? output.strip()
                                        : output.substring(error).strip());
        Stream<String> logs = output.lines()
                .filter(line -> line.startsWith("level=INFO msg="))
                .map(line -> "printed: " + line.substring("level=INFO msg=".length()));
        return Stream.concat(Stream.of(outcome), logs)
                .reduce((a, b) -> a + "\n" + b)
                .orElseThrow();
    }
}
