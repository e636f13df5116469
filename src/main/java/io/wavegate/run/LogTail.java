package io.wavegate.run;

import io.wavegate.api.Line;
import io.wavegate.api.MigrationResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The end of a log, fit to be kept: the last 50 lines, at most 4 KiB of UTF-8, no control characters, passwords in URLs masked.
 *
 * @param text the lines, without a line end at the end; empty for an empty log
 * @param lastLines what a message quotes: two lines, each at most 512 characters; null for an empty log
 */
record LogTail(String text, @Nullable String lastLines) {
    /** How many lines are kept. */
    static final int LINES = 50;
    /** How many bytes are kept. */
    static final int BYTES = 4096;
    /** How the built-in engine's result begins, which is for machines; it stands before its last words or behind them. */
    private static final String RESULT = "{\"apiVersion\":\"" + MigrationResult.MARKER + "\"";

    private static final int QUOTED = 2;
    private static final int MESSAGE_LINE = 512;
    /** Colours and cursor movements, ECMA-48. */
    private static final Pattern ESCAPES = Pattern.compile("\u001B(\\[[0-?]*[ -/]*[@-~]|[@-_])");

    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cntrl}&&[^\n\t]]|\\p{Cn}|\\p{Cs}");
    /**
     * {@code scheme://user:password@}; the password may hold anything but white space and slashes up to the last at-sign. A scheme
     * has a longest length here, or one line of a megabyte would be searched once from each of its letters.
     */
    private static final Pattern USERINFO = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]{0,31}://[^\\s:/@]*):[^\\s/]*@");
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
        return new LogTail(text, quoted(text));
    }

    /**
     * The last two lines that have something on them. Not one: what is printed to standard output and what is printed to standard
     * error come by two ways, and whichever was last may stand first. Django's unfinished "Applying shop.0003..." always stands
     * behind the error that ended it, since containerd writes an unfinished line when the stream is closed.
     */
    private static @Nullable String quoted(String text) {
        List<String> lines = text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith(RESULT))
                .toList();
        return lines.isEmpty()
                ? null
                : lines.subList(Math.max(0, lines.size() - QUOTED), lines.size()).stream()
                        .map(LogTail::cut)
                        .collect(Collectors.joining(" / "));
    }

    private static String cut(String quoted) {
        return Line.cut(quoted.replace('\t', ' '), MESSAGE_LINE);
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
