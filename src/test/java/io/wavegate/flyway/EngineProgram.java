package io.wavegate.flyway;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The engine as a process: the native executable where one is named, else the JVM build. */
final class EngineProgram {
    private static final Path JAR =
            Path.of("target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();

    private EngineProgram() {}

    static boolean isNative() {
        return !System.getProperty("wavegate.executable", "").isEmpty();
    }

    static List<String> command(String... words) {
        var command = new ArrayList<String>();
        if (isNative()) {
            command.add(Path.of(System.getProperty("wavegate.executable"))
                    .toAbsolutePath()
                    .toString());
        } else {
            if (!Files.exists(JAR)) {
                throw new IllegalStateException(JAR + " is missing: make package");
            }
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-jar",
                    JAR.toString()));
        }
        command.addAll(Arrays.asList(words));
        return command;
    }

    static Program.Ran run(Target target, Path folder, Map<String, String> settings, String... words) {
        return Program.run(command(words), target.environment(settings), folder);
    }

    static Program start(Target target, Path folder, Map<String, String> settings, String... words) {
        return Program.start(command(words), target.environment(settings), folder);
    }

    /** Migrates it with the files of this folder. */
    static Program.Ran migrate(Target target, Folder folder) {
        return migrate(target, folder, Map.of());
    }

    static Program.Ran migrate(Target target, Folder folder, Map<String, String> settings) {
        return startMigrating(target, folder, settings).end();
    }

    static Program startMigrating(Target target, Folder folder, Map<String, String> settings) {
        return start(target, folder.path(), settings, "migrate", folder.location());
    }
}
