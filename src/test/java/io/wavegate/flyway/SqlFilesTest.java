package io.wavegate.flyway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.flywaydb.core.api.configuration.ClassicConfiguration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a folder is a migration, and what is refused. */
class SqlFilesTest {
    private final Folder folder;

    SqlFilesTest(@TempDir Path temporary) {
        this.folder = new Folder(temporary);
    }

    @Test
    void aNameWithoutASuffixIsNoMigration() {
        folder.file("V1__product.sql").file("sh").file("py").file("jar").file("cmd");
        assertThat(files().getResources("V", new String[] {".sql"}))
                .extracting(LoadableResource::getFilename)
                .containsExactly("V1__product.sql");
    }

    @ParameterizedTest
    @ValueSource(strings = {"V1__product.sh", "R__names.PY", "V1__product.java", "beforeMigrate.cmd"})
    void aMigrationThatIsNoSqlIsRefused(String name) {
        folder.file(name);
        assertThatThrownBy(this::files).isInstanceOf(Refused.class).hasMessageContaining("the engine runs SQL only");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run.sh", "product.jar", ".sh"})
    void whatOnlyLiesBesideThem(String name) {
        folder.file(name);
        assertThat(files().getResources("V", new String[] {".sql"})).isEmpty();
    }

    private SqlFiles files() {
        var configuration = new ClassicConfiguration();
        configuration.setLocationsAsStrings("filesystem:" + folder.path());
        return SqlFiles.of(configuration);
    }
}
