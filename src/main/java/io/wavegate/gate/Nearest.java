package io.wavegate.gate;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** What somebody probably meant. */
final class Nearest {
    /** Longer words are nobody's slip of the pen. */
    private static final int LONGEST = 64;

    private Nearest() {}

    /** The right word that takes the fewest changed, added or left out letters; empty where none is near. */
    static Optional<String> to(String word, Collection<String> right) {
        if (word.length() > LONGEST) {
            return Optional.empty();
        }
        return right.stream()
                .filter(candidate -> distance(word, candidate) <= Math.max(2, candidate.length() / 3))
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
    }

    /** Levenshtein's distance; case, hyphens and underscores do not count, so that HookSucceeded is near to hook-succeeded. */
    private static int distance(String one, String other) {
        String a = bare(one);
        String b = bare(other);
        int[] before = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(changed, 1 + Math.min(before[j], row[j - 1]));
            }
            before = row;
        }
        return before[b.length()];
    }

    private static String bare(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }
}
