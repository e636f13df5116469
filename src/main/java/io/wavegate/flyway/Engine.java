package io.wavegate.flyway;

import io.wavegate.api.MigrationResult;
import io.wavegate.flyway.ResultJson.Listed;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.ClassicConfiguration;
import org.flywaydb.core.api.output.MigrateResult;
import org.flywaydb.core.api.output.RepairResult;
import org.flywaydb.core.api.output.ValidateResult;
import org.flywaydb.core.internal.info.MigrationInfoDumper;
import org.jspecify.annotations.Nullable;

/** One run of the engine: one command, one database, one result. */
public final class Engine {
    private final Verb verb;
    private final Settings settings;
    private final PrintStream err;
    private final Words words;
    private final Stop stop;
    private final PatientDataSource dataSource;
    private final Progress progress;
    private final UnaryOperator<String> masked;
    private final long began;
    private List<Listed> listed = List.of();
    private @Nullable String before;

    private Engine(Verb verb, Settings settings, PrintStream err, Stop stop, long began) {
        this.verb = verb;
        this.settings = settings;
        this.err = err;
        this.stop = stop;
        this.began = began;
        ClassicConfiguration flyway = settings.flyway();
        Map<String, String> placeholders = flyway.getPlaceholders();
        String password = flyway.getPassword() == null ? "" : flyway.getPassword();
        this.masked = text -> Secrets.masked(text, placeholders, password);
        this.words = new Words(err, settings.verbose(), masked);
        this.dataSource = new PatientDataSource(
                flyway.getDataSource(), settings.patience().connect(), stop, err, masked);
        this.progress = new Progress(err, settings.patience(), stop, dataSource, masked);
    }

    /**
     * Does what the words of a command line say, prints progress to standard error and the result to standard output, and writes it for
     * Kubernetes.
     *
     * @return the process' exit code
     */
    public static int run(String... args) {
        long began = System.nanoTime();
        PrintStream out = System.out;
        PrintStream err = System.err;
        Map<String, String> environment = System.getenv();
        Stop stop = null;
        Exit exit = Exit.FAILED;
        try {
            CommandLine line = CommandLine.of(List.of(args));
            Words.listen(err, Settings.verbose(line, environment));
            Settings settings = Settings.of(line, environment);
            stop = Stop.listen(settings.patience().stop());
            exit = new Engine(line.verb(), settings, err, stop, began).run(out);
        } catch (Refused | FlywayException e) {
            exit = Exit.REFUSED;
            ended(args, Failures.oneLine(e.getMessage()), began, Settings.terminationLog(environment), out, err);
        } catch (RuntimeException e) {
            // Nobody has thought of it: where it comes from is for those who mend the engine.
            err.println(Secrets.masked(Failures.trace(e), Map.of()));
            ended(args, Failures.unforeseen(e), began, Settings.terminationLog(environment), out, err);
        } finally {
            // Whatever came of it, an Error too: the end of the process waits for this.
            if (stop != null) {
                stop.over(exit);
            }
        }
        return exit.code();
    }

    /** The result of a run that did not come to its command. */
    private static void ended(
            String[] args, String why, long began, @Nullable Path terminationLog, PrintStream out, PrintStream err) {
        String command = Arrays.stream(args)
                .filter(word -> Verb.of(word).isPresent())
                .findFirst()
                .orElse("none");
        String sentence = Secrets.masked(why, Map.of());
        err.println(sentence);
        report(
                new MigrationResult(
                        command,
                        null,
                        null,
                        null,
                        0,
                        null,
                        since(began),
                        null,
                        null,
                        new MigrationResult.Failure(sentence, null, null, null, null)),
                List.of(),
                terminationLog,
                out,
                err);
    }

