package io.wavegate.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.wavegate.api.WavegateConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** An API server that says whose a token is and what they may read, and nothing else. A token is the name of the one whose it is. */
final class Reviewer implements AutoCloseable {
    /** In place of a namespace: all of them. */
    static final String ALL = "*";

    private final ObjectMapper json = new ObjectMapper();
    private final List<JsonNode> asked = new CopyOnWriteArrayList<>();
    private final Map<String, Set<String>> rights;
    private final HttpServer server;
    private final KubernetesClient client;

    /**
     * One that listens.
     *
     * @param rights who is known, and the namespaces whose runs they may see
     */
    Reviewer(Map<String, Set<String>> rights) throws IOException {
        this.rights = rights;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withAutoConfigure(false)
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .build())
                .build();
    }

    /** Access by what it says, at a time that stands. */
    Access access(WavegateConfig.Anonymous anonymous) {
        WavegateConfig config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withMapping(WavegateConfig.class)
                .withDefaultValue("wavegate.api-anonymous", anonymous.name().toLowerCase(java.util.Locale.ROOT))
                .build()
                .getConfigMapping(WavegateConfig.class);
        return new Access(client, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), config);
    }

    /** Somebody with a token of that name. */
    Access.Caller caller(String name) {
        return access(WavegateConfig.Anonymous.NONE).caller("Bearer " + name, "10.0.0.1");
    }

    /** The {@code spec} of each SubjectAccessReview, in their order. */
    List<JsonNode> asked() {
        return asked;
    }

    private void answer(HttpExchange exchange) throws IOException {
        ObjectNode review = (ObjectNode) json.readTree(exchange.getRequestBody());
        JsonNode spec = review.path("spec");
        ObjectNode status = review.putObject("status");
        if (exchange.getRequestURI().getPath().endsWith("/tokenreviews")) {
            String name = spec.path("token").asText();
            status.put("authenticated", rights.containsKey(name));
            ObjectNode user = status.putObject("user").put("username", name).put("uid", "uid-" + name);
            user.putArray("groups").add("system:authenticated");
            user.putObject("extra").putArray("scopes").add("user:info");
        } else {
            asked.add(spec);
            status.put(
                    "allowed",
                    rights.getOrDefault(spec.path("user").asText(), Set.of())
                            .contains(spec.path("resourceAttributes")
                                    .path("namespace")
                                    .asText(ALL)));
        }
        byte[] body = json.writeValueAsBytes(review);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(201, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        client.close();
        server.stop(0);
    }
}
