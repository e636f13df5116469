package io.wavegate.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/** Request line and headers of a request to the API server, as received. */
record RequestHead(String text) {
    static RequestHead read(InputStream from) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int ends = 0;
        while (ends < 4) {
            int read = from.read();
            if (read < 0) {
                break;
            }
            head.write(read);
            ends = read == "\r\n\r\n".charAt(ends) ? ends + 1 : read == '\r' ? 1 : 0;
        }
        return new RequestHead(head.toString(ISO_8859_1));
    }

    boolean complete() {
        return text.endsWith("\r\n\r\n");
    }

    String method() {
        return text.substring(0, text.indexOf(' '));
    }

    String target() {
        int start = text.indexOf(' ') + 1;
        return text.substring(start, text.indexOf(' ', start));
    }

    String path() {
        return URI.create(target()).getPath();
    }

    /** Method and path, by which tests know it. */
    String call() {
        return method() + " " + path();
    }

    boolean isWatch() {
        String query = URI.create(target()).getRawQuery();
        return query != null && query.contains("watch=true");
    }

    /** The same, as the only request of its connection, unless it goes on as a web socket. */
    byte[] single() {
        boolean upgrade = text.lines().anyMatch(line -> line.regionMatches(true, 0, "upgrade:", 0, 8));
        String single = upgrade
                ? text
                : text.replaceAll("(?i)\r\nconnection:[^\r]*", "").replaceFirst("\r\n", "\r\nConnection: close\r\n");
        return single.getBytes(ISO_8859_1);
    }
}
