package io.wavegate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;

/** The servers that the engine speaks with. */
enum Database {
    /** Rolls back what a migration has done when it fails. */
    POSTGRESQL,
    /** Commits each statement that changes a table. */
    MYSQL,
    /** As MySQL, and by either's driver. */
    MARIADB;

    /** The server at the other end. */
    static Database of(Connection connection) throws SQLException {
        String name = connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
        if (name.contains("postgres")) {
            return POSTGRESQL;
        }
        return name.contains("mariadb")
                        || connection
                                .getMetaData()
                                .getDatabaseProductVersion()
                                .toLowerCase(Locale.ROOT)
                                .contains("mariadb")
                ? MARIADB
                : MYSQL;
    }
}
