package io.wavegate;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.wavegate.flyway.Engine;
import java.util.Arrays;

/** One binary, two programs: the controller, and, where a word is given ({@code wavegate migrate}), the built-in engine. */
@QuarkusMain
public final class Main {
    private Main() {}

    /** The engine ends the process before anything of Quarkus is started. */
    public static void main(String... args) {
        if (Arrays.stream(args).anyMatch(word -> !word.startsWith("-"))) {
            System.exit(Engine.run(args));
        }
        Quarkus.run(args);
    }
}
