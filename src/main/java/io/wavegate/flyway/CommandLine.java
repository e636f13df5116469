package io.wavegate.flyway;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was typed.
 *
 * @param verb what to do
 * @param flags by Flyway's own names ({@code outOfOrder}, {@code placeholders.env}) or the engine's ({@code connectTimeout}), as their
 *     values were typed
 */
record CommandLine(Verb verb, Map<String, String> flags) {
    private static final Set<String> CREDENTIALS = Set.of("user", "password", "token", "licenseKey");
    private static final String PLACEHOLDERS = "placeholders.";

    /**
     * Reads {@code migrate -locations=filesystem:/sql --out-of-order}: one dash or two, Flyway's camel case or dashes between the words, a
     * flag without a value is true.
     *
     * @throws Refused when it is not of that form, or has a credential
     */
    static CommandLine of(List<String> words) {
        Verb verb = null;
        var flags = new LinkedHashMap<String, String>();
        for (String word : words) {
            if (word.startsWith("-")) {
                flag(word, flags);
            } else if (verb != null) {
                throw new Refused("%s and %s: one command at a time.".formatted(verb.word(), word));
            } else {
                verb = Verb.of(word)
                        .orElseThrow(() ->
                                new Refused("%s: no such command; there are migrate, validate, info, repair, baseline."
                                        .formatted(word)));
            }
        }
        if (verb == null) {
            throw new Refused("No command: there are migrate, validate, info, repair, baseline.");
        }
        return new CommandLine(verb, flags);
    }

    private static void flag(String word, Map<String, String> flags) {
        String text = word.startsWith("--") ? word.substring(2) : word.substring(1);
        int equals = text.indexOf('=');
        String typed = equals < 0 ? text : text.substring(0, equals);
        String name = camelCase(typed.startsWith("flyway.") ? typed.substring("flyway.".length()) : typed);
        if (name.isEmpty()) {
            throw new Refused(word + ": a flag is -name=value.");
        }
        String value = equals < 0 ? "true" : text.substring(equals + 1);
        String last = name.substring(name.lastIndexOf('.') + 1);
        if (CREDENTIALS.contains(name)
                || (name.startsWith("jdbcProperties.") && Secrets.isNameOfOne(last))
                || (name.startsWith("environments.") && (CREDENTIALS.contains(last) || Secrets.isNameOfOne(last)))) {
            throw new Refused(
                    ("-%s: a command line is seen by everybody who can list processes or read the Job. Set %s in the environment,"
                                    + " from a Secret, or name a mounted file: -%sFile=/path.")
                            .formatted(
                                    name,
                                    environmentName(name),
                                    name.equals("user") || name.equals("password") ? name : "password"));
        }
        if (name.startsWith(PLACEHOLDERS) && Secrets.isNameOfOne(name.substring(PLACEHOLDERS.length()))) {
            throw new Refused(
                    ("-%s: a command line is seen by everybody who can list processes or read the Job. Set %s in the environment,"
                                    + " from a Secret.")
                            .formatted(name, environmentName(name)));
        }
        if (Secrets.isInUrl(name, value)) {
            throw new Refused(
                    ("-%s: this address has a password in it, and a command line is seen by everybody who can list processes or"
                                    + " read the Job. Set FLYWAY_PASSWORD in the environment, from a Secret.")
                            .formatted(name));
        }
        if (flags.putIfAbsent(name, value) != null) {
            throw new Refused("-%s is given twice.".formatted(name));
        }
    }

    /** {@code out-of-order} as {@code outOfOrder}; the names of placeholders are left alone. */
    private static String camelCase(String name) {
        if (name.startsWith(PLACEHOLDERS) || name.startsWith("jdbcProperties.")) {
            return name;
        }
        var parts = new ArrayList<>(List.of(name.split("-", -1)));
        var camel = new StringBuilder(parts.remove(0));
        parts.stream()
                .filter(part -> !part.isEmpty())
                .forEach(part -> camel.append(part.substring(0, 1).toUpperCase(Locale.ROOT))
                        .append(part.substring(1)));
        return camel.toString();
    }

    /** {@code outOfOrder} as {@code FLYWAY_OUT_OF_ORDER}; a placeholder's name is one word to Flyway, whose case does not matter. */
    static String environmentName(String name) {
        if (name.startsWith(PLACEHOLDERS)) {
            return "FLYWAY_PLACEHOLDERS_"
                    + name.substring(PLACEHOLDERS.length()).toUpperCase(Locale.ROOT);
        }
        return "FLYWAY_"
                + name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                        .replace('.', '_')
                        .toUpperCase(Locale.ROOT);
    }

    /** The value of a flag, or null. */
    @Nullable String flag(String name) {
        return flags.get(name);
    }
}
