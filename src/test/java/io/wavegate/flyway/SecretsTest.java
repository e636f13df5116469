package io.wavegate.flyway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is printed has no passwords. */
class SecretsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "CREATE USER a PASSWORD 'x y' SUPERUSER | CREATE USER a PASSWORD '***' SUPERUSER",
                "ALTER ROLE a WITH ENCRYPTED PASSWORD E'it\\'s' | ALTER ROLE a WITH ENCRYPTED PASSWORD E'***'",
                "CREATE USER a IDENTIFIED BY 'it''s' | CREATE USER a IDENTIFIED BY '***'",
                "CREATE USER a IDENTIFIED WITH caching_sha2_password BY \"x\" | CREATE USER a IDENTIFIED WITH caching_sha2_password BY '***'",
                "CREATE USER a IDENTIFIED VIA ed25519 USING PASSWORD('x') | CREATE USER a IDENTIFIED VIA ed25519 USING PASSWORD('***')",
                "SET PASSWORD = 'x' | SET PASSWORD = '***'",
                "dblink('postgresql://u:p%40@h/d?password=q') | dblink('postgresql://u:***@h/d?password=***')",
                "UPDATE users SET password_hint = 'cat' | UPDATE users SET password_hint = 'cat'",
                "INSERT INTO a VALUES ('password') | INSERT INTO a VALUES ('password')",
            })
    void aStatement(String statement, String printed) {
        assertThat(Secrets.masked(statement, Map.of())).isEqualTo(printed);
    }

    @Test
    void oneThatIsInEveryTextIsNotWorthHiding() {
        assertThat(Secrets.masked("a man, a plan", Map.of("token", "man"), "plan"))
                .isEqualTo("a man, a ***");
    }

    @Test
    void thePlaceholdersThatAreSecretsAndTheDatabasesOwn() {
        assertThat(Secrets.masked(
                        "a geheim, a name, a hunter2", Map.of("db_password", "geheim", "who", "name"), "hunter2"))
                .isEqualTo("a ***, a name, a ***");
    }
}
