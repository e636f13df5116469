package io.wavegate.flyway;

import static io.wavegate.flyway.Folder.TABLE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** What is compared with the Flyway command line: {@code docs/engine.md} has a line for each. */
final class Cases {
    private Cases() {}

    static List<Case> all() {
        return List.of(
                Case.of("versioned migrations, folders below, versions with dots")
                        .step(
                                "migrate",
                                step -> step.file("V1__product.sql", TABLE)
                                        .file("V1.1__first product.sql", "INSERT INTO product VALUES (1, 'a');")
                                        .file(
                                                "later/V2_0_1__second.sql",
                                                "-- a comment",
                                                "INSERT INTO product VALUES (2, 'b');",
                                                "INSERT INTO product VALUES (3, 'it''s; c');"))
                        .step(
                                "migrate",
                                step -> step.file(
                                        "later/V10__tenth.sql", "ALTER TABLE product ADD COLUMN sku VARCHAR(20);"))
                        .step("validate")
                        .step("info"),
                Case.of("repeatable migrations, run again when they change")
                        .step(
                                "migrate",
                                step -> step.file("V1__product.sql", TABLE)
                                        .file(
                                                "R__names.sql",
                                                "CREATE OR REPLACE VIEW names AS SELECT name FROM product;"))
                        .step("migrate")
                        .step(
                                "migrate",
                                step -> step.file(
                                        "R__names.sql",
                                        "DROP VIEW names;",
                                        "CREATE VIEW names AS SELECT id, name FROM product;")),
                Case.of("a baseline migration into an empty database")
                        .step(
                                "migrate",
                                step -> step.file("V1__product.sql", TABLE)
                                        .file("V2__more.sql", "INSERT INTO product VALUES (1, 'a');")
                                        .file("B2__all.sql", TABLE, "INSERT INTO product VALUES (1, 'a');")
                                        .file("V3__later.sql", "INSERT INTO product VALUES (3, 'c');")),
                Case.of("baselineOnMigrate, and refused without")
                        .step(
                                "migrate",
                                step -> step.after("CREATE TABLE old (id INT)")
                                        .file("V1__old.sql", "CREATE TABLE old (id INT);")
                                        .file("V2__product.sql", TABLE))
                        .step(
                                "migrate",
                                step -> step.with("FLYWAY_BASELINE_ON_MIGRATE", "true")
                                        .with("FLYWAY_BASELINE_DESCRIPTION", "what was there")),
                Case.of("baseline, then migrate")
                        .step(
                                "baseline",
                                step -> step.with("FLYWAY_BASELINE_VERSION", "7")
                                        .after("CREATE TABLE old (id INT)")
                                        .file("V7__old.sql", "CREATE TABLE old (id INT);")
                                        .file("V8__product.sql", TABLE))
                        .step("migrate")
                        .step("baseline"),
                Case.of("out of order")
                        .step(
                                "migrate",
                                step -> step.file("V1__product.sql", TABLE)
                                        .file("V3__c.sql", "INSERT INTO product VALUES (3, 'c');"))
                        .step("migrate", step -> step.file("V2__b.sql", "INSERT INTO product VALUES (2, 'b');"))
                        .step("migrate", step -> step.with("FLYWAY_OUT_OF_ORDER", "true")),
                Case.of("placeholders")
                        .step(
                                "migrate",
                                step -> step.with("FLYWAY_PLACEHOLDERS_COLUMN", "sku")
                                        .file(
                                                "V1__product.sql",
                                                TABLE,
                                                "ALTER TABLE product ADD COLUMN ${column} VARCHAR(${length});")
                                        .with("FLYWAY_PLACEHOLDERS_LENGTH", "12")
                                        .file(
                                                "R__user.sql",
                                                "INSERT INTO product (id, name) VALUES (1, '${flyway:user} ${flyway:table} ${flyway:filename}');")),
                Case.of("a placeholder that nobody has set")
                        .step(
                                "migrate",
                                step -> step.file(
                                        "V1__product.sql", TABLE, "INSERT INTO product VALUES (1, '${nobody}');")),
                Case.of("placeholders of other marks, and none")
                        .step(
                                "migrate",
                                step -> step.with("FLYWAY_PLACEHOLDER_PREFIX", "@@")
                                        .with("FLYWAY_PLACEHOLDER_SUFFIX", "@@")
                                        .with("FLYWAY_PLACEHOLDERS_WHO", "me")
                                        .file(
                                                "V1__product.sql",
                                                TABLE,
                                                "INSERT INTO product VALUES (1, '@@who@@ ${not}');")
                                        .file("V2__none.sql", "INSERT INTO product VALUES (2, '@@who@@');")
                                        .file("V2__none.sql.conf", "placeholderReplacement=false")),
                Case.of("callbacks")
                        .step(
                                "migrate",
                                step -> step.file(
                                                "beforeMigrate.sql",
                                                "CREATE TABLE IF NOT EXISTS steps (what VARCHAR(100));",
                                                "INSERT INTO steps VALUES ('before');")
                                        .file("beforeEachMigrate.sql", "INSERT INTO steps VALUES ('before each');")
                                        .file("afterEachMigrate__note.sql", "INSERT INTO steps VALUES ('after each');")
                                        .file("afterMigrate.sql", "INSERT INTO steps VALUES ('after');")
                                        .file("afterMigrateApplied.sql", "INSERT INTO steps VALUES ('after applied');")
                                        .with("FLYWAY_BASELINE_ON_MIGRATE", "true")
                                        .with("FLYWAY_BASELINE_VERSION", "0")
                                        .file("V1__product.sql", TABLE)
                                        .file("V2__one.sql", "INSERT INTO product VALUES (1, 'a');"))
                        .step("migrate"),
                Case.of("several locations")
                        .step(
                                "migrate",
                                step -> step.with("FLYWAY_LOCATIONS", "filesystem:common,filesystem:own")
                                        .file("common/V1__product.sql", TABLE)
                                        .file("own/V2__own.sql", "INSERT INTO product VALUES (1, 'a');")
                                        .file("elsewhere/V3__not.sql", "nonsense;")),
                Case.of("locations with a wildcard")
                        .step(
                                "migrate",
                                step -> step.with("FLYWAY_LOCATIONS", "filesystem:modules/*/sql")
                                        .file("modules/a/sql/V1__product.sql", TABLE)
                                        .file("modules/b/sql/V2__b.sql", "INSERT INTO product VALUES (1, 'a');")
                                        .file("modules/b/other/V3__not.sql", "nonsense;")),
                Case.of("the same version twice")
                        .step(
                                "migrate",
                                step -> step.file("V1__product.sql", TABLE).file("a/V1__again.sql", "SELECT 1;")),
                Case.of("another history table, another installer")
                        .history("migrations")
                        .step(
                                "migrate",
                                step -> step.with("FLYWAY_TABLE", "migrations")
                                        .with("FLYWAY_INSTALLED_BY", "the pipeline")
                                        .file("V1__product.sql", TABLE)),
                Case.of("a target")
                        .step(
                                "migrate",
                                step -> step.with("FLYWAY_TARGET", "2")
                                        .file("V1__product.sql", TABLE)
                                        .file("V2__a.sql", "INSERT INTO product VALUES (1, 'a');")
                                        .file("V3__b.sql", "INSERT INTO product VALUES (2, 'b');"))
                        .step("migrate", step -> step.with("FLYWAY_TARGET", "latest")),
                Case.of("a migration that fails, then repaired")
                        .step(
                                "migrate",
                                step -> step.file("V1__product.sql", TABLE)
                                        .file(
                                                "V2__bad.sql",
                                                "INSERT INTO product VALUES (1, 'a');",
                                                "INSERT INTO nowhere VALUES (1);",
                                                "INSERT INTO product VALUES (2, 'b');"))
                        .step("migrate")
                        .step("repair")
                        .step("migrate", step -> step.file("V2__bad.sql", "INSERT INTO product VALUES (3, 'c');")),
                Case.of("a file that was changed afterwards, then repaired")
                        .step(
                                "migrate",
                                step -> step.file("V1__product.sql", TABLE)
                                        .file("V2__a.sql", "INSERT INTO product VALUES (1, 'a');"))
                        .step("validate", step -> step.file("V2__a.sql", "INSERT INTO product VALUES (1, 'b');"))
                        .step("migrate")
                        .step("repair")
                        .step("migrate"),
                Case.of("a file that is gone")
                        .step(
                                "migrate",
                                step -> step.file("V1__product.sql", TABLE)
                                        .file("V2__a.sql", "INSERT INTO product VALUES (1, 'a');"))
                        .step("validate", step -> step.without("V1__product.sql"))
                        .step("validate", step -> step.with("FLYWAY_IGNORE_MIGRATION_PATTERNS", "*:missing"))
                        .step("repair"),
                Case.of("all in one transaction")
                        .step(
                                "migrate",
                                step -> step.with("FLYWAY_GROUP", "true")
                                        .file("V1__product.sql", TABLE)
                                        .file("V2__a.sql", "INSERT INTO product VALUES (1, 'a');")
                                        .file("V3__bad.sql", "INSERT INTO nowhere VALUES (1);"))
                        .step("repair")
                        .step("migrate", step -> step.file("V3__bad.sql", "INSERT INTO product VALUES (3, 'c');")),
                Case.of("other names of files")
                        .step(
                                "migrate",
                                step -> step.with("FLYWAY_SQL_MIGRATION_PREFIX", "M")
                                        .with("FLYWAY_SQL_MIGRATION_SEPARATOR", "-")
                                        .with("FLYWAY_SQL_MIGRATION_SUFFIXES", ".ddl,.dml")
                                        .with("FLYWAY_REPEATABLE_SQL_MIGRATION_PREFIX", "AGAIN")
                                        .file("M1-product.ddl", TABLE)
                                        .file("M2-a.dml", "INSERT INTO product VALUES (1, 'a');")
                                        .file("AGAIN-names.ddl", "CREATE VIEW names AS SELECT name FROM product;")
                                        .file("V3__not.sql", "nonsense;")),
                Case.of("a name that is none, where names are checked")
                        .step(
                                "migrate",
                                step -> step.with("FLYWAY_VALIDATE_MIGRATION_NAMING", "true")
                                        .file("V1__product.sql", TABLE)
                                        .file("V2_a.sql", "SELECT 1;")),
                Case.of("line ends, a byte order mark, another encoding")
                        .step(
                                "migrate",
                                step -> step.file(
                                                "V1__product.sql",
                                                ("\uFEFF" + TABLE + "\r\nINSERT INTO product VALUES (1, 'ä');\r\n")
                                                        .getBytes(UTF_8))
                                        .file(
                                                "V2__latin.sql",
                                                "INSERT INTO product VALUES (2, 'ü');\n".getBytes(ISO_8859_1))
                                        .file("V2__latin.sql.conf", "encoding=ISO-8859-1")
                                        .file("V3__no_end.sql", "INSERT INTO product VALUES (3, 'c')".getBytes(UTF_8))),
                Case.of("undo migrations, files of other kinds, an empty folder below")
                        .step(
                                "migrate",
                                step -> step.file("V1__product.sql", TABLE)
                                        .file("U1__product.sql", "DROP TABLE product;")
                                        .file("README.md", "nothing")
                                        .file("notes.sql", "nonsense;")
                                        .file(".hidden/V9__not.sql", "nonsense;")),
                Case.of("no migrations at all").step("migrate", step -> step.file("README.md", "nothing")),
                Case.of("skipExecutingMigrations")
                        .step(
                                "migrate",
                                step -> step.with("FLYWAY_SKIP_EXECUTING_MIGRATIONS", "true")
                                        .file("V1__product.sql", TABLE)),
                Case.of("initSql")
                        .step(
                                "migrate",
                                step -> step.with("FLYWAY_INIT_SQL", "CREATE TABLE IF NOT EXISTS first_of_all (id INT)")
                                        .with("FLYWAY_BASELINE_ON_MIGRATE", "true")
                                        .with("FLYWAY_BASELINE_VERSION", "0")
                                        .file("V1__product.sql", TABLE)),
                Case.of("flyway.conf in the working directory")
                        .step(
                                "migrate",
                                step -> step.file(
                                                "flyway.conf",
                                                "flyway.placeholders.who=conf",
                                                "flyway.outOfOrder=true",
                                                "flyway.table=flyway_schema_history")
                                        .file("sql/V1__product.sql", TABLE, "INSERT INTO product VALUES (1, '${who}');")
                                        .with("FLYWAY_LOCATIONS", "filesystem:sql")),
                Case.of("flyway.toml in the working directory")
                        .step(
                                "migrate",
                                step -> step.file(
                                                "flyway.toml",
                                                "[flyway]",
                                                "locations = [\"filesystem:sql\"]",
                                                "mixed = true",
                                                "[flyway.placeholders]",
                                                "who = \"toml\"")
                                        .file("sql/V1__product.sql", TABLE, "INSERT INTO product VALUES (1, '${who}');")
                                        .with("FLYWAY_LOCATIONS", "")),
                Case.of("schemas that are created")
                        .onPostgreSql()
                        .history("shop.flyway_schema_history")
                        .step(
                                "migrate",
                                step -> step.with("FLYWAY_SCHEMAS", "shop,stock")
                                        .file("V1__product.sql", TABLE, "CREATE TABLE stock.item (id INT);")
                                        .file("V2__path.sql", "INSERT INTO product VALUES (1, 'a');")),
                Case.of("another default schema")
                        .onPostgreSql()
                        .history("other.flyway_schema_history")
                        .step(
                                "migrate",
                                step -> step.with("FLYWAY_DEFAULT_SCHEMA", "other")
                                        .file("V1__product.sql", TABLE)),
                Case.of("outside a transaction: CREATE INDEX CONCURRENTLY")
                        .onPostgreSql()
                        .step(
                                "migrate",
                                step -> step.with("FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK", "false")
                                        .file("V1__product.sql", TABLE)
                                        .file(
                                                "V2__index.sql",
                                                "CREATE INDEX CONCURRENTLY product_name ON product (name);")
                                        .file("V2__index.sql.conf", "executeInTransaction=false")
                                        .file("V3__a.sql", "INSERT INTO product VALUES (1, 'a');")),
                Case.of("outside a transaction, and failing")
                        .onPostgreSql()
                        .step(
                                "migrate",
                                step -> step.with("FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK", "false")
                                        .file("V1__product.sql", TABLE)
                                        .file(
                                                "V2__index.sql",
                                                "INSERT INTO product VALUES (1, 'a');",
                                                "CREATE INDEX CONCURRENTLY product_nothing ON product (nothing);")
                                        .file("V2__index.sql.conf", "executeInTransaction=false"))
                        .step("migrate")
                        .step("repair")
                        .step(
                                "migrate",
                                step -> step.file(
                                        "V2__index.sql", "CREATE INDEX CONCURRENTLY product_name ON product (name);")),
                Case.of("both in one script, which Flyway allows with mixed")
                        .onPostgreSql()
                        .step(
                                "migrate",
                                step -> step.file("V1__product.sql", TABLE)
                                        .file(
                                                "V2__both.sql",
                                                "INSERT INTO product VALUES (1, 'a');",
                                                "VACUUM product;"))
                        .step("migrate", step -> step.with("FLYWAY_MIXED", "true")),
                Case.of("PostgreSQL's own: dollar quotes, DO, COPY, comments")
                        .onPostgreSql()
                        .step(
                                "migrate",
                                step -> step.file("V1__product.sql", TABLE)
                                        .file(
                                                "V2__function.sql",
                                                "CREATE FUNCTION twice(n INT) RETURNS INT AS $body$",
                                                "BEGIN",
                                                "  RETURN n * 2; -- one; two",
                                                "END;",
                                                "$body$ LANGUAGE plpgsql;",
                                                "DO $$ BEGIN PERFORM twice(2); END $$;")
                                        .file(
                                                "V3__copy.sql",
                                                "COPY product (id, name) FROM STDIN;",
                                                "1\tone; and",
                                                "2\ttwo",
                                                "\\.",
                                                "/* a",
                                                "   comment; */",
                                                "INSERT INTO product VALUES (3, E'it\\'s');")),
                Case.of("MariaDB's own: delimiters, comments, quotes")
                        .on(Server.MARIADB)
                        .step(
                                "migrate",
                                step -> step.file("V1__product.sql", TABLE)
                                        .file(
                                                "V2__procedure.sql",
                                                "DELIMITER //",
                                                "CREATE PROCEDURE fill()",
                                                "BEGIN",
                                                "  INSERT INTO product VALUES (1, 'one');",
                                                "  INSERT INTO product VALUES (2, \"two; and\");",
                                                "END //",
                                                "DELIMITER ;",
                                                "CALL fill();",
                                                "# a comment; of another kind",
                                                "/*! INSERT INTO product VALUES (3, 'it\\'s') */;")));
    }
}
