package io.wavegate.flyway;

import static io.wavegate.flyway.Folder.TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What it says: its result, its errors, its refusals, its exit codes. */
@Execution(ExecutionMode.CONCURRENT)
class EngineReportIT {
    private final Path temporary;

    EngineReportIT(@TempDir Path temporary) {
        this.temporary = temporary;
    }

    @Test
    void theResultGoesToStandardOutputAndToTheTerminationMessage() throws IOException {
        Target target = Target.fresh(Server.POSTGRESQL_17);
        Folder folder =
                new Folder(temporary.resolve("sql")).file("V1__product.sql", TABLE, "DROP TABLE IF EXISTS nothing;");
        EngineProgram.migrate(target, folder).expect(0);
        folder.file(
                        "V2__first.sql",
                        "INSERT INTO product VALUES (1, 'a');",
                        "DO $$ BEGIN RAISE WARNING 'slow'; END $$;")
                .file("R__names.sql", "CREATE VIEW names AS SELECT name FROM product;");
        Path message = Files.createFile(temporary.resolve("termination-log"));
        Program.Ran ran = EngineProgram.migrate(target, folder, Map.of("WAVEGATE_TERMINATION_LOG", message.toString()))
                .expect(0);
        JsonNode result = ran.result();
        assertThat(result.path("apiVersion").textValue()).isEqualTo("engine.wavegate.io/v1");
        assertThat(result.path("success").booleanValue()).isTrue();
        assertThat(result.path("database").textValue()).startsWith("PostgreSQL 17.");
        assertThat(result.path("before").textValue()).isEqualTo("1");
        assertThat(result.path("after").textValue()).isEqualTo("2");
        assertThat(result.path("applied").intValue()).isEqualTo(2);
        assertThat(result.path("pending").intValue()).isZero();
        assertThat(result.path("migrations").findValuesAsText("script"))
                .containsExactly("V2__first.sql", "R__names.sql");
        assertThat(result.path("warnings").toString()).contains("slow");
        assertThat(Files.readString(message)).isEqualTo(ran.out().strip());
        assertThat(ran.err())
                .contains("applying 2 (V2__first.sql)")
                .contains("applied R__names.sql in ")
                .endsWith("applied 2, now at 2\n");
        assertThat(EngineProgram.migrate(target, folder).expect(0).err()).isEqualTo("nothing was pending, at 2\n");
    }

    @Test
    void infoListsWhatIsThere() {
        Target target = Target.fresh(Server.POSTGRESQL_17);
        Folder folder = new Folder(temporary).product();
        EngineProgram.migrate(target, folder).expect(0);
        JsonNode result = EngineProgram.run(
                        target,
                        temporary,
                        Map.of(),
                        "info",
                        folder.file("V2__a.sql", "SELECT 1;").location())
                .expect(0)
                .result();
        assertThat(result.path("pending").intValue()).isEqualTo(1);
        assertThat(result.path("listed").findValuesAsText("state")).containsExactly("Success", "Pending");
    }

    @ParameterizedTest
    @CsvSource({
        "POSTGRESQL_15, postgresql, SQLSTATE 42P01",
        "POSTGRESQL_18, postgresql, SQLSTATE 42P01",
        "MARIADB, mariadb, 'SQLSTATE 42S02, error 1146'",
        "MARIADB, mysql, 'SQLSTATE 42S02, error 1146'"
    })
    void anErrorNamesTheFileTheLineTheStatementAndTheDatabasesOwnWords(Server server, String driver, String code) {
        Target target = Target.fresh(server, driver);
        Folder folder = new Folder(temporary)
                .product()
                .file(
                        "deep/V2__bad.sql",
                        "-- adds a row",
                        "",
                        "INSERT INTO product VALUES (1, 'a');",
                        "INSERT INTO",
                        "  nowhere VALUES (1);");
        Program.Ran ran = EngineProgram.migrate(target, folder).expect(1);
        JsonNode error = ran.result().path("error");
        assertThat(error.path("file").textValue()).isEqualTo("deep/V2__bad.sql");
        assertThat(error.path("line").intValue()).isEqualTo(4);
        assertThat(error.path("statement").textValue()).isEqualTo("INSERT INTO\n  nowhere VALUES (1)");
        assertThat(error.path("code").textValue()).isEqualTo(code);
        assertThat(error.path("message").textValue()).contains("nowhere");
        assertThat(ran.result().path("applied").intValue()).isEqualTo(1);
        assertThat(ran.result().path("after").textValue()).isEqualTo("1");
        assertThat(ran.err()).contains("deep/V2__bad.sql, line 4: ").contains("INSERT INTO\n  nowhere VALUES (1)");
    }

