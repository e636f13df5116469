package io.wavegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The end of a log, fit to be kept. */
class LogTailTest {
    @Test
    void theLastFiftyLines() {
        String log = IntStream.rangeClosed(1, 60).mapToObj(i -> "line " + i).collect(Collectors.joining("\n"));
        assertThat(tail(log + "\n").text().lines())
                .hasSize(50)
                .startsWith("line 11")
                .endsWith("line 60");
    }

    @Test
    void atMostFourKibibytesFromTheStartOfALine() {
        String log =
                IntStream.rangeClosed(1, 50).mapToObj(i -> i + "x".repeat(200)).collect(Collectors.joining("\n"));
        String kept = tail(log).text();
        assertThat(kept.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(3800, 4096);
        assertThat(kept).startsWith("31x").endsWith("50" + "x".repeat(200));
    }

    @Test
    void oneLongLineIsCutBetweenCharacters() {
        String kept = tail("ü".repeat(4000) + "!").text();
        assertThat(kept.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(4094, 4096);
        assertThat(kept).startsWith("ü").endsWith("ü!");
    }

    @Test
    void coloursControlCharactersAndBrokenBytesGo() {
        assertThat(tail("\u001B[31;1mred\u001B[0m\u0000\tand\r\nthe rest\r").text())
                .isEqualTo("red\uFFFD\tand\nthe rest");
        assertThat(LogTail.of(new byte[] {(byte) 0xFF, (byte) 0xFE, 'a'}).text())
                .isEqualTo("\uFFFD\uFFFDa");
    }

    @Test
    void theLastTwoLinesWithSomethingOnThemAreQuoted() {
        assertThat(tail("zero\nfirst\n  boom  \n\n \n").lastLines()).isEqualTo("first / boom");
        assertThat(tail("boom").lastLines()).isEqualTo("boom");
        assertThat(tail("").lastLines()).isNull();
        assertThat(tail(" \n\n").lastLines()).isNull();
        assertThat(tail("x".repeat(600)).lastLines()).isEqualTo("x".repeat(512) + "..");
        assertThat(tail("Traceback\nIntegrityError: sku contains null values\n  Applying shop.0003...")
                        .lastLines())
                .isEqualTo("IntegrityError: sku contains null values / Applying shop.0003...");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    postgres://shop:secret@db:5432/shop          | postgres://shop:***@db:5432/shop
                    url=mysql+pymysql://u:p%40w@h/x, next         | url=mysql+pymysql://u:***@h/x, next
                    redis://:secret@cache                         | redis://:***@cache
                    postgres://u:a@b@db/x                         | postgres://u:***@db/x
                    amqp://u@h and amqp://u:v@h                   | amqp://u@h and amqp://u:***@h
                    jdbc:postgresql://h/x?user=u&password=p&ssl=1 | jdbc:postgresql://h/x?user=u&password=***&ssl=1
                    https://h/x?TOKEN=abc                         | https://h/x?TOKEN=***
                    https://h:8443/x                              | https://h:8443/x
                    a@b.c says: time 10:30 <x@y>                  | a@b.c says: time 10:30 <x@y>
                    """)
    void passwordsInUrlsAreMasked(String written, String kept) {
        assertThat(tail(written).text()).isEqualTo(kept);
    }

    private static LogTail tail(String written) {
        return LogTail.of(written.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @Timeout(30) // a search that starts anew at each letter takes minutes
    void oneLineOfAllThatIsReadIsSearchedOnce() {
        assertThat(LogTail.of("x".repeat(256 * 1024).getBytes(StandardCharsets.UTF_8))
                        .text())
                .hasSize(LogTail.BYTES);
    }

    @Test
    void aTabIsKeptInTheTextAndNotInTheMessage() {
        LogTail tail = LogTail.of("column\tvalue".getBytes(StandardCharsets.UTF_8));
        assertThat(tail.text()).isEqualTo("column\tvalue");
        assertThat(tail.lastLines()).isEqualTo("column value");
    }
}
