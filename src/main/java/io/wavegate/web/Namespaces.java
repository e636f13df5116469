package io.wavegate.web;

import java.util.HashSet;
import java.util.Set;

/** Values of the label {@code namespace} of a metric: the first hundred have their own, so that no cluster makes a metric grow without end. */
final class Namespaces {
    static final int MOST = 100;
    static final String OTHER = "other";

    private final Set<String> known = new HashSet<>();

    /** The label's value for this namespace, the same each time. */
    synchronized String label(String namespace) {
        return known.contains(namespace) || (known.size() < MOST && known.add(namespace)) ? namespace : OTHER;
    }
}