    @Test
    void noPasswordIsPrinted() {
        Target target = Target.fresh(Server.POSTGRESQL_17);
        Folder folder = new Folder(temporary)
                .file("V1__user.sql", "CREATE USER reader_${db_password} PASSWORD 'geheim one' SUPERUSR;");
        Program.Ran ran = EngineProgram.run(
                        target,
                        temporary,
                        Map.of("FLYWAY_PLACEHOLDERS_DB_PASSWORD", "geheim2"),
                        "-X",
                        "migrate",
                        folder.location())
                .expect(1);
        assertThat(ran.out() + ran.err())
                .doesNotContain("geheim")
                .doesNotContain(Server.PASSWORD)
                .contains("PASSWORD '***'");
    }

    @Test
    void aDatabaseThatComesLateIsWaitedFor() {
        int port = Server.freePort();
        Target real = Target.fresh(Server.POSTGRESQL_17);
        Folder folder = new Folder(temporary).product();
        Program waiting = EngineProgram.startMigrating(
                real,
                folder,
                Map.of("FLYWAY_URL", real.url().replace(":" + real.server().port(), ":" + port)));
        Await.until("it to wait", () -> waiting.err().contains("waiting for the database, 60 s at most: "));
        try (var late = new Relay(port, real.server().port())) {
            assertThat(waiting.end().expect(0).result().path("applied").intValue())
                    .isEqualTo(1);
            assertThat(late.connections()).isPositive();
        }
    }

    @Test
    void oneThatDoesNotComeIsGivenUp() {
        Folder folder = new Folder(temporary).product();
        var nowhere = new Target(Server.POSTGRESQL_17, "postgresql", "none");
        for (String url : List.of(
                "jdbc:postgresql://127.0.0.1:%d/none",
                "jdbc:mysql://127.0.0.1:%d/none", "jdbc:mariadb://127.0.0.1:%d/none")) {
            long from = System.nanoTime();
            Program.Ran ran = EngineProgram.run(
                            nowhere,
                            temporary,
                            Map.of("FLYWAY_URL", url.formatted(Server.freePort())),
                            "migrate",
                            "--connect-timeout=2s",
                            folder.location())
                    .expect(3);
            assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
            assertThat(ran.err()).contains("waiting for the database, 2 s at most");
        }
    }

    @ParameterizedTest
    @CsvSource({"POSTGRESQL_17, postgresql", "MARIADB, mariadb", "MARIADB, mysql"})
    void aWrongPasswordIsToldAtOnce(Server server, String driver) {
        Target target = Target.fresh(server, driver);
        Program.Ran ran = EngineProgram.migrate(target, new Folder(temporary), Map.of("FLYWAY_PASSWORD", "a wrong one"))
                .expect(3);
        assertThat(ran.err()).doesNotContain("waiting for").doesNotContain("a wrong one");
        assertThat(ran.result().path("error").path("code").textValue())
                .contains(server.isPostgreSql() ? "28P01" : "28000");
    }

    @Test
    void credentialsCanBeMountedFiles() {
        Target target = Target.fresh(Server.POSTGRESQL_17);
        Folder folder = new Folder(temporary.resolve("sql")).product();
        new Folder(temporary)
                .file("user", Server.USER)
                .file("password", Server.PASSWORD)
                .file("url", target.url());
        Program.run(
                        EngineProgram.command("migrate", folder.location(), "--user-file=" + temporary.resolve("user")),
                        Map.of(
                                "FLYWAY_PASSWORD_FILE",
                                temporary.resolve("password").toString(),
                                "FLYWAY_URL_FILE",
                                temporary.resolve("url").toString()),
                        temporary)
                .expect(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "migrate -password=x | Set FLYWAY_PASSWORD in the environment, from a Secret",
                "migrate -user=x | Set FLYWAY_USER in the environment, from a Secret",
                "migrate --url=jdbc:postgresql://db/shop?password=x | has a password in it",
                "migrate -jdbcProperties.sslpassword=x | a command line is seen by everybody",
                "migrat | migrat: no such command; there are migrate, validate, info, repair, baseline.",
                "migrate info | migrate and info: one command at a time.",
                "migrate -locations=classpath:db/migration | the engine reads SQL files of a folder",
                "migrate -locations=s3:bucket/sql | the engine reads SQL files of a folder",
                "migrate -locations=filesystem:/nowhere | Failed to find filesystem location: /nowhere",
                "migrate --url=jdbc:oracle:thin:@db | the engine knows jdbc:postgresql://host:port/database",
                "migrate --connect-timeout=soon | connectTimeout=soon: a time is a number and ms, s, m or h",
                "migrate --lock-retries=often | lockRetries=often: this is a number",
                "migrate -callbacks=com.example.Mine | loads no classes, jars or programs",
                "migrate -outOfOrdre=true | Unknown configuration property: flyway.outOfOrdre",
                "migrate -outOfOrder=true --out-of-order | -outOfOrder is given twice.",
                "migrate -configFiles=/nowhere/flyway.conf | there is no file /nowhere/flyway.conf",
                "migrate -passwordFile=/nowhere/password | there is no such file",
            })
    void whatCanNotBeIsRefusedInASentence(String words, String sentence) {
        var target = new Target(Server.POSTGRESQL_17, "postgresql", "none");
        String located = words.contains("locations") ? words : words + " " + new Folder(temporary).location();
        Program.Ran ran = EngineProgram.run(target, temporary, Map.of(), located.split(" "))
                .expect(2);
        assertThat(ran.err()).contains(sentence).hasLineCount(1);
        assertThat(ran.result().path("error").path("message").textValue()).contains(sentence);
    }

