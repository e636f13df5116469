package io.wavegate.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunSpec;
import io.wavegate.api.Reason;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** A failed migration stands on its Application, where its people look, for as long as it is failed. */
@LabTest
class MarkerIT {
    private static final String HOOK = "migrate";

    private static final String PROBLEM = "django.db.utils.ProgrammingError: column \"colour\" does not exist";
    /** What somebody else has written of the same Application. */
    private static final String FOREIGN = "CertificateWarning";

    @Test
    void aFailureStandsUntilItIsRepaired(Project project) {
        String failing = project.commit("release 1", failing(project, HOOK), project.web("v1"));
        Hook hook = project.awaitHook(HOOK);
        MigrationRun run = hook.awaitVerdict();
        Application application = project.application();

        String message = Await.within(Duration.ofSeconds(10), "the Application to tell of the failure")
                .until(() -> application.conditions(Application.MIGRATION_ERROR), conditions -> conditions.size() == 1)
                .get(0);

        assertThat(message)
                .startsWith("%s/migrate: MigrationFailed: ".formatted(project.namespace()))
                .contains(Reason.MigrationFailed.advice())
                .contains(PROBLEM)
                .endsWith("(migrationrun/%s)".formatted(run.getMetadata().getName()));
        isWarning(application.awaitEvent("MigrationFailed"), PROBLEM);
        isWarning(event(project, hook.uid()), PROBLEM);
        isWarning(event(project, run.getMetadata().getUid()), PROBLEM);
        assertThat(application.awaitEnded(failing).phase()).isEqualTo("Failed");
        // Argo CD writes the whole list when it has something to say itself.
        application.refresh();
        application.awaitCondition("SyncError");
        assertThat(application.awaitCondition(Application.MIGRATION_ERROR)).isEqualTo(message);
        Await.throughout(Duration.ofSeconds(3), "the failure to stand", () -> {
            assertThat(application.conditions(Application.MIGRATION_ERROR)).containsExactly(message);
            assertThat(application.conditions("SyncError")).hasSize(1);
        });

        String repaired =
                project.commit("release 2", project.hookJob(HOOK).script("true").manifest(), project.web("v2"));

        assertThat(application.awaitEnded(repaired).phase()).isEqualTo("Succeeded");
        application.awaitNoCondition(Application.MIGRATION_ERROR);
        Event told = application.awaitEvent("MigrationRepaired");
        assertThat(told.getType()).isEqualTo("Normal");
        assertThat(told.getMessage())
                .isEqualTo("%s/migrate: the migration has succeeded (migrationrun/%s)."
                        .formatted(
                                project.namespace(),
                                project.recordOf(repaired).getMetadata().getName()));
        application.refresh();
        application.awaitNoCondition("SyncError");
        Await.throughout(
                Duration.ofSeconds(3),
                "the failure not to come back",
                () -> assertThat(application.conditions(Application.MIGRATION_ERROR))
                        .isEmpty());
    }

    @Test
    void aFullSyncWithoutTheHookEndsIt(Project project) {
        project.commit("release 1", failing(project, HOOK), project.web("v1"));
        Application application = project.application();
        application.awaitCondition(Application.MIGRATION_ERROR);

        String without = project.commit("release 2", project.web("v2"));

        assertThat(application.awaitEnded(without).phase()).isEqualTo("Succeeded");
        application.awaitNoCondition(Application.MIGRATION_ERROR);
        assertThat(application.awaitEvent("MigrationRepaired").getMessage())
                .isEqualTo("A full sync has succeeded since a migration had failed.");
    }

    @Test
    void severalFailuresAreOneMessage(Project project) {
        project.commit("release 1", failing(project, HOOK), failing(project, "seed"), project.web("v1"));
        Application application = project.application();

        String message = Await.until("the Application to tell of both")
                .until(
                        () -> application.conditions(Application.MIGRATION_ERROR),
                        conditions -> conditions.size() == 1
                                && conditions.get(0).contains("/migrate: ")
                                && conditions.get(0).contains("/seed: "))
                .get(0);

        assertThat(message)
                .startsWith("%s/migrate: MigrationFailed: ".formatted(project.namespace()))
                .contains("(migrationrun/migrate-")
                .contains(" %s/seed: MigrationFailed: ".formatted(project.namespace()))
                .contains("(migrationrun/seed-");
        Await.until("an Event of each")
                .untilAsserted(() -> assertThat(application.events().stream()
                                .filter(event -> event.getReason().equals("MigrationFailed"))
                                .map(event -> event.getMessage()
                                        .substring(0, event.getMessage().indexOf(':'))))
                        .containsExactlyInAnyOrder(project.namespace() + "/migrate", project.namespace() + "/seed"));
    }

