package io.wavegate.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The API server as one controller sees it, so that a test can cut it off, or have it refuse a certain write, without touching the
 * cluster that everybody uses. Speaks plain HTTP to the controller; watches come as streams, as through {@code kubectl proxy}.
 */
final class ApiServerProxy implements AutoCloseable {
    /** Belong to one connection, or are written by the HTTP client itself. */
    private static final Set<String> NOT_FORWARDED =
            Set.of("connection", "host", "content-length", "upgrade", "http2-settings", "transfer-encoding", "expect");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Answer> answers = new CopyOnWriteArrayList<>();
    private final URI apiServer;
    private final HttpClient http;
    private final int port;
    private @Nullable HttpServer server;

    ApiServerProxy(Lab lab) {
        try {
            apiServer = URI.create(lab.client().getConfiguration().getMasterUrl());
            http = HttpClient.newBuilder()
                    .sslContext(SSLUtils.sslContext(lab.client().getConfiguration()))
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
            HttpServer first = listen(0);
            port = first.getAddress().getPort();
            server = first;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("no proxy before the API server", e);
        }
    }

    /** What is answered instead of asking the API server. */
    private record Answer(String method, Pattern path, int status, String body) {
        boolean isFor(HttpExchange exchange) {
            return exchange.getRequestMethod().matches(method)
                    && path.matcher(exchange.getRequestURI().getPath()).find();
        }
    }

    /** A kubeconfig for this way to the API server, with the rights of the test. */
    Path kubeconfig(Path folder) {
        String yaml = """
                apiVersion: v1
                kind: Config
                clusters: [{name: proxy, cluster: {server: 'http://127.0.0.1:%d'}}]
                users: [{name: proxy, user: {}}]
                contexts: [{name: proxy, context: {cluster: proxy, user: proxy}}]
                current-context: proxy
                """.formatted(port);
        try {
            return Files.writeString(Files.createDirectories(folder).resolve("kubeconfig"), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Requests to such paths fail with this status from now on, as a Kubernetes API server words it.
     *
     * @param method a regular expression for the whole method
     * @param path a regular expression that is found in the path
     */
    void refuse(String method, String path, int status, String reason) {
        answer(method, path, status, """
                {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": %d, "reason": "%s", "message": "refused by the test"}
                """.formatted(status, reason));
    }

    void answer(String method, String path, int status, String body) {
        answers.add(new Answer(method, Pattern.compile(path), status, body));
    }

    /** Forgets all answers: everything is asked of the API server again. */
    void forward() {
        answers.clear();
    }

    /** Ends all connections; new ones are refused. */
    synchronized void cut() {
        if (server != null) {
            server.stop(0);
            server = null;
        }
    }

    synchronized void restore() {
        if (server == null) {
            try {
                server = listen(port);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        cut();
        threads.shutdownNow();
    }

    private HttpServer listen(int at) throws IOException {
        HttpServer listening = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
        listening.setExecutor(threads);
        listening.createContext("/", this::handle);
        listening.start();
        return listening;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (exchange.getRequestHeaders().containsKey("Upgrade")) {
                // A web socket; the client goes on with a stream, which it keeps for proxies that know no sockets.
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            for (Answer answer : answers) {
                if (answer.isFor(exchange)) {
                    byte[] body = answer.body().getBytes(UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    exchange.sendResponseHeaders(answer.status(), body.length);
                    exchange.getResponseBody().write(body);
                    return;
                }
            }
            pass(exchange);
        }
    }

    private void pass(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        HttpRequest.Builder request = HttpRequest.newBuilder(apiServer.resolve(exchange.getRequestURI()))
                .method(
                        exchange.getRequestMethod(),
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!NOT_FORWARDED.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        try {
            HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            response.headers()
                    .firstValue("Content-Type")
                    .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
            exchange.sendResponseHeaders(response.statusCode(), 0);
            try (InputStream from = response.body();
                    OutputStream to = exchange.getResponseBody()) {
                stream(from, to);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Each event of a watch goes on at once, so what is read is flushed. */
    private static void stream(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            to.write(buffer, 0, read);
            to.flush();
        }
    }
}
