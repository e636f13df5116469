package io.wavegate.flyway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** A port that leads to another one: a server that comes late. */
final class Relay implements AutoCloseable {
    private final ServerSocket socket;
    private final AtomicInteger connections = new AtomicInteger();

    Relay(int port, int to) {
        try {
            socket = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(() -> {
            while (!socket.isClosed()) {
                Socket from = socket.accept();
                connections.incrementAndGet();
                Socket onward = new Socket(InetAddress.getLoopbackAddress(), to);
                daemon(() -> from.getInputStream().transferTo(onward.getOutputStream()));
                daemon(() -> onward.getInputStream().transferTo(from.getOutputStream()));
            }
        });
    }

    int connections() {
        return connections.get();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        var thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // One of the two has closed its end.
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
