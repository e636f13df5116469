package io.wavegate.flyway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Killed, stopped, two at once, behind somebody's lock. */
@Execution(ExecutionMode.CONCURRENT)
class EngineInterruptionIT {
    private final Path temporary;

    EngineInterruptionIT(@TempDir Path temporary) {
        this.temporary = temporary;
    }

    @ParameterizedTest
    @EnumSource(names = {"POSTGRESQL_15", "POSTGRESQL_17", "POSTGRESQL_18"})
    void aRunThatIsKilledCanBeRepeated(Server server) {
        Target target = Target.fresh(server);
        Folder folder = slow(server, 600);
        Program killed = EngineProgram.startMigrating(target, folder, Map.of());
        atWork(target, "2");
        killed.kill().end();
        folder.file(
                "V2__slow.sql",
                "INSERT INTO product VALUES (1, 'a');",
                sleep(server, 0) + ";",
                "INSERT INTO product VALUES (2, 'b');");
        EngineProgram.migrate(target, folder).expect(0);
        assertThat(target.query("SELECT version, success FROM flyway_schema_history ORDER BY installed_rank"))
                .containsExactly("1 | t", "2 | t", "3 | t");
        assertThat(target.query("SELECT id FROM product ORDER BY id")).containsExactly("1", "2", "3");
    }

    @Test
    void aRunThatIsKilledOnAServerThatCanNotRollBackIsRepeatedFromTheFileThatWasAtWork() {
        Target target = Target.fresh(Server.MARIADB);
        Folder folder = slow(Server.MARIADB, 30);
        Program killed = EngineProgram.startMigrating(target, folder, Map.of());
        atWork(target, "2");
        killed.kill().end();
        // What it did is in a transaction of its own as long as it is data; a table would be there.
        folder.file("V2__slow.sql", "INSERT INTO product VALUES (1, 'a');", "INSERT INTO product VALUES (2, 'b');");
        target.server().up();
        EngineProgram.migrate(target, folder).expect(0);
        assertThat(target.query("SELECT version, success FROM flyway_schema_history ORDER BY installed_rank"))
                .containsExactly("1 | 1", "2 | 1", "3 | 1");
    }

    @ParameterizedTest
    @EnumSource(names = {"POSTGRESQL_15", "POSTGRESQL_17", "POSTGRESQL_18", "MARIADB"})
    void twoAtOnceAreSerialised(Server server) {
        Target target = Target.fresh(server);
        Folder folder = slow(server, 3);
        Program first = EngineProgram.startMigrating(target, folder, Map.of());
        Program second = EngineProgram.startMigrating(target, folder, Map.of());
        var one = first.end().expect(0).result();
        var other = second.end().expect(0).result();
        assertThat(one.path("applied").intValue() + other.path("applied").intValue())
                .isEqualTo(3);
        assertThat(target.query("SELECT count(*) FROM flyway_schema_history")).containsExactly("3");
        assertThat(target.query("SELECT id FROM product ORDER BY id")).containsExactly("1", "2", "3");
    }

    @ParameterizedTest
    @EnumSource(names = {"POSTGRESQL_17", "MARIADB"})
    void sigtermStopsBetweenTwoStatementsAndGivesTheLockBack(Server server) {
        Target target = Target.fresh(server);
        Folder folder = slow(server, 4);
        Program stopped = EngineProgram.startMigrating(target, folder, Map.of());
        atWork(target, "2");
        var ran = stopped.terminate().end().expect(143);
        assertThat(ran.result().path("error").path("message").textValue())
                .isEqualTo("stopped by SIGTERM: stopped between two statements of V2__slow.sql");
        assertThat(ran.result().path("after").textValue()).isEqualTo("1");
        assertThat(target.query("SELECT id FROM product WHERE id = 2")).isEmpty();
        if (server.isPostgreSql()) {
            assertThat(target.query("SELECT version, success FROM flyway_schema_history"))
                    .containsExactly("1 | t");
        } else {
            // As after any failure there: Flyway wants a person to look.
            assertThat(target.query("SELECT version, success FROM flyway_schema_history ORDER BY installed_rank"))
                    .containsExactly("1 | 1", "2 | 0");
            EngineProgram.run(target, temporary, Map.of(), "repair", folder.location())
                    .expect(0);
            target.execute("DELETE FROM product");
        }
        folder.file("V2__slow.sql", "INSERT INTO product VALUES (1, 'a');", "INSERT INTO product VALUES (2, 'b');");
        // One retry of a second: the lock of the run that was stopped is not there any more.
        EngineProgram.migrate(target, folder, Map.of("FLYWAY_LOCK_RETRY_COUNT", "1"))
                .expect(0);
    }

