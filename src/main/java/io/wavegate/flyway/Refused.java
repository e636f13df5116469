package io.wavegate.flyway;

/** Something that is asked for can not be done; its message is a sentence for the person who asked: the setting, its value, what to do. */
final class Refused extends RuntimeException {
    Refused(String sentence) {
        super(sentence);
    }
}
