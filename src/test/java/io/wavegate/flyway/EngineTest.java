package io.wavegate.flyway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a run ends that nobody has thought of: in a process of its own, since the end of the process is what is looked at. */
class EngineTest {
    private final Path temporary;

    EngineTest(@TempDir Path temporary) {
        this.temporary = temporary;
    }

    @Test
    void anExceptionThatNobodyHasThoughtOfIsAResult() {
        Program.Ran ran = run("exception").expect(1);
        assertThat(ran.result().path("command").textValue()).isEqualTo("migrate");
        assertThat(ran.result().path("success").booleanValue()).isFalse();
        assertThat(ran.result().path("error").path("message").textValue())
                .isEqualTo("IllegalStateException: no room for jdbc:postgresql://shop:***@db/shop");
        assertThat(ran.err()).contains("at " + Broken.class.getName()).doesNotContain("geheim");
    }

    /** Not after the time that SIGTERM leaves to a run, and not as one that was stopped. */
    @Test
    void anErrorEndsTheProcessWithItsTrace() {
        Program.Ran ran = run("error").expect(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("OutOfMemoryError: no room").contains("at " + Broken.class.getName());
    }

    private Program.Ran run(String what) {
        return Program.run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Broken.class.getName(),
                        what,
                        temporary.toString()),
                Map.of(),
                temporary);
    }

    /** The engine, with a standard output that throws when the result is written to it, once. */
    static final class Broken extends PrintStream {
        private final PrintStream inner;
        private final String what;
        private boolean thrown;

        private Broken(PrintStream inner, String what) {
            super(inner);
            this.inner = inner;
            this.what = what;
        }

        /** Nobody listens at this address, and none is waited for. */
        public static void main(String... args) {
            System.setOut(new Broken(System.out, args[0]));
            System.exit(Engine.run(
                    "migrate",
                    "-url=jdbc:postgresql://127.0.0.1:1/none",
                    "-connectTimeout=0",
                    "-locations=filesystem:" + args[1]));
        }

        @Override
        public void println(String line) {
            if (thrown) {
                inner.println(line);
                return;
            }
            thrown = true;
            if (what.equals("error")) {
                throw new OutOfMemoryError("no room");
            }
            throw new IllegalStateException("no room for jdbc:postgresql://shop:geheim@db/shop");
        }
    }
}