    private Exit run(PrintStream out) {
        ClassicConfiguration configuration = settings.flyway();
        try {
            configuration.setResourceProvider(SqlFiles.of(configuration));
        } catch (FlywayException e) {
            throw new Refused(Failures.oneLine(e.getMessage()));
        }
        configuration.setJavaMigrationClassProvider(List::of);
        configuration.setDataSource(dataSource);
        configuration.setCallbacks(progress);
        Words.use(words);
        MigrationResult result;
        Exit exit = Exit.DONE;
        try {
            result = command(new Flyway(configuration));
        } catch (RuntimeException | Stop.NotBegun e) {
            // Set where SIGTERM found it waiting; what is left to do is to be done.
            boolean interrupted = Thread.interrupted();
            boolean stopped = stop.hasCome() && (interrupted || stop.hasCancelled() || isStop(e));
            exit = stopped ? Exit.STOPPED : Failures.connecting(e) ? Exit.NOT_CONNECTED : Exit.FAILED;
            result = failed(configuration, e, exit);
        }
        if (result.error() != null && exit == Exit.DONE) {
            exit = Exit.FAILED;
        }
        err.println((result.error() == null ? "" : "FAILED: ") + result.summary());
        if (result.error() != null && result.error().statement() != null) {
            err.println("the statement: " + result.error().statement());
        }
        report(result, listed, settings.terminationLog(), out, err);
        return exit;
    }

    private static boolean isStop(Throwable thrown) {
        return Stream.of(Stop.Stopped.class, Stop.NotBegun.class, InterruptedException.class)
                .anyMatch(type -> Failures.find(thrown, type) != null);
    }

    private MigrationResult command(Flyway flyway) {
        return switch (verb) {
            case MIGRATE -> migrate(flyway);
            case VALIDATE -> validate(flyway);
            case INFO -> info(flyway);
            case REPAIR -> repair(flyway);
            case BASELINE -> {
                flyway.baseline();
                yield read(flyway, 0);
            }
        };
    }

    private MigrationResult migrate(Flyway flyway) {
        for (int failures = 0; ; failures++) {
            try {
                MigrateResult migrated = flyway.migrate();
                if (failures == 0) {
                    before = migrated.initialSchemaVersion;
                }
                // A repeatable migration has no version and leaves the schema's as it is.
                String after = migrated.targetSchemaVersion == null || migrated.targetSchemaVersion.isEmpty()
                        ? migrated.initialSchemaVersion
                        : migrated.targetSchemaVersion;
                String last = progress.applied().stream()
                        .map(MigrationResult.Migration::version)
                        .filter(version -> version != null)
                        .reduce((one, other) -> other)
                        .orElse(after);
                if (migrated.warnings != null) {
                    migrated.warnings.forEach(words::keep);
                }
                return result(
                        newest(after, last),
                        progress.applied().size(),
                        migrated.getPendingMigrations().size(),
                        null);
            } catch (FlywayException e) {
                if (failures == 0) {
                    // Of the first try: the next one begins with what this one has applied.
                    before = Failures.versionBefore(e);
                }
                if (!Failures.lockTimedOut(e) || failures >= settings.patience().lockRetries() || stop.hasCome()) {
                    throw e;
                }
                if (settings.flyway().isGroup()) {
                    // They were all in the one transaction.
                    progress.applied().clear();
                }
                Duration pause = settings.patience().lockPause();
                err.printf(
                        "%s; it was rolled back and is tried again in %d s (%d of %d)%n",
                        Failures.of(e, masked).message(),
                        pause.toSeconds(),
                        failures + 1,
                        settings.patience().lockRetries());
                if (stop.within(pause)) {
                    throw new Stop.Stopped("stopped while it waited to try again");
                }
            }
        }
    }

    /** Out of order an older one may have been the last. */
    private static @Nullable String newest(@Nullable String one, @Nullable String other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return MigrationVersion.fromVersion(one).compareTo(MigrationVersion.fromVersion(other)) < 0 ? other : one;
    }

    private MigrationResult validate(Flyway flyway) {
        ValidateResult validated = flyway.validateWithResult();
        validated.warnings.forEach(words::keep);
        return result(
                null,
                0,
                null,
                validated.validationSuccessful
                        ? null
                        : new MigrationResult.Failure(
                                masked.apply(Failures.oneLine(validated.getAllErrorMessages())),
                                null,
                                validated.invalidMigrations.isEmpty()
                                        ? null
                                        : name(validated.invalidMigrations.get(0).filepath),
                                null,
                                null));
    }

