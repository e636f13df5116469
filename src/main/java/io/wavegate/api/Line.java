package io.wavegate.api;

/** Texts of others, of any length and with anything in them, as they are told in a sentence. */
public final class Line {
    private static final String CUT = "..";

    private Line() {}

    /**
     * The beginning of a text, with {@code ..} where there was more of it. Half a character, of those that are two in Java, would go over
     * the wire as {@code ?}, and never be equal to what is stored.
     *
     * @param longest how many characters of the text are kept
     * @return the text itself where it has no more
     */
    public static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = longest > 0 && Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
        return text.substring(0, end) + CUT;
    }

    /**
     * One line: what stands between words, line ends and other control characters too, becomes one blank, and none at the ends; half a
     * character becomes a whole one, U+FFFD.
     */
    public static String of(String text) {
        return text.replaceAll("[\\p{Cntrl}\\s]+", " ")
                .replaceAll("\\p{Cs}", "\uFFFD")
                .strip();
    }

    /** A text that goes on: without the full stop or the colon at its end. */
    public static String withoutStop(String text) {
        return text.endsWith(".") || text.endsWith(":") ? text.substring(0, text.length() - 1) : text;
    }
}
