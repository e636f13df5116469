package io.wavegate.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunSpec;
import io.wavegate.api.Names;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * A tracking id can be written by anybody. Another tenant's hook Jobs that bear that of our Application, in a namespace of their own that
 * its AppProject permits, tell it nothing, neither failures nor successes, whatever Argo CD lists of them.
 */
@LabTest
class TenantsIT {
    private static final String HOOK = "migrate";

    @Test
    void aForgedFailureMarksNobody(Project project) {
        String revision =
                project.commit("release 1", project.hookJob(HOOK).script("true").manifest(), project.web("v1"));
        Application application = project.application();
        assertThat(application.awaitEnded(revision).phase()).isEqualTo("Succeeded");

        try (var other = new Tenant(project)) {
            other.forge("echo forged >&2", "exit 1");
            awaitListed(application, other);
            // A sync lists what it would prune.
            assertThat(application.syncByHand().phase()).isEqualTo("Succeeded");

            Await.throughout(Duration.ofSeconds(3), "nothing to be told", () -> {
                assertThat(application.ours()).isEmpty();
                assertThat(application.events())
                        .noneMatch(event -> event.getMessage().contains(other.namespace()));
                assertThat(other.records()).noneMatch(Hook::isVerified);
            });
        }
    }

    @Test
    void aForgedSuccessTakesNothingAway(Project project) {
        String failing = project.commit(
                "release 1", project.hookJob(HOOK).script("exit 1").manifest(), project.web("v1"));
        Application application = project.application();
        application.awaitEnded(failing);
        String message = application.awaitCondition(Application.MIGRATION_ERROR);

        try (var other = new Tenant(project)) {
            other.forge("true");
            awaitListed(application, other);
            application.renderAnew();

            Await.throughout(Duration.ofSeconds(3), "the failure to stand", () -> {
                assertThat(application.conditions(Application.MIGRATION_ERROR)).containsExactly(message);
                assertThat(application.events())
                        .noneMatch(event -> event.getMessage().contains(other.namespace())
                                || event.getReason().equals("MigrationRepaired"));
                assertThat(other.records()).noneMatch(Hook::isVerified);
            });
        }
    }

    /** Argo CD takes what bears an Application's tracking id for one of its resources, wherever it may deploy to. */
    private static void awaitListed(Application application, Tenant other) {
        application.renderAnew();
        Await.until("Argo CD to list what the other tenant has made")
                .until(() -> StreamSupport.stream(
                                application
                                        .live()
                                        .path("status")
                                        .path("resources")
                                        .spliterator(),
                                false)
                        .filter(resource -> resource.path("namespace").asText().equals(other.namespace()))
                        .map(resource -> resource.path("name").asText())
                        .toList()
                        .containsAll(List.of("plain", "copied", HOOK)));
    }

    /** Somebody else, with a namespace of their own and nothing of Argo CD's. */
    private record Tenant(Project project, String namespace) implements AutoCloseable {
        Tenant(Project project) {
            this(project, project.namespace() + "-other");
            client().namespaces()
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(namespace)
                            .endMetadata()
                            .build())
                    .create();
        }

        /** A hook of the Application as it would look here, the same as no hook, and a copy of its tracking id; until all have ended. */
        void forge(String... script) {
            String application = project.application().name();
            create(job(HOOK, "%s:batch/Job:%s/%s".formatted(application, namespace, HOOK), script)
                    .manifest());
            create(noHook(job("plain", "%s:batch/Job:%s/plain".formatted(application, namespace), script)));
            create(noHook(
                    job("copied", "%s:batch/Job:%s/%s".formatted(application, project.namespace(), HOOK), script)));
            Await.until("the forged hooks to have their verdicts")
                    .until(
                            this::records,
                            records -> records.size() == 3
                                    && records.stream()
                                            .allMatch(run -> run.statusOrEmpty().terminal()));
            assertThat(records())
                    .as("claims of the Application")
                    .extracting(run -> run.getSpec().release().application())
                    .containsOnly(new MigrationRunSpec.Application(
                            Lab.ARGOCD, application, project.application().uid()));
        }

        private HookJob job(String name, String trackingId, String... script) {
            return project.hookJob(name).script(script).annotation(Names.TRACKING_ID, trackingId);
        }

        private static HasMetadata noHook(HookJob job) {
            return job.edit(builder -> builder.editMetadata()
                            .removeFromAnnotations(Names.HELM_HOOK)
                            .endMetadata())
                    .manifest();
        }

        private void create(HasMetadata object) {
            client().resource(object).inNamespace(namespace).create();
        }

        List<MigrationRun> records() {
            return client().resources(MigrationRun.class)
                    .inNamespace(namespace)
                    .list()
                    .getItems();
        }

        private KubernetesClient client() {
            return project.client();
        }

        @Override
        public void close() {
            client().namespaces().withName(namespace).withGracePeriod(0).delete();
        }
    }
}
