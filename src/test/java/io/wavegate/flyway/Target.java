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

    boolean hasTable(String table) {
        return !query(
                        "SELECT table_name FROM information_schema.tables WHERE table_name = '%s' AND table_schema IN ('public', '%s')"
                                .formatted(table, database))
                .isEmpty();
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
}