    @ParameterizedTest
    @EnumSource(names = {"POSTGRESQL_17", "MARIADB"})
    void sigtermStopsBeforeTheNextMigrationWithoutATraceOfIt(Server server) {
        Target target = Target.fresh(server);
        Folder folder = new Folder(temporary)
                .product()
                .file("V2__slow.sql", sleep(server, 4) + ";")
                .file("V3__last.sql", "INSERT INTO product VALUES (3, 'c');");
        Program stopped = EngineProgram.startMigrating(target, folder, Map.of());
        atWork(target, "2");
        var ran = stopped.terminate().end().expect(143);
        assertThat(ran.result().path("error").path("message").textValue())
                .isEqualTo("stopped by SIGTERM: stopped before the first statement of V3__last.sql");
        assertThat(ran.result().path("applied").intValue()).isEqualTo(2);
        assertThat(target.query("SELECT version FROM flyway_schema_history ORDER BY installed_rank"))
                .containsExactly("1", "2");
        EngineProgram.migrate(target, folder).expect(0);
    }

    @ParameterizedTest
    @EnumSource(names = {"POSTGRESQL_17", "MARIADB"})
    void aStatementThatOutlastsThePatienceIsCancelled(Server server) {
        Target target = Target.fresh(server);
        Folder folder = slow(server, 2 * Program.DEADLINE_SECONDS);
        Program stopped = EngineProgram.startMigrating(target, folder, Map.of("WAVEGATE_STOP_TIMEOUT", "1s"));
        atWork(target, "2");
        assertThat(stopped.terminate().end().expect(143).err())
                .contains("The statement at work has not ended within 1 s and is cancelled.");
        assertThat(target.query(atWork(server, target))).isEmpty();
        assertThat(target.query("SELECT id FROM product WHERE id = 2")).isEmpty();
    }

    @Test
    void sigtermEndsTheWaitForADatabase() {
        var target = new Target(Server.POSTGRESQL_17, "postgresql", "none");
        Program waiting = EngineProgram.startMigrating(
                target,
                new Folder(temporary),
                Map.of("FLYWAY_URL", "jdbc:postgresql://127.0.0.1:" + Server.freePort() + "/none"));
        Await.until("it to wait", () -> waiting.err().contains("waiting for the database"));
        assertThat(waiting.terminate()
                        .end()
                        .expect(143)
                        .result()
                        .path("error")
                        .path("message")
                        .textValue())
                .isEqualTo("stopped by SIGTERM: stopped while it waited for the database");
    }

    @ParameterizedTest
    @EnumSource(names = {"POSTGRESQL_17", "MARIADB"})
    void sigtermEndsTheWaitForAnotherRun(Server server) {
        Target target = Target.fresh(server);
        Folder folder = slow(server, 30);
        Program first = EngineProgram.startMigrating(target, folder, Map.of());
        atWork(target, "2");
        Program second = EngineProgram.start(target, temporary, Map.of(), "-X", "migrate", folder.location());
        Await.until(
                "the second to wait",
                () -> second.err().contains("Current version of schema")
                        || second.err().contains("Database:"));
        second.terminate().end().expect(143);
        first.end().expect(0);
        assertThat(target.query("SELECT count(*) FROM flyway_schema_history")).containsExactly("3");
    }

    @ParameterizedTest(name = "all in one transaction: {0}")
    @ValueSource(booleans = {false, true})
    void aMigrationBehindALockIsRolledBackAndTriedAgain(boolean group) throws SQLException {
        Target target = Target.fresh(Server.POSTGRESQL_17);
        Folder folder = new Folder(temporary).product();
        EngineProgram.migrate(target, folder).expect(0);
        folder.file("V2__before.sql", "CREATE TABLE before_it (id INT);")
                .file("V3__sku.sql", "INSERT INTO before_it VALUES (1);", "ALTER TABLE product ADD COLUMN sku TEXT;");
        try (Connection somebody = target.begin("LOCK TABLE product IN ACCESS SHARE MODE")) {
            Program behind = EngineProgram.startMigrating(
                    target,
                    folder,
                    Map.of(
                            "WAVEGATE_LOCK_TIMEOUT",
                            "200ms",
                            "WAVEGATE_LOCK_RETRIES",
                            "100",
                            "WAVEGATE_LOCK_RETRY_PAUSE",
                            "100ms",
                            "FLYWAY_GROUP",
                            Boolean.toString(group)));
            Await.until("it to be tried again", () -> behind.err().contains("is tried again"));
            somebody.rollback();
            var result = behind.end().expect(0).result();
            assertThat(result.path("applied").intValue()).isEqualTo(2);
            assertThat(result.path("migrations").findValuesAsText("version")).containsExactly("2", "3");
        }
        assertThat(target.query("SELECT id FROM before_it")).containsExactly("1");
    }

    @Test
    void aLockThatIsNotGivenBackFailsTheMigrationWithoutATrace() throws SQLException {
        Target target = Target.fresh(Server.POSTGRESQL_17);
        Folder folder = new Folder(temporary).product();
        EngineProgram.migrate(target, folder).expect(0);
        folder.file("V2__sku.sql", "ALTER TABLE product ADD COLUMN sku TEXT;");
        try (Connection somebody = target.begin("LOCK TABLE product IN ACCESS SHARE MODE")) {
            var ran = EngineProgram.migrate(
                            target,
                            folder,
                            Map.of(
                                    "WAVEGATE_LOCK_TIMEOUT",
                                    "100ms",
                                    "WAVEGATE_LOCK_RETRIES",
                                    "2",
                                    "WAVEGATE_LOCK_RETRY_PAUSE",
                                    "10ms"))
                    .expect(1);
            assertThat(ran.result().path("error").path("code").textValue()).isEqualTo("SQLSTATE 55P03");
            assertThat(ran.err()).contains("tried again in 0 s (2 of 2)").doesNotContain("(3 of 2)");
            somebody.rollback();
        }
        assertThat(target.query("SELECT version FROM flyway_schema_history")).containsExactly("1");
    }

