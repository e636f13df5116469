package io.wavegate.flyway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder of migrations.
 *
 * @param path where it is
 */
record Folder(Path path) {
    static final String TABLE = "CREATE TABLE product (id INT PRIMARY KEY, name VARCHAR(100));";

    /** The migration that most begin with: it makes the table that the others fill. */
    Folder product() {
        return file("V1__product.sql", TABLE);
    }

    Folder file(String name, String... lines) {
        try {
            Path file = path.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, String.join("\n", lines) + "\n");
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a location is named on a command line. */
    String location() {
        return "-locations=filesystem:" + path;
    }
}
