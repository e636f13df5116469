package io.wavegate.lab;

import static io.restassured.RestAssured.given;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.wavegate.api.MigrationResult;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@code examples/flyway-shop}: SQL in a ConfigMap, migrated by Wavegate's own image, from Git by Argo CD. Where the controller under test is
 * a process of the JVM build, the image is made of that.
 */
@LabTest
@Timeout(value = 15, unit = TimeUnit.MINUTES) // the first time it makes two images
class FlywayShopIT {
    private static final Path EXAMPLES = Path.of("examples").toAbsolutePath();

    @Test
    void itsThreeReleases(Project project, Controller controller) {
        database(project);

        String first = project.commit("release 1", shop(1));
        Application.Sync migrated = project.application().awaitEnded(first);
        assertThat(migrated.phase()).isEqualTo("Succeeded");
        assertThat(migrated.hook("migrate").message()).isEqualTo("Migrated: applied 3, now at 2.");
        MigrationRunStatus status = status(project, first);
        MigrationResult result = requireNonNull(status.result());
        assertThat(result.database()).startsWith("PostgreSQL 15.");
        assertThat(result.before()).isNull();
        assertThat(result.after()).isEqualTo("2");
        assertThat(result.pending()).isZero();
        assertThat(requireNonNull(result.migrations()))
                .extracting(MigrationResult.Migration::script)
                .containsExactly("V1__product.sql", "V2__first_products.sql", "R__names.sql");

        String second = project.commit("release 2", shop(2));
        Application.Sync failed = project.application().awaitEnded(second);
        assertThat(failed.phase()).isEqualTo("Failed");
        assertThat(failed.hook("migrate").message())
                .isEqualTo(
                        "MigrationFailed: container migrate exited with code 1 at attempt 1, the last one (BackoffLimitExceeded):"
                                + " V3__require_sku.sql, line 2: ERROR: column \"sku\" of relation \"product\" contains null values"
                                + " (SQLSTATE 23502); applied 0 before that, now at 2. "
                                + Reason.MigrationFailed.advice());
        MigrationResult.Failure error =
                requireNonNull(requireNonNull(status(project, second).result()).error());
        assertThat(error.file()).isEqualTo("V3__require_sku.sql");
        assertThat(error.line()).isEqualTo(2);
        assertThat(error.statement()).isEqualTo("ALTER TABLE product ALTER COLUMN sku SET NOT NULL");
        given().header("Authorization", "Bearer " + project.token("ci"))
                .get(controller.uri("/api/v1/runs/%s/%s"
                        .formatted(
                                project.namespace(),
                                project.recordOf(second).getMetadata().getName())))
                .then()
                .statusCode(200)
                .body("result.error.file", equalTo("V3__require_sku.sql"))
                .body("result.after", equalTo("2"));

        String third = project.commit("release 3", withSettings(shop(3)));
        Application.Sync mended = project.application().awaitEnded(third);
        assertThat(mended.phase()).isEqualTo("Succeeded");
        assertThat(mended.hook("migrate").message()).isEqualTo("Migrated: applied 1, now at 3.");
        assertThat(query(project, "SELECT sku FROM product ORDER BY id")).containsExactly("SKU-1", "SKU-2");
        assertThat(query(project, "SELECT version FROM flyway_schema_history WHERE success ORDER BY installed_rank"))
                .containsExactly("1", "2", "", "3");
        assertThat(query(project, "SELECT installed_by FROM flyway_schema_history WHERE version = '3'"))
                .containsExactly("the pipeline");
    }

    private static MigrationRunStatus status(Project project, String revision) {
        return requireNonNull(project.recordOf(revision).getStatus());
    }

    /** The database of the other example, with its Secret; in real life an Application of its own. */
    private static void database(Project project) {
        images(project, "django-shop/lab/images", "postgres");
        if (Controller.executable().isEmpty()) {
            images(project, "flyway-shop/lab/jvm-image");
        }
        project.lab()
                .apply(
                        project.namespace(),
                        read(EXAMPLES.resolve("django-shop/deploy/db/db.yaml"))
                                .replace(
                                        "image: postgres\n",
                                        "image: lab/postgres:debian\n          imagePullPolicy: Never\n"));
        // It makes its files first, on a machine that has other things to do.
        project.kubectl("rollout", "status", "statefulset/db", "--timeout=180s");
    }

    private static void images(Project project, String script, String... arguments) {
        var line = new ArrayList<>(List.of(EXAMPLES.resolve(script).toString()));
        line.addAll(List.of(arguments));
        Command.run(EXAMPLES, project.lab().environment(), Duration.ofMinutes(5), line)
                .succeeded();
    }

    /** The files of a release: {@code deploy}, with the migration that a later one adds, and the application's new image. */
    private static Map<String, String> shop(int release) {
        Path deploy = EXAMPLES.resolve("flyway-shop/deploy");
        var files = new LinkedHashMap<String, String>();
        try (Stream<Path> all = Files.walk(deploy)) {
            all.filter(Files::isRegularFile)
                    .forEach(file -> files.put(deploy.relativize(file).toString(), read(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String kustomization = requireNonNull(files.get("kustomization.yaml"))
                .replace(
                        "newName: shop/web\n    newTag: \"1\"",
                        "newName: %s\n    newTag: \"%d\"".formatted(Lab.IMAGE.replace(":1", ""), Math.min(release, 2)));
        if (release > 1) {
            files.put(
                    "sql/V3__require_sku.sql",
                    read(EXAMPLES.resolve("flyway-shop/releases/" + release + "/V3__require_sku.sql")));
            kustomization = kustomization.replace(
                    "      - sql/R__names.sql\n", "      - sql/R__names.sql\n      - sql/V3__require_sku.sql\n");
        }
        if (Controller.executable().isEmpty()) {
            kustomization = kustomization.replace(
                    "newName: wavegate\n    newTag: latest", "newName: lab/wavegate-jvm\n    newTag: \"1\"");
            files.put(
                    "migrate.yaml",
                    requireNonNull(files.get("migrate.yaml"))
                            .replace("limits: {memory: 128Mi}", "limits: {memory: 512Mi}"));
        }
        files.put("kustomization.yaml", kustomization);
        return files;
    }

    /** With a flyway.conf beside the migrations, mounted where Flyway's own image has its settings. */
    private static Map<String, String> withSettings(Map<String, String> files) {
        var more = new LinkedHashMap<>(files);
        more.put("sql/flyway.conf", "flyway.installedBy=the pipeline\n");
        more.computeIfPresent(
                "kustomization.yaml",
                (name, text) -> text.replace(
                        "      - sql/R__names.sql\n", "      - sql/R__names.sql\n      - sql/flyway.conf\n"));
        more.computeIfPresent("migrate.yaml", (name, text) -> {
            String mount = "            - {name: sql, mountPath: /flyway/sql, readOnly: true}\n";
            return text.replace(mount, mount + mount.replace("/flyway/sql", "/flyway/conf"));
        });
        return more;
    }

    private static List<String> query(Project project, String sql) {
        return project.lab()
                .kubectl(
                        "exec",
                        "-n",
                        project.namespace(),
                        "db-0",
                        "--",
                        "sh",
                        "-c",
                        "PGPASSWORD=$POSTGRES_PASSWORD exec psql -h 127.0.0.1 -U shop shop -Atc \"$0\"",
                        sql)
                .lines()
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