    @ParameterizedTest
    @CsvSource({
        "V2__Fill.java, Java",
        "V2__Fill.class, Java",
        "V2__fill.sh, a shell's language",
        "R__fill.py, a shell's language",
        "afterMigrate.sh, a shell's language"
    })
    void whatIsNoSqlIsRefusedInASentence(String file, String language) {
        var target = new Target(Server.POSTGRESQL_17, "postgresql", "none");
        Folder folder = new Folder(temporary).product().file(file, "nothing");
        assertThat(EngineProgram.migrate(target, folder).expect(2).err())
                .contains(
                        temporary.resolve(file) + ": the engine runs SQL only, and this is a migration in " + language);
    }

    @Test
    void withoutADatabaseItSaysHowOneIsNamed() {
        assertThat(Program.run(EngineProgram.command("migrate"), Map.of(), temporary)
                        .expect(2)
                        .err())
                .isEqualTo(
                        "No database: set FLYWAY_URL, as in jdbc:postgresql://db:5432/shop, and FLYWAY_USER and FLYWAY_PASSWORD from a Secret.\n");
    }

    @Test
    void aConfigMapIsReadOnceThroughItsLinks() throws IOException {
        Target target = Target.fresh(Server.POSTGRESQL_17);
        // As the kubelet makes it: a hidden folder of the version, a link to it, and a link for each file.
        new Folder(temporary)
                .file("sql/..2026_11_25/V1__product.sql", TABLE)
                .file("sql/..2026_11_25/V2__a.sql", "INSERT INTO product VALUES (1, 'a');");
        Files.createSymbolicLink(temporary.resolve("sql/..data"), Path.of("..2026_11_25"));
        for (String name : List.of("V1__product.sql", "V2__a.sql")) {
            Files.createSymbolicLink(temporary.resolve("sql").resolve(name), Path.of("..data", name));
        }
        EngineProgram.migrate(target, new Folder(temporary.resolve("sql"))).expect(0);
        assertThat(target.query("SELECT script FROM flyway_schema_history ORDER BY installed_rank"))
                .containsExactly("V1__product.sql", "V2__a.sql");
    }

    @Test
    void aThousandFilesAreTheSameAsByTheCommandLine() throws IOException {
        Folder folder = new Folder(temporary.resolve("sql")).product();
        for (int number = 2; number <= 1000; number++) {
            folder.file(
                    "V%d__%s.sql".formatted(number, "a long name ".repeat(3) + number),
                    "INSERT INTO product VALUES (%d, 'a');".formatted(number));
        }
        Target theirs = Target.fresh(Server.POSTGRESQL_17);
        Target ours = Target.fresh(Server.POSTGRESQL_17);
        FlywayCli.run(theirs, temporary, Map.of("FLYWAY_LOCATIONS", "filesystem:" + folder.path()), "migrate")
                .expect(0);
        Path message = Files.createFile(temporary.resolve("termination-log"));
        JsonNode whole = EngineProgram.migrate(ours, folder, Map.of("WAVEGATE_TERMINATION_LOG", message.toString()))
                .expect(0)
                .result();
        assertThat(ours.history("flyway_schema_history"))
                .isEqualTo(theirs.history("flyway_schema_history"))
                .hasSize(1000);
        assertThat(whole.path("migrations").size()).isEqualTo(1000);
        String kept = Files.readString(message);
        JsonNode cut = new ObjectMapper().readTree(kept);
        assertThat(kept.length()).isLessThanOrEqualTo(4096);
        assertThat(cut.path("applied").intValue()).isEqualTo(1000);
        assertThat(cut.path("migrations").size()).isBetween(5, 50);
        assertThat(cut.path("migrations")
                        .get(cut.path("migrations").size() - 1)
                        .path("version")
                        .textValue())
                .isEqualTo("1000");
    }
}
