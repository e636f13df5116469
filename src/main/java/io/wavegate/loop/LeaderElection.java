package io.wavegate.loop;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.wavegate.api.WavegateConfig;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One controller works, the others stand by with their caches filled. On when the profile {@code ha} is ({@code
 * QUARKUS_PROFILE=prod,ha}, as the Deployment has it), so that a controller started by hand needs no Lease.
 *
 * <p>A graceful stop gives the Lease up, so that the next controller need not wait for its end. A leader that loses it without being
 * stopped ends its process at once: two must never work at the same time.
 */
@ApplicationScoped
public class LeaderElection {
    private static final Logger LOG = Logger.getLogger(LeaderElection.class);
    private static final String PROFILE = "ha";
    private static final String LEASE = "wavegate-leader";
    private static final Duration DURATION = Duration.ofSeconds(15);
    private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(2);
    /** After the loop was stopped: until then we are at work and the Lease is ours. */
    private static final int LAST = 5000;

    private final KubernetesClient client;
    private final String namespace;
    private final String identity =
            or(System.getenv("POD_NAME"), UUID.randomUUID().toString());
    private volatile boolean leading;
    private volatile boolean leaving;

    LeaderElection(KubernetesClient client, WavegateConfig config) {
        this.client = client;
        this.namespace = config.namespace();
    }

    @Produces
    @Singleton
    @SuppressWarnings(
            "deprecation") // JOSDK has no other way yet to say that losing the Lease is our callback's business
    LeaderElectionConfiguration configuration() {
        return new LeaderElectionConfiguration(
                LEASE,
                namespace,
                DURATION,
                RENEW_DEADLINE,
                RETRY,
                identity,
                new LeaderCallbacks(this::begin, this::end, leader -> {}),
                // With true JOSDK calls System.exit from within the shutdown, and the process never ends. Its builder
                // takes
                // false only for tests.
                false);
    }

    /** Whether this controller is the one at work. */
    public boolean leads() {
        return !leaving && (leading || !ConfigUtils.isProfileActive(PROFILE));
    }

    private void begin() {
        leading = true;
        LOG.infof("This controller, %s, is the one at work.", identity);
    }

    private void end() {
        if (leading && !leaving) {
            LOG.error("The Lease is lost; this process ends, so that two controllers never work at the same time.");
            Runtime.getRuntime().halt(1);
        }
    }

    void onLeaving(@Observes @Priority(1) ShutdownEvent event) {
        leaving = true;
    }

    void onStopped(@Observes @Priority(LAST) ShutdownEvent event) {
        if (!leading) {
            return;
        }
        try {
            var leases = client.leases().inNamespace(namespace);
            Lease held = leases.withName(LEASE).get();
            if (held != null && identity.equals(held.getSpec().getHolderIdentity())) {
                leases.resource(new LeaseBuilder(held)
                                .editSpec()
                                .withHolderIdentity("")
                                .withLeaseDurationSeconds(1)
                                .endSpec()
                                .build())
                        .update();
            }
        } catch (KubernetesClientException e) {
            LOG.warnf("the Lease could not be given up and ends by itself in %s: %s", DURATION, e.getMessage());
        }
    }

    private static String or(@Nullable String value, String otherwise) {
        return value == null || value.isBlank() ? otherwise : value;
    }
}
