package io.wavegate.flyway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a command line is read; what is refused of one, and how, is in {@link EngineReportIT}. */
class CommandLineTest {
    @Test
    void flywaysOwnSpellingAndTheUsualOne() {
        CommandLine line = CommandLine.of(List.of(
                "-outOfOrder=true",
                "migrate",
                "--lock-retry-count=-1",
                "--mixed",
                "-flyway.table=t",
                "-placeholders.my-name=a=b",
                "-flyway.placeholders.your-name=c"));
        assertThat(line.verb()).isEqualTo(Verb.MIGRATE);
        assertThat(line.flags())
                .isEqualTo(Map.of(
                        "outOfOrder",
                        "true",
                        "lockRetryCount",
                        "-1",
                        "mixed",
                        "true",
                        "table",
                        "t",
                        "placeholders.my-name",
                        "a=b",
                        "placeholders.your-name",
                        "c"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            deploy                                            | deploy: no such command; there are migrate, validate, info, repair, baseline.
            migrate info                                      | migrate and info: one command at a time.
            --out-of-order                                    | No command: there are migrate, validate, info, repair, baseline.
            migrate --                                        | --: a flag is -name=value.
            migrate -flyway.=x                                | -flyway.=x: a flag is -name=value.
            migrate -table=a --table=b                        | -table is given twice.
            migrate -user=shop                                | FLYWAY_USER in the environment, from a Secret, or name a mounted file: -userFile=/path.
            migrate -password                                 | or name a mounted file: -passwordFile=/path.
            migrate -token=x                                  | FLYWAY_TOKEN in the environment, from a Secret, or name a mounted file: -passwordFile=/path.
            migrate -jdbcProperties.trustStorePassword=x      | -jdbcProperties.trustStorePassword: a command line is seen by everybody
            migrate -environments.shop.jdbcProperties.sslpassword=x | -environments.shop.jdbcProperties.sslpassword: a command line is seen by everybody
            migrate -environments.shop.password=x             | -environments.shop.password: a command line is seen by everybody
            migrate -placeholders.db_password=x               | -placeholders.db_password: a command line is seen by everybody
            migrate -placeholders.db_password=x               | Set FLYWAY_PLACEHOLDERS_DB_PASSWORD in the environment, from a Secret.
            migrate --placeholders.apiKey=x                   | Set FLYWAY_PLACEHOLDERS_APIKEY in the environment, from a Secret.
            migrate -url=jdbc:postgresql://shop:x@db/shop     | -url: this address has a password in it
            migrate -environments.shop.url=jdbc:mysql://db/shop?password=x | -environments.shop.url: this address has a password in it
            """)
    void whatIsRefused(String typed, String said) {
        assertThatThrownBy(() -> CommandLine.of(List.of(typed.split(" ", -1))))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(said);
    }

    @Test
    void whatOnlyLooksLikeACredential() {
        CommandLine line = CommandLine.of(List.of(
                "info",
                "-jdbcProperties.ApplicationName=shop",
                "-placeholders.user=shop",
                "-environments.shop.schemas=shop",
                "-url=jdbc:postgresql://db/shop?user=shop",
                "-callbackLocations=//a:b@c",
                "--lock--retry-count=3"));
        assertThat(line.flag("jdbcProperties.ApplicationName")).isEqualTo("shop");
        assertThat(line.flag("placeholders.user")).isEqualTo("shop");
        assertThat(line.flag("environments.shop.schemas")).isEqualTo("shop");
        assertThat(line.flag("url")).isEqualTo("jdbc:postgresql://db/shop?user=shop");
        assertThat(line.flag("callbackLocations")).isEqualTo("//a:b@c");
        assertThat(line.flag("lockRetryCount")).isEqualTo("3");
        assertThat(line.flag("table")).isNull();
    }

    @Test
    void theVariableThatIsNamedInstead() {
        assertThat(CommandLine.environmentName("sqlMigrationPrefix")).isEqualTo("FLYWAY_SQL_MIGRATION_PREFIX");
        assertThatThrownBy(() -> CommandLine.of(List.of("migrate", "--flyway.password=x")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("FLYWAY_PASSWORD");
    }
}
