package io.wavegate.flyway;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The official Flyway command line. */
final class FlywayCli {
    private FlywayCli() {}

    static List<String> command(String verb) {
        return List.of(Tools.place("FLYWAY_CLI").toString(), "-skipCheckForUpdate", "-color=never", verb);
    }

    static Program.Ran run(Target target, Path folder, Map<String, String> settings, String verb) {
        var variables = new LinkedHashMap<>(target.environment(settings));
        variables.put("REDGATE_DISABLE_TELEMETRY", "true");
        // What it does is the same, and it begins to do it sooner.
        variables.put("JAVA_ARGS", "-XX:TieredStopAtLevel=1 -XX:SharedArchiveFile=" + Tools.place("FLYWAY_CLASSES"));
        return Program.run(command(verb), variables, folder);
    }
}
