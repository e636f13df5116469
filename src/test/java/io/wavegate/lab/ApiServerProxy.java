package io.wavegate.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The API server as one controller sees it, so that a test can cut it off, or have it refuse a certain write, without touching the
 * cluster that everybody uses. Plain HTTP/1.1 towards the controller, TLS with the test's own rights towards the API server, one
 * request or watch per connection; after the head of the request, bytes are passed on as they come.
 */
final class ApiServerProxy implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<Answer> answers = new CopyOnWriteArrayList<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<Exchange> exchanges = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Pattern> held = new AtomicReference<>();
    private final AtomicReference<@Nullable Strike> strike = new AtomicReference<>();
    private volatile boolean gone;
    private final URI apiServer;
    private final SocketFactory tls;
    private final int port;
    private @Nullable Listening server;

    ApiServerProxy(Lab lab) {
        try {
            apiServer = URI.create(lab.client().getConfiguration().getMasterUrl());
            tls = SSLUtils.sslContext(lab.client().getConfiguration()).getSocketFactory();
            port = free();
            server = listen(port);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("no proxy before the API server", e);
        }
    }

    /** What is answered instead of asking the API server. */
    private record Answer(Pattern method, Pattern path, int status, String body) {
        boolean isFor(RequestHead request) {
            return method.matcher(request.method()).matches()
                    && path.matcher(request.path()).find();
        }

        byte[] bytes() {
            byte[] content = body.getBytes(UTF_8);
            String head =
                    "HTTP/1.1 %d Answered\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                            .formatted(status, content.length);
            return (head + body).getBytes(UTF_8);
        }
    }

    /** What the controller has asked, and how that was answered. */
    static final class Exchange {
        private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

        private final RequestHead head;
        private volatile int status;

        private Exchange(RequestHead head) {
            this.head = head;
        }

        /** Method and path. */
        String request() {
            return head.call();
        }

        /** The HTTP status; 0 as long as there is no answer. */
        int status() {
            return status;
        }

        /** The API server writes its status line and headers at once. */
        private void hears(String chunk) {
            Matcher line = STATUS_LINE.matcher(chunk);
            if (status == 0 && line.lookingAt()) {
                status = Integer.parseInt(line.group(1));
            }
        }
    }

    /** The socket to which the controller connects, and the thread that takes its connections. */
    private record Listening(ServerSocket socket, Future<?> accepting) {
        /** The port is free when this returns: a thread that is in accept(2) holds the closed socket for a moment yet. */
        void close() {
            ApiServerProxy.close(socket);
            try {
                accepting.get();
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException("connections may still be taken", e);
            }
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
        answers.add(new Answer(Pattern.compile(method), Pattern.compile(path), status, body));
    }

    /** Waits until the controller has been answered so at least once. */
    void awaitAnswered() {
        awaitAnswered(1);
    }

    /** Waits until the controller has been answered so this many times. */
    void awaitAnswered(int times) {
        Await.until("the controller to try what is refused " + times + " times").until(() -> answered.get() >= times);
    }

    /** What the controller has asked so far, each as method and path; watches are not in it. */
    List<String> requests() {
        return exchanges().stream().map(Exchange::request).toList();
    }

    /** The same, each with its answer. */
    List<Exchange> exchanges() {
        return List.copyOf(exchanges);
    }

    /** Everything is asked of the API server again. */
    void forward() {
        answers.clear();
    }

    /**
     * From now on all is answered but for one write.
     *
     * @param write which, from 1
     * @param effect whether the API server gets it
     */
    Strike strikeAt(int write, boolean effect) {
        return strikeAt(Pattern.compile(".*"), write, effect);
    }

    /**
     * From now on all is answered but for one write.
     *
     * @param writes those that count, each as method and path
     * @param write which of them, from 1
     * @param effect whether the API server gets it
     */
    Strike strikeAt(Pattern writes, int write, boolean effect) {
        var next = new Strike(writes, write, effect);
        strike.set(next);
        return next;
    }

    /** Whether the API server has told the controller that a watch is too old to go on. */
    boolean hasToldGone() {
        return gone;
    }

    /** From now on the controller hears nothing of what happens to these objects, as behind a slow network. */
    void holdEvents(String path) {
        synchronized (held) {
            held.set(Pattern.compile(path));
        }
    }

    /** The controller hears what was held, in its order, and all that follows. */
    void releaseEvents() {
        synchronized (held) {
            held.set(null);
            held.notifyAll();
        }
    }

    /** Ends all connections; new ones are refused. */
    synchronized void cut() {
        if (server != null) {
            server.close();
            server = null;
        }
        sockets.forEach(ApiServerProxy::close);
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

    /** Not among those that the kernel gives to connections: while the proxy is cut, one of them could be given its port. */
    private static int free() throws IOException {
        for (int port = ThreadLocalRandom.current().nextInt(15_000, 30_000); ; ) {
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (BindException e) {
                port++;
            }
        }
    }

    private Listening listen(int at) throws IOException {
        ServerSocket socket = new ServerSocket(at, 100, InetAddress.getLoopbackAddress());
        return new Listening(socket, threads.submit(() -> {
            while (!socket.isClosed()) {
                try {
                    Socket accepted = socket.accept();
                    sockets.add(accepted);
                    threads.execute(() -> serve(accepted));
                } catch (IOException e) {
                    return;
                }
            }
        }));
    }

    private void serve(Socket controller) {
        try (controller) {
            InputStream from = controller.getInputStream();
            RequestHead request = RequestHead.read(from);
            if (!request.complete()) {
                return;
            }
            var exchange = new Exchange(request);
            if (!request.isWatch()) {
                exchanges.add(exchange);
            }
            for (Answer answer : answers) {
                if (answer.isFor(request)) {
                    exchange.status = answer.status();
                    controller.getOutputStream().write(answer.bytes());
                    answered.incrementAndGet();
                    controller.shutdownOutput();
                    from.transferTo(OutputStream.nullOutputStream());
                    return;
                }
            }
            Strike moment = strike.get();
            if (moment != null && moment.isAt(request)) {
                leaveUnanswered(moment, request, controller);
                return;
            }
            pass(exchange, controller);
        } catch (IOException e) {
            // The connection is cut, by the test or by the controller: nothing is left to do for it.
            return;
        } finally {
            sockets.remove(controller);
        }
    }

    private void leaveUnanswered(Strike moment, RequestHead request, Socket controller) throws IOException {
        if (moment.hasEffect()) {
            try (Socket server = ask(request, controller)) {
                server.getInputStream().transferTo(OutputStream.nullOutputStream());
                moment.falls(request);
                controller.getInputStream().transferTo(OutputStream.nullOutputStream());
            }
        } else {
            moment.falls(request);
            controller.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
    }

    private void pass(Exchange exchange, Socket controller) throws IOException {
        try (Socket server = ask(exchange.head, controller)) {
            sockets.add(server);
            try {
                relay(server, controller, chunk -> {
                    exchange.hears(chunk);
                    awaitRelease(exchange.head);
                    if (exchange.head.isWatch() && isGone(chunk)) {
                        gone = true;
                    }
                });
            } finally {
                sockets.remove(server);
            }
        }
    }

    /** A connection on which the API server is asked; what follows the head comes from the controller. */
    private Socket ask(RequestHead request, Socket controller) throws IOException {
        Socket server = tls.createSocket(apiServer.getHost(), apiServer.getPort());
        try {
            server.getOutputStream().write(request.single());
            threads.execute(() -> relay(controller, server, chunk -> {}));
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** What is done with each piece before it is passed on. */
    private interface Ear {
        void hears(String chunk) throws InterruptedException;
    }

    private static void relay(Socket from, Socket to, Ear ear) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[16 * 1024];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                ear.hears(new String(buffer, 0, read, ISO_8859_1));
                out.write(buffer, 0, read);
                out.flush();
            }
        } catch (InterruptedException e) {
            // The test is over.
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // Closed from the other side; so is this one, below.
            return;
        } finally {
            close(from);
            close(to);
        }
    }

    /** The status of an answer, or of an event of the watch. */
    private static boolean isGone(String chunk) {
        return chunk.startsWith("HTTP/1.1 410 ") || chunk.contains("\"code\":410");
    }

    private void awaitRelease(RequestHead request) throws InterruptedException {
        synchronized (held) {
            while (isHeld(request)) {
                held.wait();
            }
        }
    }

    private boolean isHeld(RequestHead request) {
        Pattern pattern = held.get();
        return pattern != null
                && request.isWatch()
                && pattern.matcher(request.path()).find();
    }

    private static void close(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket that can not be closed", e);
        }
    }
}