    @Test
    void tenSecondsAreTheTimeoutOnPostgreSqlUnlessSomebodyHasSetAnother() {
        Target target = Target.fresh(Server.POSTGRESQL_17);
        Folder folder = new Folder(temporary)
                .file(
                        "V1__seen.sql",
                        "CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement;")
                .file(
                        "V2__mine.sql",
                        "SET lock_timeout = '3s';",
                        "INSERT INTO seen VALUES (current_setting('lock_timeout'), '');")
                .file("V3__again.sql", "INSERT INTO seen VALUES (current_setting('lock_timeout'), '');")
                .file("V4__outside.sql", "INSERT INTO seen VALUES (current_setting('lock_timeout'), '');")
                .file("V4__outside.sql.conf", "executeInTransaction=false");
        EngineProgram.migrate(target, folder, Map.of("WAVEGATE_STATEMENT_TIMEOUT", "1h"))
                .expect(0);
        assertThat(target.query("SELECT lock, statement FROM seen"))
                .containsExactly("10s | 1h", "3s | ", "10s | ", "0 | ");
        Target theirs = Target.fresh(Server.POSTGRESQL_17);
        theirs.execute("ALTER DATABASE " + theirs.database() + " SET lock_timeout = '7s'");
        EngineProgram.migrate(theirs, folder).expect(0);
        assertThat(theirs.query("SELECT lock FROM seen LIMIT 1")).containsExactly("7s");
    }

    @Test
    void onMariaDbTheyAreSetWhereTheyAreAskedFor() {
        Target target = Target.fresh(Server.MARIADB);
        Folder folder = new Folder(temporary)
                .file(
                        "V1__seen.sql",
                        "CREATE TABLE seen AS SELECT @@lock_wait_timeout AS l, @@innodb_lock_wait_timeout AS i, @@max_statement_time AS s;");
        EngineProgram.migrate(
                        target, folder, Map.of("WAVEGATE_LOCK_TIMEOUT", "7s", "WAVEGATE_STATEMENT_TIMEOUT", "90s"))
                .expect(0);
        assertThat(target.query("SELECT l, i, round(s) FROM seen")).containsExactly("7 | 7 | 90");
    }

    @Test
    void anIndexIsBuiltConcurrentlyWhileOthersAreAtWorkForLongerThanALockIsWaitedFor() throws SQLException {
        Target target = Target.fresh(Server.POSTGRESQL_17);
        Folder folder = new Folder(temporary).product();
        EngineProgram.migrate(target, folder).expect(0);
        folder.file("V2__index.sql", "CREATE INDEX CONCURRENTLY product_name ON product (name);")
                .file("V2__index.sql.conf", "executeInTransaction=false");
        try (Connection somebody = target.begin("INSERT INTO product VALUES (9, 'somebody')")) {
            Program index = EngineProgram.startMigrating(
                    target,
                    folder,
                    Map.of("WAVEGATE_LOCK_TIMEOUT", "200ms", "FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK", "false"));
            Await.until(
                    "it to wait",
                    () -> !target.query(
                                    "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONC%' AND wait_event_type = 'Lock' AND now() - state_change > interval '500 ms'")
                            .isEmpty());
            somebody.commit();
            index.end().expect(0);
        }
        assertThat(target.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'product_name'::regclass"))
                .containsExactly("t");
    }

    /** Three migrations, of which the second sleeps between two rows. */
    private Folder slow(Server server, int seconds) {
        return new Folder(temporary)
                .product()
                .file(
                        "V2__slow.sql",
                        "INSERT INTO product VALUES (1, 'a');",
                        sleep(server, seconds) + ";",
                        "INSERT INTO product VALUES (2, 'b');")
                .file("V3__last.sql", "INSERT INTO product VALUES (3, 'c');");
    }

    private static String sleep(Server server, int seconds) {
        return server.isPostgreSql() ? "SELECT pg_sleep(" + seconds + ")" : "SELECT sleep(" + seconds + ")";
    }

    /** Waits until the server is at the statement that sleeps. */
    private static void atWork(Target target, String version) {
        Await.until(
                "version " + version,
                () -> !target.query(atWork(target.server(), target)).isEmpty());
    }

    private static String atWork(Server server, Target target) {
        return server.isPostgreSql()
                ? "SELECT 1 FROM pg_stat_activity WHERE datname = '" + target.database()
                        + "' AND state = 'active' AND query LIKE '%pg_sleep(%' AND pid <> pg_backend_pid()"
                : "SELECT 1 FROM information_schema.processlist WHERE db = '" + target.database()
                        + "' AND info LIKE '%sleep(%' AND id <> connection_id()";
    }
}
