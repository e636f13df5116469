package io.wavegate.lab;

import java.util.Map;

/** What one step of a {@link Walk} did, in words that are the same whenever the same happens; not every step asks for all aspects. */
record Recording(Map<Aspect, String> words) {
    /** What is asked of each step. */
    enum Aspect {
        /** Hooks whose pods ran, and the release itself, in their order. */
        RAN("ran"),
        /** Objects that are there afterwards. */
        LEFT("is left"),
        /** What the deployer said. */
        TOLD("is told");

        private final String title;

        Aspect(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }
}
