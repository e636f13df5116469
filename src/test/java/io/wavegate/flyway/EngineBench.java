package io.wavegate.flyway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the engine takes beside the Flyway command line: {@code make bench-engine}. Prints a table; asserts nothing. */
class EngineBench {
    private static final int RUNS = 5;

    /**
     * One run.
     *
     * @param milliseconds from its start to its end
     * @param resident the most memory that its largest process had resident, in kB: its own, and what it maps of its executable and
     *     libraries, which the kernel shares and takes back when memory is short
     * @param anonymous of that its own alone, as far as it was looked at
     */
    private record Taken(long milliseconds, long resident, long anonymous) {}

    @Test
    void table(@TempDir Path folder) {
        Server server = Server.POSTGRESQL_17;
        row(
                "%s build, PostgreSQL 17".formatted(EngineProgram.isNative() ? "native" : "jvm"),
                "wall time",
                "",
                "",
                "resident",
                "",
                "",
                "anonymous",
                "",
                "");
        row(
                "(medians of %d)".formatted(RUNS),
                "engine",
                "Flyway CLI",
                "",
                "engine",
                "Flyway CLI",
                "",
                "engine",
                "Flyway CLI",
                "");
        Folder ten = files(folder.resolve("10"), 10);
        Target ours = Target.fresh(server);
        Target theirs = Target.fresh(server);
        run(engine(), ours, ten);
        run(cli(), theirs, ten);
        compare("nothing pending", () -> run(engine(), ours, ten), () -> run(cli(), theirs, ten));
        compare(
                "10 files",
                () -> run(engine(), Target.fresh(server), ten),
                () -> run(cli(), Target.fresh(server), ten));
        Folder thousand = files(folder.resolve("1000"), 1000);
        compare(
                "1,000 files",
                () -> run(engine(), Target.fresh(server), thousand),
                () -> run(cli(), Target.fresh(server), thousand));
    }

    private interface Run {
        Taken run();
    }

    private static void compare(String what, Run engine, Run cli) {
        var ours = new ArrayList<Taken>();
        var theirs = new ArrayList<Taken>();
        for (int run = 0; run < RUNS; run++) {
            ours.add(engine.run());
            theirs.add(cli.run());
        }
        row(
                what,
                Stream.of(
                                cells(ours, theirs, Taken::milliseconds, 1, " ms"),
                                cells(ours, theirs, Taken::resident, 1024, " MB"),
                                cells(ours, theirs, Taken::anonymous, 1024, " MB"))
                        .flatMap(cell -> cell)
                        .toArray(String[]::new));
    }

    private static Stream<String> cells(
            List<Taken> ours, List<Taken> theirs, ToLongFunction<Taken> what, long unit, String suffix) {
        long our = median(ours.stream().mapToLong(what));
        long their = median(theirs.stream().mapToLong(what));
        return Stream.of(our / unit + suffix, their / unit + suffix, "1/%.1f".formatted((double) their / our));
    }

    private static void row(String what, String... cells) {
        System.out.printf(
                "%-26s %9s %11s %7s  %9s %11s %7s  %9s %11s %7s%n",
                Stream.concat(Stream.of(what), Stream.of(cells)).toArray());
    }

    private static long median(LongStream values) {
        return values.sorted().skip(RUNS / 2).findFirst().orElseThrow();
    }

    private static Folder files(Path path, int count) {
        var folder = new Folder(path);
        for (int number = 1; number <= count; number++) {
            folder.file(
                    "V%d__table.sql".formatted(number),
                    "CREATE TABLE t%d (id INT PRIMARY KEY, name VARCHAR(100));".formatted(number),
                    "INSERT INTO t%d VALUES (1, 'a');".formatted(number));
        }
        return folder;
    }

    private static List<String> engine() {
        return EngineProgram.command("migrate");
    }

    private static List<String> cli() {
        return FlywayCli.command("migrate");
    }

    /** Its processes are looked at all the while: the peak that the kernel keeps goes with them. */
    private static Taken run(List<String> command, Target target, Folder folder) {
        var builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment()
                .putAll(target.environment(Map.of(
                        "FLYWAY_LOCATIONS", "filesystem:" + folder.path(), "REDGATE_DISABLE_TELEMETRY", "true")));
        try {
            long from = System.nanoTime();
            Process process = builder.start();
            long resident = 0;
            long anonymous = 0;
            while (process.isAlive()) {
                for (ProcessHandle one : Stream.concat(Stream.of(process.toHandle()), process.descendants())
                        .toList()) {
                    List<String> status = status(one.pid());
                    resident = Math.max(resident, kilobytes(status, "VmHWM:"));
                    anonymous = Math.max(anonymous, kilobytes(status, "RssAnon:"));
                }
                Thread.onSpinWait();
            }
            long milliseconds = Duration.ofNanos(System.nanoTime() - from).toMillis();
            if (process.exitValue() != 0) {
                throw new AssertionError(command + " ended with " + process.exitValue());
            }
            return new Taken(milliseconds, resident, anonymous);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> status(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"));
        } catch (IOException e) {
            return List.of();
        }
    }

    private static long kilobytes(List<String> status, String field) {
        return status.stream()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}
