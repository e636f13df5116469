package io.wavegate.flyway;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Keeps passwords out of what is printed. */
final class Secrets {
    private static final String HIDDEN = "***";
    private static final Pattern NAME =
            Pattern.compile("(?i).*(password|passwd|pwd|secret|token|credential|api_?key|access_?key|private_?key).*");
    /** {@code PASSWORD 'x'} of PostgreSQL, {@code IDENTIFIED [WITH plugin] BY|AS 'x'} and {@code PASSWORD('x')} of MySQL. */
    private static final Pattern IN_STATEMENT = Pattern.compile(
            "(?is)(\\b(?:password|identified(?:\\s+(?:with|via)\\s+\\S+)?\\s+(?:by|as|using))\\b[\\s(=]*(?:e|u&)?)(?:"
                    + literal("'") + "|" + literal("\"") + "|\\$(\\w*)\\$.*?\\$\\2\\$)");
    /** {@code user:password@host}, and {@code ?password=...} and its like. */
    private static final Pattern USERINFO = Pattern.compile("(//[^\\s:/@?]*):[^\\s/]*@");

    private static final Pattern PARAMETER =
            Pattern.compile("(?i)([?&;][a-z_]*(?:password|passwd|pwd|token|secret)=)[^\\s&;\"']+");
    /** The shortest value that is worth hiding: one or two characters are in every text. */
    private static final int SHORTEST = 4;

    private Secrets() {}

    /**
     * A literal between two of these marks, one of its own doubled or behind a backslash. A doubled one with no mark behind it ends the literal,
     * since it has no other end. Possessive throughout: a choice that can be taken back costs stack, and a literal may have megabytes.
     */
    private static String literal(String mark) {
        String plain = "[^" + mark + "\\\\]*+(?:\\\\.[^" + mark + "\\\\]*+)*+";
        return mark + plain + "(?:" + mark + mark + "(?=" + plain + mark + ")" + plain + ")*+" + mark;
    }

    /** Whether something that is called so is not to be shown. */
    static boolean isNameOfOne(String name) {
        return NAME.matcher(name).matches();
    }

    /** Whether an address of a database has a password in it. */
    static boolean isInUrl(String name, String value) {
        return (name.equals("url") || name.endsWith(".url"))
                && (USERINFO.matcher(value).find() || PARAMETER.matcher(value).find());
    }

    /** A text as it may be printed: without the passwords of its SQL and addresses, and without the values of placeholders that are secrets. */
    static String masked(String text, Map<String, String> placeholders, String... secrets) {
        String clear = IN_STATEMENT.matcher(text).replaceAll("$1'" + HIDDEN + "'");
        clear = USERINFO.matcher(clear).replaceAll("$1:" + HIDDEN + "@");
        clear = PARAMETER.matcher(clear).replaceAll("$1" + HIDDEN);
        for (Map.Entry<String, String> placeholder : placeholders.entrySet()) {
            if (isNameOfOne(placeholder.getKey())) {
                clear = without(clear, placeholder.getValue());
            }
        }
        for (String secret : secrets) {
            clear = without(clear, secret);
        }
        return clear;
    }

    /** Also where the text was put into one line before: a key has several. */
    private static String without(String text, String secret) {
        String clear = text;
        for (String form : List.of(secret, Failures.oneLine(secret))) {
            clear = form.length() < SHORTEST ? clear : clear.replace(form, HIDDEN);
        }
        return clear;
    }
}
