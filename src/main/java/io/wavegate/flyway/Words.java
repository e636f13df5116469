package io.wavegate.flyway;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogFactory;

/** What Flyway itself says: its warnings are printed and kept for the result, its errors printed; the rest only where somebody wants it. */
final class Words implements Log {
    /** Enough to see what it is about; a migration of a thousand statements may warn a thousand times. */
    private static final int KEPT = 100;

    private final PrintStream out;
    private final boolean verbose;
    private final UnaryOperator<String> masked;
    private final List<String> warnings = new ArrayList<>();

    Words(PrintStream out, boolean verbose, UnaryOperator<String> masked) {
        this.out = out;
        this.verbose = verbose;
        this.masked = masked;
    }

    /** From now on Flyway says it here, until there are settings. */
    static void listen(PrintStream out, boolean verbose) {
        use(new Words(out, verbose, text -> Secrets.masked(text, Map.of())));
    }

    /** From now on Flyway says it there. */
    static void use(Words words) {
        LogFactory.setFallbackLogCreator(type -> words);
        LogFactory.setLogCreator(type -> words);
    }

    /** The warnings so far. */
    List<String> kept() {
        return List.copyOf(warnings);
    }

    /** Keeps a warning that was said in another way. */
    void keep(String warning) {
        String line = masked.apply(Failures.oneLine(warning));
        if (!warnings.contains(line) && warnings.size() < KEPT) {
            warnings.add(line);
        }
    }

    @Override
    public void debug(String message) {}

    @Override
    public void info(String message) {
        if (verbose) {
            out.println(masked.apply(message));
        }
    }

    @Override
    public void warn(String message) {
        keep(message);
        out.println("warning: " + masked.apply(message));
    }

    @Override
    public void error(String message) {
        out.println(masked.apply(message));
    }

    @Override
    public void error(String message, Exception e) {
        error(message);
    }

    @Override
    public void notice(String message) {
        info(message);
    }
}
