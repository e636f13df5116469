package io.wavegate.web;

import io.wavegate.loop.Loop;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** {@code /q/health/live}, {@code /q/health/ready}, {@code /q/health/started}. */
@ApplicationScoped
class Health {
    private final Loop loop;

    Health(Loop loop) {
        this.loop = loop;
    }

    /** The reconcilers' threads turn. */
    @Produces
    @Liveness
    HealthCheck live() {
        return () -> HealthCheckResponse.named("loop").status(loop.turns()).build();
    }

    /** Caches are filled and followed, the CRD is there, the API server is new enough; a sentence where not. */
    @Produces
    @Readiness
    HealthCheck ready() {
        return () -> loop.obstacle()
                .map(sentence -> HealthCheckResponse.named("kubernetes")
                        .down()
                        .withData("message", sentence)
                        .build())
                .orElseGet(() -> HealthCheckResponse.named("kubernetes")
                        .up()
                        .withData("version", loop.version())
                        .build());
    }

    /** The API server was looked for; one that is away must not have us restarted at start either. */
    @Produces
    @Startup
    HealthCheck started() {
        return () -> HealthCheckResponse.named("loop").status(loop.looked()).build();
    }
}
