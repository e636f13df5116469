package io.wavegate.flyway;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What {@code lab/engine-tools} brings. */
final class Tools {
    private static final Map<String, String> PLACES = Program.run(
                    List.of(Path.of("lab", "engine-tools").toAbsolutePath().toString()), Map.of(), Path.of("."))
            .expect(0)
            .out()
            .lines()
            .map(line -> line.split("=", 2))
            .collect(toUnmodifiableMap(pair -> pair[0], pair -> pair[1]));

    private Tools() {}

    /** Where one of them is. */
    static Path place(String name) {
        String place = PLACES.get(name);
        if (place == null) {
            throw new IllegalStateException("lab/engine-tools says nothing of " + name);
        }
        return Path.of(place);
    }
}
