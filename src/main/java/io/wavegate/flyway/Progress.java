package io.wavegate.flyway;

import io.wavegate.api.MigrationResult;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.jspecify.annotations.Nullable;

/** Goes along with each migration: says what is at work, sets its timeouts, and is the place where SIGTERM stops it. */
final class Progress implements Callback {
    private static final Set<Event> EVENTS = EnumSet.of(
            Event.BEFORE_EACH_MIGRATE,
            Event.BEFORE_EACH_MIGRATE_STATEMENT,
            Event.AFTER_EACH_MIGRATE,
            Event.AFTER_EACH_MIGRATE_ERROR);

    private final PrintStream out;
    private final Patience patience;
    private final Stop stop;
    private final PatientDataSource dataSource;
    private final UnaryOperator<String> masked;
    private final List<MigrationResult.Migration> applied = new ArrayList<>();
    private long began;
    private boolean statementBegun;
    /** PostgreSQL's {@code lock_timeout} as the user, the role or the database has set it; null where nobody has looked. */
    private @Nullable Boolean lockTimeoutIsTheirs;

    Progress(
            PrintStream out, Patience patience, Stop stop, PatientDataSource dataSource, UnaryOperator<String> masked) {
        this.out = out;
        this.patience = patience;
        this.stop = stop;
        this.dataSource = dataSource;
        this.masked = masked;
    }

    /** What was applied, in its order; after a failure some of it may be rolled back. */
    List<MigrationResult.Migration> applied() {
        return applied;
    }

    @Override
    public boolean supports(Event event, Context context) {
        return EVENTS.contains(event);
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return true;
    }

    /** Before every other: callbacks go by name, and a script of the user's may set other timeouts. */
    @Override
    public String getCallbackName() {
        return "";
    }

    @Override
    public void handle(Event event, Context context) {
        switch (event) {
            case BEFORE_EACH_MIGRATE -> begin(context);
            case BEFORE_EACH_MIGRATE_STATEMENT -> goOn(context);
            case AFTER_EACH_MIGRATE -> end(context.getMigrationInfo());
            default -> stop.idle();
        }
    }

    private void begin(Context context) {
        MigrationInfo migration = context.getMigrationInfo();
        statementBegun = false;
        stopHere(context);
        try {
            Connection connection = context.getConnection();
            Database database = Database.of(connection);
            setTimeouts(connection, database, migration);
            stop.working(cancel(connection, database));
        } catch (SQLException e) {
            throw new FlywayException("The timeouts could not be set: " + e.getMessage(), e);
        }
        out.printf("applying %s%n", name(migration));
        began = System.nanoTime();
    }

    private void goOn(Context context) {
        stopHere(context);
        statementBegun = true;
    }

    private void stopHere(Context context) {
        if (!stop.hasCome()) {
            return;
        }
        stop.idle();
        MigrationInfo migration = context.getMigrationInfo();
        String where = statementBegun ? "stopped between two statements of " : "stopped before the first statement of ";
        try {
            if (!statementBegun
                    && !context.getConfiguration().isGroup()
                    && Database.of(context.getConnection()) != Database.POSTGRESQL) {
                throw new Stop.NotBegun(where + migration.getScript());
            }
        } catch (SQLException e) {
            // Then the exception below has to do.
        }
        throw new Stop.Stopped(where + migration.getScript());
    }

    private void end(MigrationInfo migration) {
        stop.idle();
        long milliseconds = Duration.ofNanos(System.nanoTime() - began).toMillis();
        applied.add(new MigrationResult.Migration(
                migration.getVersion() == null ? null : migration.getVersion().getVersion(),
                migration.getDescription(),
                migration.getScript(),
                milliseconds));
        out.printf("applied %s in %d ms%n", name(migration), milliseconds);
    }

    private static String name(MigrationInfo migration) {
        return migration.getVersion() == null
                ? migration.getScript()
                : migration.getVersion() + " (" + migration.getScript() + ")";
    }

    /** For this migration: an earlier one may have set others. */
    private void setTimeouts(Connection connection, Database database, MigrationInfo migration) throws SQLException {
        switch (database) {
            case POSTGRESQL -> {
                boolean tried = canBeTriedAgain(migration);
                if (patience.lock() != null || !lockTimeoutIsTheirs(connection)) {
                    execute(connection, "SET lock_timeout = " + (tried ? lockTimeout() : 0));
                }
                if (!patience.statement().isZero()) {
                    execute(
                            connection,
                            "SET statement_timeout = " + patience.statement().toMillis());
                }
            }
            case MARIADB -> {
                lockWaitTimeout(connection);
                if (!patience.statement().isZero()) {
                    execute(
                            connection,
                            "SET SESSION max_statement_time = "
                                    + patience.statement().toMillis() / 1000.0);
                }
            }
            case MYSQL -> {
                lockWaitTimeout(connection);
                if (!patience.statement().isZero()) {
                    throw new FlywayException(
                            "statementTimeout: MySQL has none for the statements of a migration (max_execution_time is for"
                                    + " SELECT alone). Leave it out.");
                }
            }
        }
    }

    /**
     * One outside a transaction stays half done where it fails, and what such ones are for, CREATE INDEX CONCURRENTLY, waits for other
     * transactions on purpose, and keeps nobody waiting behind it.
     */
    private static boolean canBeTriedAgain(MigrationInfo migration) {
        return ((org.flywaydb.core.internal.info.MigrationInfoImpl) migration)
                .getResolvedMigration()
                .getExecutor()
                .canExecuteInTransaction();
    }

    private long lockTimeout() {
        return (patience.lock() == null ? Patience.LOCK : patience.lock()).toMillis();
    }

    private boolean lockTimeoutIsTheirs(Connection connection) throws SQLException {
        if (lockTimeoutIsTheirs == null) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT current_setting('lock_timeout')")) {
                lockTimeoutIsTheirs = row.next() && !row.getString(1).equals("0");
            }
        }
        return lockTimeoutIsTheirs;
    }

    /** In whole seconds, one at least. */
    private void lockWaitTimeout(Connection connection) throws SQLException {
        if (patience.lock() != null && !patience.lock().isZero()) {
            long seconds = Math.max(1, patience.lock().toSeconds());
            execute(connection, "SET SESSION lock_wait_timeout = " + seconds);
            execute(connection, "SET SESSION innodb_lock_wait_timeout = " + seconds);
        }
    }

    /** How the statement at work is ended in the database: by another connection, as each of them wants it. */
    private Runnable cancel(Connection connection, Database database) throws SQLException {
        String query = database == Database.POSTGRESQL ? "SELECT pg_backend_pid()" : "SELECT CONNECTION_ID()";
        long id;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            id = row.getLong(1);
        }
        String cancel = database == Database.POSTGRESQL ? "SELECT pg_cancel_backend(%d)" : "KILL QUERY %d";
        return () -> cancel(cancel.formatted(id));
    }

    /** In the thread of the process' end, which still has to wait for the rollback: nothing that is thrown may end it. */
    void cancel(String sql) {
        try (Connection other = dataSource.once()) {
            execute(other, sql);
        } catch (SQLException | RuntimeException e) {
            out.printf(
                    "the statement at work could not be cancelled: %s%n",
                    masked.apply(Failures.oneLine(e.getMessage())));
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
