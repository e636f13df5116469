package io.wavegate.flyway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
                "CREATE USER a PASSWORD $$x$y$$ SUPERUSER | CREATE USER a PASSWORD '***' SUPERUSER",
                "CREATE USER a PASSWORD $p$x$$y$p$ SUPERUSER | CREATE USER a PASSWORD '***' SUPERUSER",
                "dblink('postgresql://u:p%40@h/d?password=q') | dblink('postgresql://u:***@h/d?password=***')",
                "UPDATE users SET password_hint = 'cat' | UPDATE users SET password_hint = 'cat'",
                "INSERT INTO a VALUES ('password') | INSERT INTO a VALUES ('password')",
            })
    void aStatement(String statement, String printed) {
        assertThat(Secrets.masked(statement, Map.of())).isEqualTo(printed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "''", "\\'", "\\\\", "\"", "x''"})
    void aLongOne(String repeated) {
        String secret = repeated.repeat(100_000);
        assertThat(Secrets.masked("CREATE USER a PASSWORD '" + secret + "' SUPERUSER", Map.of()))
                .isEqualTo("CREATE USER a PASSWORD '***' SUPERUSER");
        assertThat(Secrets.masked("IDENTIFIED BY \"" + secret.replace('"', '.') + "\" x", Map.of()))
                .isEqualTo("IDENTIFIED BY '***' x");
        assertThat(Secrets.masked("PASSWORD $$" + secret + "$$ SUPERUSER", Map.of()))
                .isEqualTo("PASSWORD '***' SUPERUSER");
    }

    /** What has no end is no literal; one that is doubled at the end of the text is the end, and one more. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "the password 'of shop is old | the password 'of shop is old",
                "PASSWORD 'x\\' | PASSWORD 'x\\'",
                "PASSWORD 'x\\ | PASSWORD 'x\\",
                "PASSWORD 'it''s'' | PASSWORD '***''",
                "PASSWORD 'x''''' | PASSWORD '***'",
                "PASSWORD 'x'''' | PASSWORD '***''",
                "PASSWORD '' | PASSWORD '***'",
                "PASSWORD ''x | PASSWORD '***'x",
                "PASSWORD \"x\"\" | PASSWORD '***'\"",
                "PASSWORD $$x$ | PASSWORD $$x$",
            })
    void oneWithoutAnEnd(String text, String printed) {
        assertThat(Secrets.masked(text, Map.of())).isEqualTo(printed);
    }

    @Test
    void oneThatIsInEveryTextIsNotWorthHiding() {
        assertThat(Secrets.masked("a man, a plan", Map.of("token", "man"), "plan"))
                .isEqualTo("a man, a ***");
    }

    @Test
    void oneOfSeveralLinesInATextOfOne() {
        assertThat(Secrets.masked(
                        Failures.oneLine("not a number:\nBEGIN\nabc\nEND"), Map.of("private_key", "BEGIN\nabc\nEND\n")))
                .isEqualTo("not a number: ***");
    }

    @Test
    void thePlaceholdersThatAreSecretsAndTheDatabasesOwn() {
        assertThat(Secrets.masked(
                        "a geheim, a name, a hunter2", Map.of("db_password", "geheim", "who", "name"), "hunter2"))
                .isEqualTo("a ***, a name, a ***");
    }
}
