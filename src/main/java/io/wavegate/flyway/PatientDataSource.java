package io.wavegate.flyway;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Waits for a database that is not there yet: a Service without an address, a server that starts, one that has no connection to spare. */
final class PatientDataSource implements DataSource {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    /** cannot_connect_now (the server starts or stops), too_many_connections. */
    private static final Set<String> NOT_NOW = Set.of("57P03", "53300");
    /** ER_CON_COUNT_ERROR, ER_TOO_MANY_USER_CONNECTIONS. */
    private static final Set<Integer> TOO_MANY = Set.of(1040, 1203);

    private final DataSource inner;
    private final Duration patience;
    private final Stop stop;
    private final PrintStream progress;
    private final UnaryOperator<String> masked;
    private @Nullable String product;

    PatientDataSource(
            DataSource inner, Duration patience, Stop stop, PrintStream progress, UnaryOperator<String> masked) {
        this.inner = inner;
        this.patience = patience;
        this.stop = stop;
        this.progress = progress;
        this.masked = masked;
    }

    /** The database's name and version, once there was a connection. */
    @Nullable String product() {
        return product;
    }

    @Override
    public Connection getConnection() throws SQLException {
        long end = System.nanoTime() + patience.toNanos();
        String said = "";
        for (Duration pause = FIRST_PAUSE; ; pause = longer(pause)) {
            try {
                return known(once());
            } catch (SQLException e) {
                Duration left = Duration.ofNanos(end - System.nanoTime());
                if (!passes(e) || left.isNegative() || left.isZero()) {
                    throw e;
                }
                String why = masked.apply(Failures.oneLine(e.getMessage()));
                if (!why.equals(said)) {
                    progress.printf("waiting for the database, %d s at most: %s%n", patience.toSeconds(), why);
                    said = why;
                }
                if (stop.within(pause.compareTo(left) < 0 ? pause : left)) {
                    throw new Stop.Stopped("stopped while it waited for the database");
                }
            }
        }
    }

    /** Without patience, also where SIGTERM has come: for what has to be done then, or not at all. */
    Connection once() throws SQLException {
        return inner.getConnection();
    }

    private Connection known(Connection connection) throws SQLException {
        watchForOurEnd(connection);
        if (product == null) {
            DatabaseMetaData metadata = connection.getMetaData();
            String version = metadata.getDatabaseProductVersion();
            product = metadata.getDatabaseProductName() + " "
                    + (version.contains(" ") ? version.substring(0, version.indexOf(' ')) : version);
        }
        return connection;
    }

    /**
     * A statement goes on in PostgreSQL when its client was killed, with all its locks, until it ends by itself; so does Flyway's own lock. With
     * this the server looks every few seconds whether anybody is there. Since PostgreSQL 14, and not on every system; where it can not be
     * had, nothing is lost.
     */
    private static void watchForOurEnd(Connection connection) throws SQLException {
        if (Database.of(connection) != Database.POSTGRESQL
                || connection.getMetaData().getDatabaseMajorVersion() < 14) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET client_connection_check_interval = '5s'");
        } catch (SQLException e) {
            // Outside a transaction, so that the connection is as good as before.
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    /** Whether it may be over soon. SQLSTATE class 08 is a connection that failed; 08P01, a protocol that is another, stays as it is. */
    static boolean passes(SQLException e) {
        String state = e.getSQLState();
        return TOO_MANY.contains(e.getErrorCode())
                || (state != null
                        && (NOT_NOW.contains(state)
                                || (state.startsWith("08") && !state.equals("08P01") && !state.equals("08004"))));
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("one user only");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("none");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLFeatureNotSupportedException("wraps nothing that is to be had");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
