package io.wavegate.flyway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A real server, started when the first test wants it and stopped when the tests end. */
// Each has the one process that the tests share.
@SuppressWarnings("ImmutableEnumChecker")
enum Server {
    POSTGRESQL_15,
    POSTGRESQL_17,
    POSTGRESQL_18,
    MARIADB;

    static final String USER = "shop";
    static final String PASSWORD = "correct horse battery";
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final int port = freePort();
    private @Nullable Process process;

    boolean isPostgreSql() {
        return this != MARIADB;
    }

    int port() {
        return port;
    }

    /** Starts it, unless it runs. */
    synchronized Server up() {
        if (process != null) {
            return this;
        }
        try {
            Path folder = Files.createTempDirectory("wavegate-engine-" + name().toLowerCase(Locale.ROOT));
            process = isPostgreSql() ? postgreSql(folder) : mariaDb(folder);
            Process started = process;
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started, folder)));
            Await.until(name() + " to answer", this::answers);
            if (!isPostgreSql()) {
                try (Connection connection = administrator("");
                        Statement statement = connection.createStatement()) {
                    statement.execute("CREATE USER '%s'@'%%' IDENTIFIED BY '%s'".formatted(USER, PASSWORD));
                    statement.execute("GRANT ALL ON *.* TO '%s'@'%%'".formatted(USER));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(name() + " could not be prepared", e);
        }
        return this;
    }

    private Process postgreSql(Path folder) throws IOException {
        Path bin = Tools.place(name()).resolve("bin");
        Path password = Files.writeString(folder.resolve("password"), PASSWORD);
        run(List.of("chown", "-R", "postgres", folder.toString()));
        run(as(
                "postgres",
                bin.resolve("initdb").toString(),
                "-D",
                folder.resolve("data").toString(),
                "-U",
                USER,
                "-A",
                "scram-sha-256",
                "--pwfile=" + password,
                "-E",
                "UTF8",
                "--locale=C"));
        return start(
                folder,
                as(
                        "postgres",
                        bin.resolve("postgres").toString(),
                        "-D",
                        folder.resolve("data").toString(),
                        "-p",
                        "" + port,
                        "-k",
                        folder.toString(),
                        "-h",
                        "127.0.0.1",
                        "-F",
                        "-c",
                        "max_connections=200"));
    }

    private Process mariaDb(Path folder) throws IOException {
        Path root = Tools.place(name());
        run(List.of("chown", "-R", "mysql", folder.toString()));
        run(List.of(
                root.resolve("bin/mariadb-install-db").toString(),
                "--no-defaults",
                "--user=mysql",
                "--datadir=" + folder.resolve("data"),
                "--auth-root-authentication-method=normal",
                "--skip-test-db"));
        return start(
                folder,
                List.of(
                        root.resolve("sbin/mariadbd").toString(),
                        "--no-defaults",
                        "--user=mysql",
                        "--datadir=" + folder.resolve("data"),
                        "--port=" + port,
                        "--bind-address=127.0.0.1",
                        "--socket=" + folder.resolve("socket"),
                        "--pid-file=" + folder.resolve("pid"),
                        "--innodb-flush-log-at-trx-commit=0",
                        "--character-set-server=utf8mb4"));
    }

    /** As another account: neither server runs as root. */
    private static List<String> as(String account, String... command) {
        var all = new ArrayList<>(List.of("setpriv", "--reuid=" + account, "--regid=" + account, "--clear-groups"));
        all.addAll(List.of(command));
        return all;
    }

    private static void run(List<String> command) {
        Program.run(command, Map.of("LC_ALL", "C"), Path.of("/tmp")).expect(0);
    }

    private static Process start(Path folder, List<String> command) throws IOException {
        var builder = new ProcessBuilder(command)
                .directory(Path.of("/tmp").toFile())
                .redirectErrorStream(true)
                .redirectOutput(Files.createFile(folder.resolve("log")).toFile());
        builder.environment().put("LC_ALL", "C");
        return builder.start();
    }

    private static void stop(Process process, Path folder) {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            new ProcessBuilder("rm", "-rf", folder.toString()).start().waitFor();
        } catch (IOException | InterruptedException e) {
            process.destroyForcibly();
        }
    }

    private boolean answers() {
        try {
            administrator("").close();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private Connection administrator(String database) throws SQLException {
        return isPostgreSql()
                ? DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database.isEmpty() ? "postgres" : database),
                        USER,
                        PASSWORD)
                : DriverManager.getConnection("jdbc:mariadb://127.0.0.1:%d/%s".formatted(port, database), "root", "");
    }

    /** A new, empty database. */
    String newDatabase() {
        String name = "db" + DATABASES.incrementAndGet();
        try (Connection connection = up().administrator("");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("no database " + name + " on " + this, e);
        }
        return name;
    }

    /** A connection of the tests' own. */
    Connection connect(String database) {
        try {
            return administrator(database);
        } catch (SQLException e) {
            throw new IllegalStateException("no connection to " + database + " on " + this, e);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
