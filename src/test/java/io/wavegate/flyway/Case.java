package io.wavegate.flyway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Something people do with Flyway: files, settings and commands, one after the other. */
final class Case {
    private final String name;
    private final List<Step> steps = new ArrayList<>();
    private Set<Server> servers = Set.of(Server.values());
    private String table = "flyway_schema_history";

    private Case(String name) {
        this.name = name;
    }

    /**
     * A command and what was changed before it.
     *
     * @param verb Flyway's command
     * @param files by path below the folder; an empty content deletes the file
     * @param settings the variables of its environment
     * @param before SQL that somebody else has executed
     */
    record Step(String verb, Map<String, byte[]> files, Map<String, String> settings, List<String> before) {
        Step file(String path, String... lines) {
            return file(path, (String.join("\n", lines) + "\n").getBytes(UTF_8));
        }

        Step file(String path, byte[] content) {
            files.put(path, content);
            return this;
        }

        Step without(String path) {
            files.put(path, new byte[0]);
            return this;
        }

        Step with(String variable, String value) {
            settings.put(variable, value);
            return this;
        }

        Step after(String... sql) {
            before.addAll(List.of(sql));
            return this;
        }
    }

    static Case of(String name) {
        return new Case(name);
    }

    Case on(Server... servers) {
        this.servers = Set.of(servers);
        return this;
    }

    Case onPostgreSql() {
        return on(Server.POSTGRESQL_15, Server.POSTGRESQL_17, Server.POSTGRESQL_18);
    }

    Case history(String table) {
        this.table = table;
        return this;
    }

    /** Adds a command, with the settings of the one before. */
    Case step(String verb, UnaryOperator<Step> more) {
        Map<String, String> settings = new LinkedHashMap<>(
                steps.isEmpty() ? Map.of() : steps.get(steps.size() - 1).settings());
        steps.add(more.apply(new Step(verb, new LinkedHashMap<>(), settings, new ArrayList<>())));
        return this;
    }

    Case step(String verb) {
        return step(verb, step -> step);
    }

    boolean isFor(Server server) {
        return servers.contains(server);
    }

    List<Step> steps() {
        return steps;
    }

    String table() {
        return table;
    }

    @Override
    public String toString() {
        return name;
    }
}
