package io.wavegate.flyway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.internal.jdbc.DriverDataSource;
import org.junit.jupiter.api.Test;

/** What is done after SIGTERM for a statement that outlasts the patience; that it helps is in {@link EngineInterruptionIT}. */
class ProgressTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    /** More would be no use: of the process' last seconds each is the rollback's. */
    @Test
    void aServerWithoutAConnectionToSpareIsAskedOnceForTheOneThatCancels() {
        var full = new Full(new SQLException("too many connections for shop:geheim", "53300"));
        cancel(full);
        assertThat(full.asked).isEqualTo(1);
        assertThat(said.toString(UTF_8))
                .isEqualToIgnoringNewLines(
                        "the statement at work could not be cancelled: too many connections for shop:***");
    }

    @Test
    void whatADriverThrowsElseIsSaidToo() {
        cancel(new Full(new FlywayException("Unable to connect to\njdbc:postgresql://shop:geheim@db/shop")));
        assertThat(said.toString(UTF_8))
                .isEqualToIgnoringNewLines(
                        "the statement at work could not be cancelled: Unable to connect to jdbc:postgresql://shop:***@db/shop");
    }

    private void cancel(Full full) {
        var out = new PrintStream(said, true, UTF_8);
        Stop stop = Stop.listen(Duration.ZERO);
        try {
            var patience = new Patience(Duration.ofMinutes(1), null, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO);
            var dataSource = new PatientDataSource(full, patience.connect(), stop, out, text -> text);
            new Progress(out, patience, stop, dataSource, text -> Secrets.masked(text, Map.of(), "geheim"))
                    .cancel("SELECT pg_cancel_backend(1)");
        } finally {
            stop.over(Exit.DONE);
        }
    }

    /** A server that gives nobody a connection. */
    private static final class Full extends DriverDataSource {
        private final Exception thrown;
        private int asked;

        private Full(Exception thrown) {
            super(Full.class.getClassLoader(), "org.postgresql.Driver", "jdbc:postgresql://db/shop", "shop", "geheim");
            this.thrown = thrown;
        }

        @Override
        public Connection getConnection() throws SQLException {
            asked++;
            if (thrown instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw (SQLException) thrown;
        }
    }
}
