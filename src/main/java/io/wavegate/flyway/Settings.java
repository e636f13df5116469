package io.wavegate.flyway;

import java.io.File;
import java.io.IOException;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flywaydb.core.api.configuration.ClassicConfiguration;
import org.flywaydb.core.internal.configuration.ConfigUtils;
import org.flywaydb.core.internal.configuration.TomlUtils;
import org.jspecify.annotations.Nullable;

/**
 * What the engine is told to do, from flags, the environment and Flyway's configuration files; the former go before the latter, as with the
 * Flyway command line.
 *
 * @param flyway Flyway's own settings
 * @param patience the engine's
 * @param terminationLog where the result is written to for Kubernetes, or null
 * @param verbose Flyway's own words are printed too
 */
record Settings(
        ClassicConfiguration flyway,
        Patience patience,
        @Nullable Path terminationLog,
        boolean verbose) {
    /** Where Flyway's own image has its files: {@code conf/} and {@code sql/} below it. */
    static final Path HOME = Path.of("/flyway");
    /** Where the kubelet mounts the file of the message, unless the container says otherwise ({@code terminationMessagePath}). */
    private static final Path TERMINATION_LOG = Path.of("/dev/termination-log");

    /** Ten digits hold every time that there may be. */
    private static final Pattern DURATION = Pattern.compile("(\\d{1,10})(ms|s|m|h)?");
    /** PostgreSQL's timeouts are whole numbers of milliseconds, of 31 bits; nobody waits for longer in a deployment. */
    private static final Duration LONGEST = Duration.ofHours(596);

    private static final Set<String> SUPPORTED = Set.of("jdbc:postgresql:", "jdbc:mysql:", "jdbc:mariadb:");
    /** Settings that name classes, or programs. */
    private static final Set<String> CLASSES =
            Set.of("resolvers", "callbacks", "jarDirs", "driver", "powershellExecutable", "kerberosConfigFile");

    /**
     * Reads them.
     *
     * @throws Refused where something can not be
     */
    static Settings of(CommandLine line, Map<String, String> environment) {
        var own = new Own(line, environment);
        var flags = new LinkedHashMap<String, String>();
        line.flags().forEach((name, value) -> {
            if (!Own.NAMES.contains(name)) {
                flags.put(name.startsWith("environments.") ? name : "flyway." + name, value);
            }
        });
        String workingDirectory = line.flag("workingDirectory");
        ClassicConfiguration flyway = flyway(flags, own, workingDirectory);
        var patience = new Patience(
                own.duration("connectTimeout", Patience.CONNECT),
                own.text("lockTimeout") == null ? null : own.duration("lockTimeout", Patience.LOCK),
                own.number("lockRetries", Patience.LOCK_RETRIES),
                own.duration("lockRetryPause", Patience.LOCK_PAUSE),
                own.duration("statementTimeout", Duration.ZERO),
                own.duration("stopTimeout", Patience.STOP));
        return new Settings(flyway, patience, terminationLog(environment), verbose(line, environment));
    }

    /**
     * Whether Flyway's own words are printed too, also while it reads its settings: {@code -X}, as Flyway spells it, or {@code -verbose}.
     *
     * @throws Refused where that is said neither so nor so
     */
    static boolean verbose(CommandLine line, Map<String, String> environment) {
        var own = new Own(line, environment);
        return own.is("X") || own.is("verbose");
    }

    /** Where the result goes for Kubernetes: {@code WAVEGATE_TERMINATION_LOG}, else the usual file where it is there; null for nowhere. */
    static @Nullable Path terminationLog(Map<String, String> environment) {
        String named = environment.get("WAVEGATE_TERMINATION_LOG");
        return named != null && !named.isBlank()
                ? Path.of(named)
                : Files.isWritable(TERMINATION_LOG) ? TERMINATION_LOG : null;
    }

    private static ClassicConfiguration flyway(Map<String, String> flags, Own own, @Nullable String workingDirectory) {
        List<File> toml = files(own, workingDirectory, ".toml");
        var settings = new HashMap<String, String>();
        ClassicConfiguration flyway;
        if (toml.isEmpty()) {
            flyway = new ClassicConfiguration(Settings.class.getClassLoader());
            for (File file : files(own, workingDirectory, ".conf")) {
                settings.putAll(ConfigUtils.loadConfigurationFile(file, "UTF-8", true));
            }
        } else {
            // The model of TOML first, everything else on top of it.
            var model = TomlUtils.loadConfigurationFiles(toml);
            flyway = new ClassicConfiguration(model);
            flyway.setClassLoader(Settings.class.getClassLoader());
            flatten("flyway", model.getFlyway().getPluginConfigurations(), settings);
        }
        settings.putAll(ConfigUtils.environmentVariablesToPropertyMap());
        for (String credential : List.of("url", "user", "password")) {
            String path = own.text(credential + "File");
            if (path != null) {
                settings.put("flyway." + credential, content(credential, path));
            }
        }
        settings.putAll(flags);
        String chosen = settings.remove("flyway.environment");
        if (chosen != null) {
            if (toml.isEmpty()) {
                throw new Refused(
                        "flyway.environment=%s: environments are of flyway.toml, and there is none.".formatted(chosen));
            }
            flyway.setEnvironment(chosen);
        }
        refuseClasses(settings);
        refuseBuckets(settings);
        settings.remove("flyway.configFiles");
        settings.remove("flyway.configFileEncoding");
        if (workingDirectory != null) {
            for (String key : List.of("flyway.locations", "flyway.callbackLocations")) {
                if (settings.containsKey(key)) {
                    ConfigUtils.makeRelativeLocationsBasedOnWorkingDirectory(workingDirectory, settings, key);
                }
            }
            flyway.setWorkingDirectory(workingDirectory);
        }
        // MySQL's driver waits for ever for an address that does not answer.
        String url = settings.getOrDefault("flyway.url", flyway.getUrl());
        if (url != null && url.startsWith("jdbc:mysql:") && !url.contains("connectTimeout")) {
            settings.putIfAbsent("flyway.jdbcProperties.connectTimeout", "10000");
        }
        checked(url);
        settings.putIfAbsent("flyway.loggers", "console");
        boolean located = settings.containsKey("flyway.locations")
                || Stream.of(flyway.getLocations())
                        .noneMatch(location -> location.getDescriptor().startsWith("classpath:"));
        if (!located) {
            settings.put("flyway.locations", "filesystem:" + usualFolder(workingDirectory));
        }
        if (!settings.containsKey("flyway.failOnMissingLocations") && toml.isEmpty()) {
            settings.put("flyway.failOnMissingLocations", "true");
        }
        flyway.configure(settings);
        refuseUnknownEncoding(flyway);
        return flyway;
    }

    /** Flyway looks for it when it reads the first file. */
    private static void refuseUnknownEncoding(ClassicConfiguration flyway) {
        try {
            flyway.getEncoding();
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new Refused(
                    "flyway.encoding=%s: there is no such encoding here; most files are UTF-8, which it is without this setting."
                            .formatted(e.getMessage()));
        }
    }

    private static void checked(@Nullable String url) {
        if (url == null || url.isBlank()) {
            throw new Refused(
                    "No database: set FLYWAY_URL, as in jdbc:postgresql://db:5432/shop, and FLYWAY_USER and FLYWAY_PASSWORD from a Secret.");
        }
        if (SUPPORTED.stream().noneMatch(url::startsWith)) {
            throw new Refused(
                    ("FLYWAY_URL=%s: the engine knows jdbc:postgresql://host:port/database, jdbc:mysql://... and jdbc:mariadb://...;"
                                    + " for another database run Flyway from an image of your own.")
                            .formatted(Secrets.masked(url, Map.of())));
        }
    }

    private static void refuseClasses(Map<String, String> settings) {
        for (String name : CLASSES) {
            String value = settings.get("flyway." + name);
            if (value != null && !value.isBlank()) {
                throw new Refused(
                        ("flyway.%s=%s: the engine is a native executable and loads no classes, jars or programs; for this run Flyway"
                                        + " from an image of your own.")
                                .formatted(name, value));
            }
        }
    }

    /** Before Flyway does, which has a sentence of its own for a kind that it does not know. */
    private static void refuseBuckets(Map<String, String> settings) {
        Stream.of("flyway.locations", "flyway.callbackLocations")
                .flatMap(name -> Arrays.stream(settings.getOrDefault(name, "").split(",")))
                .map(String::strip)
                .filter(location -> location.contains(":"))
                .forEach(SqlFiles::refuseOtherThanFolder);
    }

    private static Path usualFolder(@Nullable String workingDirectory) {
        return (workingDirectory == null ? HOME : Path.of(workingDirectory))
                .resolve("sql")
                .toAbsolutePath();
    }

    /** The configuration files that there are, the ones that go before the others last: Flyway's own places, then those that are named. */
    private static List<File> files(Own own, @Nullable String workingDirectory, String suffix) {
        var found = new ArrayList<>((suffix.equals(".toml")
                        ? ConfigUtils.getDefaultTomlConfigFileLocations(HOME.toFile(), workingDirectory)
                        : ConfigUtils.getDefaultLegacyConfigurationFiles(HOME.toFile(), workingDirectory))
                .stream().filter(File::isFile).toList());
        String named = own.configFiles();
        if (named != null) {
            Arrays.stream(named.split(","))
                    .map(String::strip)
                    .filter(name -> name.endsWith(".toml") == suffix.equals(".toml"))
                    .map(File::new)
                    .forEach(file -> {
                        if (!file.isFile() || !file.canRead()) {
                            throw new Refused("configFiles=%s: there is no file %s, or it may not be read."
                                    .formatted(named, file));
                        }
                        found.add(file);
                    });
        }
        return found;
    }

    /** What TOML has for Flyway's plugins, by the names that every other source has: {@code flyway.postgresql.transactional.lock}. */
    private static void flatten(String name, Map<?, ?> nested, Map<String, String> into) {
        nested.forEach((key, value) -> {
            String below = name + "." + key;
            if (value instanceof Map<?, ?> deeper) {
                flatten(below, deeper, into);
            } else if (value != null) {
                into.put(below, String.valueOf(value));
            }
        });
    }

    private static String content(String credential, String path) {
        try {
            return Files.readString(Path.of(path)).strip();
        } catch (IOException e) {
            throw new Refused("FLYWAY_%s_FILE=%s: there is no such file, or it may not be read."
                    .formatted(credential.toUpperCase(Locale.ROOT), path));
        }
    }

    /** The engine's own settings: a flag, else {@code WAVEGATE_LOCK_TIMEOUT} and its like. */
    private record Own(CommandLine line, Map<String, String> environment) {
        static final Set<String> NAMES = Set.of(
                "connectTimeout",
                "lockTimeout",
                "lockRetries",
                "lockRetryPause",
                "statementTimeout",
                "stopTimeout",
                "urlFile",
                "userFile",
                "passwordFile",
                "configFiles",
                "workingDirectory",
                "X",
                "verbose");

        @Nullable String text(String name) {
            String flag = line.flag(name);
            if (flag != null) {
                return flag;
            }
            String variable = CommandLine.environmentName(name);
            return environment.get(name.endsWith("File") ? variable : variable.replaceFirst("FLYWAY_", "WAVEGATE_"));
        }

        @Nullable String configFiles() {
            String flag = line.flag("configFiles");
            return flag != null ? flag : environment.get("FLYWAY_CONFIG_FILES");
        }

        boolean is(String name) {
            String text = text(name);
            String said = text == null ? "false" : text.strip().toLowerCase(Locale.ROOT);
            if (!said.equals("true") && !said.equals("false")) {
                throw new Refused("%s=%s: this is true or false.".formatted(name, text));
            }
            return said.equals("true");
        }

        Duration duration(String name, Duration otherwise) {
            String text = text(name);
            if (text == null) {
                return otherwise;
            }
            Matcher matcher = DURATION.matcher(text.strip());
            if (matcher.matches()) {
                long number = Long.parseLong(matcher.group(1));
                String unit = matcher.group(2) == null ? "s" : matcher.group(2);
                Duration duration = switch (unit) {
                    case "ms" -> Duration.ofMillis(number);
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> Duration.ofSeconds(number);
                };
                if (duration.compareTo(LONGEST) <= 0) {
                    return duration;
                }
            }
            throw new Refused("%s=%s: a time is a number and ms, s, m or h, as in 10s, and %dh at most; 0 is for none."
                    .formatted(name, text, LONGEST.toHours()));
        }

        int number(String name, int otherwise) {
            String text = text(name);
            if (text == null) {
                return otherwise;
            }
            if (!text.strip().matches("\\d{1,6}")) {
                throw new Refused("%s=%s: this is a number, as in 3.".formatted(name, text));
            }
            return Integer.parseInt(text.strip());
        }
    }
}
