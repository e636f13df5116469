package io.wavegate.flyway;

import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.flyway.Case.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The engine leaves the same history as the Flyway command line does with the same files, settings and commands, step by step. It needs
 * the processor and no cluster, and the suites of the cluster mostly wait for that: it runs beside them, as the engine's other tests do.
 */
@Execution(ExecutionMode.CONCURRENT)
class EngineComparisonIT {
    /** Every server where the executable is native; the JVM build is compared on one, and on the one that can not roll back. */
    static Stream<Arguments> everywhere() {
        return Stream.of(Server.values())
                .filter(server ->
                        EngineProgram.isNative() || server == Server.POSTGRESQL_17 || server == Server.MARIADB)
                .flatMap(server -> (server.isPostgreSql() ? Stream.of("postgresql") : Stream.of("mariadb", "mysql"))
                        .filter(driver -> EngineProgram.isNative() || !driver.equals("mysql"))
                        .flatMap(driver -> Cases.all().stream()
                                .filter(one -> one.isFor(server))
                                .map(one -> Arguments.of(server, driver, one))));
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @MethodSource("everywhere")
    void theHistoryIsTheSame(Server server, String driver, Case one, @TempDir Path folder) throws IOException {
        Target theirs = Target.fresh(server, driver);
        Target ours = Target.fresh(server, driver);
        int number = 0;
        for (Step step : one.steps()) {
            String at = "step %d, %s".formatted(++number, step.verb());
            change(folder, step.files());
            for (Target target : List.of(theirs, ours)) {
                step.before().forEach(target::execute);
            }
            var settings = new LinkedHashMap<String, String>(step.settings());
            settings.putIfAbsent("FLYWAY_LOCATIONS", "filesystem:" + folder);
            settings.values().removeIf(String::isEmpty);
            Program.Ran cli = FlywayCli.run(theirs, folder, settings, step.verb());
            Program.Ran engine = EngineProgram.run(ours, folder, settings, step.verb());
            String both = "%s%n--- Flyway: %d%n%s%s%n--- engine: %d%n%s%s"
                    .formatted(at, cli.exit(), cli.out(), cli.err(), engine.exit(), engine.out(), engine.err());
            assertThat(engine.exit() == 0).as(both).isEqualTo(cli.exit() == 0);
            assertThat(history(ours, one)).as(both).isEqualTo(history(theirs, one));
            assertThat(tables(ours)).as(both).isEqualTo(tables(theirs));
        }
    }

    private static List<String> history(Target target, Case one) {
        String[] name = one.table().split("\\.", -1);
        boolean there = !target.query("SELECT 1 FROM information_schema.tables WHERE table_name = '"
                        + name[name.length - 1] + "'"
                        + (target.server().isPostgreSql() ? "" : " AND table_schema = '" + target.database() + "'"))
                .isEmpty();
        return there
                ? target.history(one.table()).stream()
                        .map(row -> row.replace(target.database(), "<database>"))
                        .toList()
                : List.of("none");
    }

    /** The other tables, and how many rows each has. */
    private static Map<String, List<String>> tables(Target target) {
        var tables = new LinkedHashMap<String, List<String>>();
        String schemas = target.server().isPostgreSql()
                ? "NOT IN ('pg_catalog', 'information_schema')"
                : "= '" + target.database() + "'";
        for (String table : new ArrayList<>(target.query(
                "SELECT concat(table_schema, '.', table_name) FROM information_schema.tables WHERE table_schema "
                        + schemas + " AND table_name NOT IN ('flyway_schema_history', 'migrations') ORDER BY 1"))) {
            tables.put(
                    table.replace(target.database(), "<database>"),
                    target.query("SELECT * FROM " + table + " ORDER BY 1"));
        }
        return tables;
    }

    private static void change(Path folder, Map<String, byte[]> files) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            if (file.getValue().length == 0) {
                Files.delete(path);
            } else {
                Files.createDirectories(path.getParent());
                Files.write(path, file.getValue());
            }
        }
    }
}