    @Test
    void whatIsDroppedIsWrittenAgain(Project project) {
        Application application = failed(project);
        String message = application.awaitCondition(Application.MIGRATION_ERROR);

        application.merge("{\"status\":{\"conditions\":null}}");

        String again = Await.within(Duration.ofSeconds(10), "the failure to be told again")
                .until(() -> application.conditions(Application.MIGRATION_ERROR), conditions -> conditions.size() == 1)
                .get(0);
        assertThat(again).isEqualTo(message);
    }

    @Test
    void whoDropsItEachTimeIsNotFought(Project project) {
        Application application = failed(project);
        application.awaitCondition(Application.MIGRATION_ERROR);
        // Argo CD, which writes the whole list, may bring back what was dropped: a write of ours has a time of its own.
        Set<String> written = new HashSet<>();

        Await.throughout(Duration.ofSeconds(60), "the writes to be few", () -> {
            List<String> seen = times(application);
            if (!seen.isEmpty()) {
                application.merge("{\"status\":{\"conditions\":null}}");
                written.addAll(seen);
                assertThat(written).hasSizeLessThanOrEqualTo(8);
            }
        });

        assertThat(written).hasSizeGreaterThanOrEqualTo(4);
        assertThat(application.events().stream()
                        .filter(event -> event.getReason().equals("MigrationFailed")))
                .as("what was told once")
                .hasSize(1);
    }

    @Test
    void theConditionsOfOthersStay(Project project) {
        String first =
                project.commit("release 1", project.hookJob(HOOK).script("true").manifest(), project.web("v1"));
        Application application = project.application();
        application.awaitEnded(first);
        application.merge(
                "{\"status\":{\"conditions\":[{\"type\":\"%s\",\"message\":\"ends soon\",\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"}]}}"
                        .formatted(FOREIGN));

        project.commit("release 2", failing(project, HOOK), project.web("v2"));
        application.awaitCondition(Application.MIGRATION_ERROR);
        assertThat(application.conditions(FOREIGN)).containsExactly("ends soon");

        String repaired =
                project.commit("release 3", project.hookJob(HOOK).script("true").manifest(), project.web("v3"));
        application.awaitEnded(repaired);
        application.awaitNoCondition(Application.MIGRATION_ERROR);
        assertThat(application.conditions(FOREIGN)).containsExactly("ends soon");
        assertThat(application.live().path("status").path("conditions").toString())
                .contains("\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"");
    }

    @Test
    void anApplicationInANamespaceOfItsOwnIsMarked(Project project) {
        String home = project.namespace() + "-apps";
        project.client()
                .namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(home)
                        .endMetadata()
                        .build())
                .create();
        try {
            project.commitOnly("release 1", failing(project, HOOK), project.web("v1"));
            Application application = Application.create(
                    project.client(), home, project.namespace(), project.repositoryUrl(), Application.Retry.NEVER);

            assertThat(application.awaitCondition(Application.MIGRATION_ERROR)).contains(PROBLEM);

            isWarning(application.awaitEvent("MigrationFailed"), PROBLEM);
            MigrationRun run = project.records().get(0);
            assertThat(run.getSpec().release().application())
                    .isEqualTo(new MigrationRunSpec.Application(home, application.name(), application.uid()));
            assertThat(run.getStatus().verified()).isTrue();
            String repaired = project.commitOnly(
                    "release 2", project.hookJob(HOOK).script("true").manifest(), project.web("v2"));
            application.refresh();
            assertThat(application.awaitEnded(repaired).phase()).isEqualTo("Succeeded");
            application.awaitNoCondition(Application.MIGRATION_ERROR);
            application.delete();
        } finally {
            project.client().namespaces().withName(home).withGracePeriod(0).delete();
        }
    }

    /** With its sync at its end, so that Argo CD writes no more than it has to. */
    private static Application failed(Project project) {
        String revision = project.commit("release 1", failing(project, HOOK), project.web("v1"));
        project.application().awaitEnded(revision);
        project.application().awaitCondition("SyncError");
        return project.application();
    }

    /** Since when it tells of a failure. */
    private static List<String> times(Application application) {
        return StreamSupport.stream(
                        application.live().path("status").path("conditions").spliterator(), false)
                .filter(condition -> condition.path("type").asText().equals(Application.MIGRATION_ERROR))
                .map(condition -> condition.path("lastTransitionTime").asText())
                .toList();
    }

    private static HasMetadata failing(Project project, String hook) {
        return project.hookJob(hook)
                .script("echo '" + PROBLEM + "' >&2", "exit 1")
                .manifest();
    }

    private static Event event(Project project, String uid) {
        return Await.until("the Event MigrationFailed on " + uid)
                .until(
                        () -> project.eventsOn(uid).stream()
                                .filter(event -> event.getReason().equals("MigrationFailed"))
                                .toList(),
                        found -> found.size() == 1)
                .get(0);
    }

    private static void isWarning(Event event, String text) {
        assertThat(event.getType()).isEqualTo("Warning");
        assertThat(event.getMessage()).contains(text);
        assertThat(event.getSource().getComponent()).isEqualTo("wavegate");
    }
}
