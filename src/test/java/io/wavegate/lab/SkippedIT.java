package io.wavegate.lab;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Argo CD runs no hook in some of its syncs; what was deployed without its migration is told on its Application. */
@LabTest
class SkippedIT {
    private static final String HOOK = "migrate";
    private static final String SKIPPED = "MigrationSkippedWarning";

    @Test
    void aSyncOfSelectedResourcesIsTold(Project project, Controller controller) {
        Application application = released(project);
        project.commitOnly("release 2", release(project, Lab.NEXT_IMAGE));

        assertThat(application.syncByHandOnly("apps", "Deployment", "web").phase())
                .isEqualTo("Succeeded");

        assertThat(application.awaitCondition(SKIPPED))
                .isEqualTo(
                        ("Image lab/busybox:2 was deployed by a sync of selected resources, and Argo CD runs no hook in one: the migration"
                                        + " of %s/migrate was not run. The last that succeeded was of lab/busybox:1 (migrationrun/%s). Sync the"
                                        + " application whole to run it.")
                                .formatted(
                                        project.namespace(),
                                        project.records().get(0).getMetadata().getName()));
        assertThat(application.awaitEvent("MigrationSkipped").getType()).isEqualTo("Warning");
        Await.until("the metrics to count it")
                .untilAsserted(() -> assertThat(
                                given().get(controller.uri("/q/metrics")).asString())
                        .containsPattern("wavegate_skipped_total\\{namespace=\"argocd\"} [1-9]")
                        .containsPattern("wavegate_applications\\{namespace=\"argocd\",state=\"skipped\"} [1-9]"));
        Await.throughout(
                Duration.ofSeconds(3),
                "the warning to stand",
                () -> assertThat(application.conditions(SKIPPED)).hasSize(1));

        assertThat(application.syncByHand().phase()).isEqualTo("Succeeded");
        application.awaitNoCondition(SKIPPED);
        assertThat(application.conditions(Application.MIGRATION_ERROR)).isEmpty();
    }

    @Test
    void aRollbackThatOnlyAppliesIsTold(Project project) {
        Application application = released(project);
        String first = application.sync().revision();
        String second = project.commitOnly("release 2", release(project, Lab.NEXT_IMAGE));
        assertThat(application.syncByHand(second).phase()).isEqualTo("Succeeded");
        assertThat(application.conditions(SKIPPED)).isEmpty();

        assertThat(application.syncByHandWithoutHooks(first).phase()).isEqualTo("Succeeded");

        assertThat(application.awaitCondition(SKIPPED))
                .startsWith(
                        "Image lab/busybox:1 was deployed by a sync that only applies, as a rollback does, and Argo CD runs no hook"
                                + " in one: the migration of %s/migrate was not run. The last that succeeded was of lab/busybox:2 "
                                        .formatted(project.namespace()));

        assertThat(application.syncByHand(second).phase()).isEqualTo("Succeeded");
        application.awaitNoCondition(SKIPPED);
    }

    @Test
    void theRevisionIsToldWhereNoImageTells(Project project) {
        String first = project.commit("release 1", another(project, "true", "v1"));
        Application application = project.application();
        assertThat(application.awaitEnded(first).phase()).isEqualTo("Succeeded");
        application.byHandOnly();
        project.awaitServing("v1");
        String second = project.commitOnly("release 2", another(project, "true", "v2"));

        assertThat(application.syncByHandOnly("apps", "Deployment", "web").phase())
                .isEqualTo("Succeeded");

        assertThat(application.awaitCondition(SKIPPED))
                .startsWith("Revision %s was deployed by a sync of selected resources, ".formatted(second));
        assertThat(application.syncByHand().phase()).isEqualTo("Succeeded");
        application.awaitNoCondition(SKIPPED);
    }

    @Test
    void aCommitThatChangesOnlyTheHookIsTold(Project project) {
        String first = project.commit("release 1", another(project, "true", "v1"));
        Application application = project.application();
        assertThat(application.awaitEnded(first).phase()).isEqualTo("Succeeded");
        project.awaitServing("v1");

        String second = project.commit("release 2", another(project, "echo more", "v1"));

        assertThat(application.awaitCondition(SKIPPED))
                .startsWith("Revision %s is in sync without having been synced: ".formatted(second));
        assertThat(application.syncByHand().phase()).isEqualTo("Succeeded");
        application.awaitNoCondition(SKIPPED);
    }

    /** A hook whose image no workload has. */
    private static HasMetadata[] another(Project project, String script, String version) {
        Deployment web = new DeploymentBuilder(project.web(version))
                .editSpec()
                .editTemplate()
                .editSpec()
                .editFirstContainer()
                .withImage("lab/pause:1")
                .withCommand()
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
        return new HasMetadata[] {
            project.hookJob(HOOK)
                    .script(script)
                    .deletePolicy("before-hook-creation,hook-succeeded")
                    .manifest(),
            web
        };
    }

    @Test
    void aSelfHealOfWhatWasMigratedIsNone(Project project) {
        String revision = project.commit("release 1", release(project, Lab.IMAGE));
        Application application = project.application();
        Application.Sync first = application.awaitEnded(revision);
        application.selfHeal();
        project.awaitServing("v1");

        project.client()
                .apps()
                .deployments()
                .inNamespace(project.namespace())
                .withName("web")
                .scale(2);
        application.refresh();

        Await.until("Argo CD to have healed it")
                .until(
                        application::sync,
                        sync -> sync.ended() && !sync.startedAt().equals(first.startedAt()));
        assertThat(application
                        .live()
                        .path("status")
                        .path("operationState")
                        .path("operation")
                        .path("sync")
                        .path("resources"))
                .as("what a self-heal names")
                .isNotEmpty();
        Await.throughout(
                Duration.ofSeconds(5),
                "nothing to be told",
                () -> assertThat(application.ours()).isEmpty());
    }

    /** With what comes by hand only from now on. */
    private static Application released(Project project) {
        String revision = project.commit("release 1", release(project, Lab.IMAGE));
        Application application = project.application();
        assertThat(application.awaitEnded(revision).phase()).isEqualTo("Succeeded");
        application.byHandOnly();
        project.awaitServing("v1");
        return application;
    }

    private static HasMetadata[] release(Project project, String image) {
        return new HasMetadata[] {
            project.hookJob(HOOK).image(image).script("true").manifest(), project.webOf(image)
        };
    }
}
