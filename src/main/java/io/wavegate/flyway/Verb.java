package io.wavegate.flyway;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the engine can be asked for; each is Flyway's command of the same name. */
enum Verb {
    /** Applies what is pending. */
    MIGRATE,
    /** Compares the files with what was applied. */
    VALIDATE,
    /** Says which migrations are applied and which are pending. */
    INFO,
    /** Takes failed migrations out of the history, and corrects its checksums. */
    REPAIR,
    /** Says that a database is at a version already. */
    BASELINE;

    /** As it is typed. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The verb that is typed so. */
    static Optional<Verb> of(String word) {
        return Arrays.stream(values()).filter(verb -> verb.word().equals(word)).findFirst();
    }
}
