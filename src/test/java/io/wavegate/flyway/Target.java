package io.wavegate.flyway;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A database that is migrated, by one of the drivers.
 *
 * @param server its server
 * @param driver as a JDBC address names it
 * @param database its name
 */
record Target(Server server, String driver, String database) {
    static Target fresh(Server server) {
        return fresh(server, server.isPostgreSql() ? "postgresql" : "mariadb");
    }

    static Target fresh(Server server, String driver) {
        return new Target(server, driver, server.newDatabase());
    }

    String url() {
        return "jdbc:%s://127.0.0.1:%d/%s".formatted(driver, server.port(), database);
    }

    /** The environment of a program that migrates it. */
    Map<String, String> environment(Map<String, String> more) {
        var variables = new LinkedHashMap<String, String>();
        variables.put("FLYWAY_URL", url());
        variables.put("FLYWAY_USER", Server.USER);
        variables.put("FLYWAY_PASSWORD", Server.PASSWORD);
        variables.putAll(more);
        return variables;
    }

    /** The history table, without its times. */
    List<String> history(String table) {
        return query("SELECT installed_rank, version, description, type, script, checksum, installed_by, success FROM "
                + table + " ORDER BY installed_rank");
    }

    /** The rows, each as one text. */
    List<String> query(String sql) {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            var read = new ArrayList<String>();
            while (rows.next()) {
                var row = new ArrayList<String>();
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                    row.add(rows.getString(column));
                }
                read.add(String.join(" | ", row.stream().map(String::valueOf).toList()));
            }
            return read;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    void execute(String... sql) {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            for (String one : sql) {
                statement.execute(one);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(String.join("; ", sql), e);
        }
    }

    /** A transaction of somebody else's that has done this and goes on: it ends with the connection, if not before. */
    Connection begin(String sql) throws SQLException {
        Connection somebody = server.connect(database);
        somebody.setAutoCommit(false);
        try (Statement statement = somebody.createStatement()) {
            statement.execute(sql);
        }
        return somebody;
    }
}
