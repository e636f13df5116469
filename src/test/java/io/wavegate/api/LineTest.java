package io.wavegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How a text of others is told. */
class LineTest {
    @Test
    void whatIsTooLongIsCutAndSaysSo() {
        assertThat(Line.cut("abc", 4)).isEqualTo("abc");
        assertThat(Line.cut("abc", 3)).isEqualTo("abc");
        assertThat(Line.cut("abc", 2)).isEqualTo("ab..");
        assertThat(Line.cut("abc", 0)).isEqualTo("..");
        assertThat(Line.cut("", 0)).isEmpty();
    }

    @Test
    void noCharacterIsHalved() {
        String face = "\uD83D\uDE00";
        assertThat(Line.cut("a" + face + "b", 2)).isEqualTo("a..");
        assertThat(Line.cut("a" + face + "b", 3)).isEqualTo("a" + face + "..");
        assertThat(Line.cut(face + face, 3)).isEqualTo(face + "..");
        assertThat(Line.cut(face, 1)).isEqualTo("..");
    }

    @Test
    void oneLine() {
        assertThat(Line.of(" a\r\n\tb  c\u0000d\u001b[m \n")).isEqualTo("a b c d [m");
        assertThat(Line.of(" \n")).isEmpty();
    }
}
