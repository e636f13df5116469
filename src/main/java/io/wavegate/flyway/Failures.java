package io.wavegate.flyway;

import io.wavegate.api.Line;
import io.wavegate.api.MigrationResult;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.util.function.UnaryOperator;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.flywaydb.core.internal.exception.sqlExceptions.FlywaySqlUnableToConnectToDbException;
import org.flywaydb.core.internal.sqlscript.FlywaySqlScriptException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What an exception says to the person who has to mend it. */
final class Failures {
    private Failures() {}

    /** Why it failed: the database's own message where there is one, and the place in the file. */
    static MigrationResult.Failure of(Throwable thrown, UnaryOperator<String> masked) {
        FlywaySqlScriptException script = find(thrown, FlywaySqlScriptException.class);
        FlywayMigrateException migration = find(thrown, FlywayMigrateException.class);
        SQLException sql = find(thrown, SQLException.class);
        Stop.Stopped stopped = find(thrown, Stop.Stopped.class);
        String message = stopped != null ? stopped.getMessage() : sql != null ? said(sql) : own(thrown);
        if (sql != null && script == null && !connecting(thrown)) {
            // Outside a file, as at the end of a transaction or for a lock: what Flyway was at.
            message = firstLine(thrown.getMessage()) + ": " + said(sql);
        }
        return new MigrationResult.Failure(
                masked.apply(message == null ? unforeseen(thrown) : oneLine(message)),
                sql == null ? null : code(sql),
                script != null && script.getResource() != null
                        ? script.getResource().getRelativePath()
                        : migration == null || migration.getMigration() == null
                                ? null
                                : migration.getMigration().getScript(),
                script == null || script.getLineNumber() < 0 ? null : script.getLineNumber(),
                script == null || script.getStatement().isEmpty()
                        ? null
                        : masked.apply(script.getStatement().strip()));
    }

    /** In its own words where it was meant to be read: Flyway's and ours; another's, as {@code begin 0, end -1}, says nothing by itself. */
    private static @Nullable String own(Throwable thrown) {
        return thrown instanceof FlywayException || thrown instanceof Stop.NotBegun
                ? thrown.getMessage()
                : unforeseen(thrown);
    }

    /** What nobody has thought of, with its kind. */
    static String unforeseen(Throwable thrown) {
        String message = oneLine(thrown.getMessage());
        return thrown.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message);
    }

    /** Where it comes from. */
    static String trace(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    /** Whether there was no connection to begin with. */
    static boolean connecting(Throwable thrown) {
        return find(thrown, FlywaySqlUnableToConnectToDbException.class) != null;
    }

    /**
     * Whether a migration waited for a lock for too long and was rolled back (lock_not_available, and deadlock_detected, which has a victim that
     * did nothing wrong): it can be tried again. Only PostgreSQL rolls back what a migration has done.
     */
    static boolean lockTimedOut(Throwable thrown) {
        SQLException sql = find(thrown, SQLException.class);
        FlywayMigrateException migration = find(thrown, FlywayMigrateException.class);
        return sql != null
                && migration != null
                && migration.isExecutableInTransaction()
                && ("55P03".equals(sql.getSQLState()) || "40P01".equals(sql.getSQLState()));
    }

    /** The schema's version before the first of the migrations of which one failed; null where it had none, or where none was begun. */
    static @Nullable String versionBefore(Throwable thrown) {
        FlywayMigrateException migration = find(thrown, FlywayMigrateException.class);
        return migration == null ? null : migration.getErrorResult().initialSchemaVersion;
    }

    /** In PostgreSQL's own words, without the place in its source code that its driver adds. */
    private static @Nullable String said(SQLException sql) {
        ServerErrorMessage server = sql instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
        if (server == null) {
            return sql.getMessage();
        }
        var text = new StringBuilder(server.getSeverity() + ": " + server.getMessage());
        if (server.getDetail() != null) {
            text.append(" Detail: ").append(server.getDetail());
        }
        if (server.getHint() != null) {
            text.append(" Hint: ").append(server.getHint());
        }
        return text.toString();
    }

    private static @Nullable String code(SQLException sql) {
        String state = sql.getSQLState();
        int number = sql.getErrorCode();
        if (state == null || state.isEmpty()) {
            return number == 0 ? null : "error " + number;
        }
        return number == 0 ? "SQLSTATE " + state : "SQLSTATE " + state + ", error " + number;
    }

    static <T> @Nullable T find(Throwable thrown, Class<T> type) {
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth < 20; cause = cause.getCause(), depth++) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }

    /** A text of several lines in one. */
    static String oneLine(@Nullable String text) {
        return text == null ? "" : Line.of(text);
    }

    private static String firstLine(@Nullable String text) {
        return text == null ? "" : text.lines().findFirst().orElse("").strip();
    }
}
