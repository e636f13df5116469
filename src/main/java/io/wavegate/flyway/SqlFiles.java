package io.wavegate.flyway;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.core.internal.scanner.filesystem.FileSystemScanner;
import org.flywaydb.core.internal.util.StringUtils;
import org.jspecify.annotations.Nullable;

/**
 * The files of the {@code filesystem:} locations, as Flyway's own scanner finds them: folders below, hidden ones left out, so that a
 * ConfigMap's links are read once. Flyway's class path is not there in a native executable, which is why the engine gives it this.
 */
final class SqlFiles implements ResourceProvider {
    private static final Set<String> OF_CLASSES = Set.of("java", "class", "jar", "kt", "groovy");
    private static final Set<String> OF_SHELLS = Set.of("sh", "bash", "bat", "cmd", "ps1", "py");

    private final Collection<LoadableResource> files = new ArrayList<>();
    private final Map<String, LoadableResource> byPath = new HashMap<>();

    private SqlFiles() {}

    /**
     * Finds them.
     *
     * @throws Refused where a location is none of the file system, or has migrations that are no SQL
     */
    static SqlFiles of(Configuration configuration) {
        var found = new SqlFiles();
        var scanner = new FileSystemScanner(configuration);
        for (Location location : configuration.getLocations()) {
            for (LoadableResource file : scan(location, scanner, configuration)) {
                found.files.add(file);
                found.byPath.put(file.getRelativePath().toLowerCase(Locale.ROOT), file);
            }
        }
        // Where there are locations for callbacks Flyway scans them itself.
        Arrays.stream(configuration.getCallbackLocations()).forEach(location -> scan(location, scanner, configuration));
        return found;
    }

    private static Collection<LoadableResource> scan(
            Location location, FileSystemScanner scanner, Configuration configuration) {
        refuseOtherThanFolder(location.getDescriptor());
        Collection<LoadableResource> files = scanner.scanForResources(location);
        files.forEach(file -> refuseCode(file, configuration));
        return files;
    }

    /**
     * Refuses what is no folder.
     *
     * @param location as Flyway's settings have it, with its kind: {@code filesystem:/sql}
     */
    static void refuseOtherThanFolder(String location) {
        if (!location.startsWith("filesystem:")) {
            throw new Refused(
                    ("location %s: the engine reads SQL files of a folder, filesystem:/path; what is on a class path (Java migrations)"
                                    + " or in a bucket needs Flyway from an image of your own.")
                            .formatted(location));
        }
    }

    private static void refuseCode(LoadableResource file, Configuration configuration) {
        String name = file.getFilename();
        // A name without a dot is no migration to Flyway, whatever it is: each has a suffix.
        String suffix =
                name.contains(".") ? name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT) : "";
        if (!OF_CLASSES.contains(suffix) && !OF_SHELLS.contains(suffix)) {
            return;
        }
        String separator = configuration.getSqlMigrationSeparator();
        boolean migration = name.contains(separator)
                && Stream.of(
                                configuration.getSqlMigrationPrefix(),
                                configuration.getRepeatableSqlMigrationPrefix(),
                                "B",
                                "U")
                        .anyMatch(prefix -> !prefix.isEmpty() && name.startsWith(prefix));
        String base = name.substring(0, name.indexOf('.')).split(Pattern.quote(separator), -1)[0];
        if (migration || Event.fromId(base) != null) {
            throw new Refused(
                    ("%s: the engine runs SQL only, and this is a migration in %s, which would be left out. Write it in SQL, or run Flyway"
                                    + " from an image of your own.")
                            .formatted(
                                    file.getAbsolutePathOnDisk(),
                                    OF_CLASSES.contains(suffix) ? "Java" : "a shell's language"));
        }
    }

    @Override
    public @Nullable LoadableResource getResource(String name) {
        return byPath.get(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
        return files.stream()
                .filter(file -> StringUtils.startsAndEndsWith(file.getFilename(), prefix, suffixes))
                .toList();
    }
}
