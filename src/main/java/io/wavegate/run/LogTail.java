package io.wavegate.run;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The end of a log, fit to be kept: the last 50 lines, at most 4 KiB of UTF-8, no control characters, passwords in URLs masked.
 *
 * @param text the lines, without a line end at the end; empty for an empty log
 * @param lastLine what a message quotes, two lines of at most 512 characters; null for an empty log
 */
record LogTail(String text, @Nullable String lastLine) {
    /** How many lines are kept. */
    static final int LINES = 50;
    /** How many bytes are kept. */
    static final int BYTES = 4096;

    private static final int MESSAGE_LINE = 512;
    /** Colours and cursor movements, ECMA-48. */
    private static final Pattern ESCAPES = Pattern.compile("\u001B(\\[[0-?]*[ -/]*[@-~]|[@-_])");

    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cntrl}&&[^\n\t]]|\\p{Cn}|\\p{Cs}");
    /** {@code scheme://user:password@}; the password may hold anything but white space and slashes up to the last at-sign. */
    private static final Pattern USERINFO = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*://[^\\s:/@]*):[^\\s/]*@");
    /** {@code ?password=...}, {@code &token=...} and their like. */
    private static final Pattern PARAMETER = Pattern.compile(
            "(?i)([?&;](?:password|passwd|pwd|token|secret|access_key|api_key|sslpassword)=)[^\\s&;\"']+");

    /** Reads what a container wrote; bytes that are no UTF-8 become replacement characters. */
    static LogTail of(byte[] written) {
        String clean = new String(written, StandardCharsets.UTF_8)
                .replace("\r\n", "\n")
                .replace('\r', '\n');
        clean = CONTROLS.matcher(ESCAPES.matcher(clean).replaceAll("")).replaceAll("\uFFFD");
        String text = lastBytes(lastLines(masked(clean).stripTrailing()));
        return new LogTail(text, quoted(text, clean.endsWith("\n")));
    }

    /**
     * The last line that has something on it. A log that does not end with a line end ends with what one of the two streams left
     * unfinished, which containerd writes last, whenever it was printed: Django's "Applying shop.0003..." stands behind the error
     * that ended it. So the line before is quoted too.
     */
    private static @Nullable String quoted(String text, boolean finished) {
        List<String> lines =
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        int last = lines.size() - 1;
        if (last < 0) {
            return null;
        }
        return finished || last == 0 ? cut(lines.get(last)) : cut(lines.get(last - 1)) + " / " + cut(lines.get(last));
    }

    private static String cut(String line) {
        return line.length() <= MESSAGE_LINE ? line : line.substring(0, MESSAGE_LINE) + "...";
    }

    static String masked(String text) {
        String without = USERINFO.matcher(text).replaceAll("$1:***@");
        return PARAMETER.matcher(without).replaceAll("$1***");
    }

    private static String lastLines(String text) {
        String[] lines = text.split("\n", -1);
        return String.join("\n", Arrays.asList(lines).subList(Math.max(0, lines.length - LINES), lines.length));
    }

    /** Cut at a line where there is one, so that what is kept starts with a whole line. */
    private static String lastBytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= BYTES) {
            return text;
        }
        int from = bytes.length - BYTES;
        int line = from;
        while (line < bytes.length && bytes[line - 1] != '\n') {
            line++;
        }
        if (line < bytes.length) {
            from = line;
        } else {
            while ((bytes[from] & 0xC0) == 0x80) { // not in the middle of a character
                from++;
            }
        }
        return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    }
}