    private static @Nullable String name(@Nullable String path) {
        return path == null || path.isEmpty() ? null : path.substring(path.lastIndexOf('/') + 1);
    }

    private MigrationResult info(Flyway flyway) {
        MigrationInfoService info = flyway.info();
        listed = Arrays.stream(info.all())
                .map(migration -> new Listed(
                        migration.getVersion() == null
                                ? null
                                : migration.getVersion().getVersion(),
                        migration.getDescription(),
                        migration.getScript(),
                        migration.getState().getDisplayName()))
                .toList();
        err.println(MigrationInfoDumper.dumpToAsciiTable(info.all()));
        return result(version(info), 0, info.pending().length, null);
    }

    private MigrationResult repair(Flyway flyway) {
        RepairResult repaired = flyway.repair();
        repaired.repairActions.forEach(action -> err.println("repair: " + action));
        if (repaired.warnings != null) {
            repaired.warnings.forEach(words::keep);
        }
        return read(flyway, 0);
    }

    private MigrationResult read(Flyway flyway, int applied) {
        MigrationInfoService info = flyway.info();
        return result(version(info), applied, info.pending().length, null);
    }

    /** What the history says after a failure: what this run applied and what of it stayed. */
    private MigrationResult failed(ClassicConfiguration configuration, Throwable thrown, Exit exit) {
        MigrationResult.Failure failure = Failures.of(thrown, masked);
        if (exit == Exit.STOPPED) {
            failure = new MigrationResult.Failure(
                    "stopped by SIGTERM: " + failure.message(),
                    failure.code(),
                    failure.file(),
                    failure.line(),
                    failure.statement());
        }
        if (exit == Exit.NOT_CONNECTED || dataSource.product() == null) {
            return result(null, 0, null, failure);
        }
        try {
            MigrationInfoService info = new Flyway(configuration).info();
            Set<String> stayed = Arrays.stream(info.applied())
                    .filter(migration -> !migration.getState().isFailed())
                    .map(MigrationInfo::getScript)
                    .collect(Collectors.toSet());
            progress.applied().removeIf(migration -> !stayed.contains(migration.script()));
            return result(version(info), progress.applied().size(), info.pending().length, failure);
        } catch (RuntimeException e) {
            // Then what failed first is all that there is to say.
            return result(null, progress.applied().size(), null, failure);
        }
    }

    /** The newest that is there whole: Flyway's own "current" may be one that has failed. */
    private static @Nullable String version(MigrationInfoService info) {
        return Arrays.stream(info.applied())
                .filter(migration ->
                        migration.getVersion() != null && !migration.getState().isFailed())
                .map(MigrationInfo::getVersion)
                .max(Comparator.naturalOrder())
                .map(MigrationVersion::getVersion)
                .orElse(null);
    }

    private MigrationResult result(
            @Nullable String after, int applied, @Nullable Integer pending, MigrationResult.@Nullable Failure failure) {
        return new MigrationResult(
                verb.word(),
                dataSource.product(),
                before,
                after,
                applied,
                pending,
                since(began),
                progress.applied().isEmpty() ? null : List.copyOf(progress.applied()),
                words.kept().isEmpty() ? null : words.kept(),
                failure);
    }

    private static void report(
            MigrationResult result,
            List<Listed> listed,
            @Nullable Path terminationLog,
            PrintStream out,
            PrintStream err) {
        err.flush();
        out.println(ResultJson.whole(result, listed));
        out.flush();
        if (terminationLog != null) {
            try (var file = new FileOutputStream(terminationLog.toFile())) {
                file.write(
                        ResultJson.within(MigrationResult.BYTES, result, listed).getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                err.printf("the result could not be written to %s: %s%n", terminationLog, e.getMessage());
            }
        }
    }

    private static long since(long began) {
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }
}
