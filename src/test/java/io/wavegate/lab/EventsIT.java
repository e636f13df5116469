package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.Names;
import io.wavegate.api.Option;
import io.wavegate.lab.Application.Retry;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Install, upgrade and rollback are one to Argo CD; hooks for one of them are left out of the others. SyncEventTest has the whole
 * table; here is what Argo CD makes known of each.
 */
@LabTest
class EventsIT {
    private static final String NOT_FOR_INSTALL =
            "NotForThisEvent: this sync is taken for an install, since Argo CD's history of the Application is empty, there is no record"
                    + " of this hook, and nothing of the Application was live; the hook Job is for ";

    @Test
    void installUpgradeAndRollbackAreToldApart(Project project) {
        String first = project.commit("release 1", release(project, "v1"));
        Application.Sync install = project.application().awaitEnded(first);
        assertThat(install.phase()).isEqualTo("Succeeded");
        assertThat(ran(project)).containsExactlyInAnyOrder("pre-install", "post-install", "both", "argocd");
        assertThat(install.hook("pre-upgrade").message()).isEqualTo(NOT_FOR_INSTALL + "pre-upgrade.");
        assertThat(install.hook("post-upgrade").message()).isEqualTo(NOT_FOR_INSTALL + "post-upgrade.");
        assertThat(eventsOf(project, install)).containsOnly("install");

        String second = project.commit("release 2", release(project, "v2"));
        Application.Sync upgrade = project.application().awaitEnded(second);
        assertThat(upgrade.phase()).isEqualTo("Succeeded");
        assertThat(ranAfter(project, 4)).containsExactlyInAnyOrder("pre-upgrade", "post-upgrade", "both", "argocd");
        assertThat(upgrade.hook("pre-install").message())
                .isEqualTo(
                        "NotForThisEvent: this sync is taken for an upgrade, since Argo CD's history of the Application has"
                                + " revision " + first + "; the hook Job is for pre-install.");
        assertThat(eventsOf(project, upgrade)).containsOnly("upgrade");

        project.application().byHandOnly();
        Application.Sync rollback = project.application().syncByHand(first);
        assertThat(rollback.phase()).isEqualTo("Succeeded");
        assertThat(ranAfter(project, 8))
                .containsExactlyInAnyOrder("pre-rollback", "pre-upgrade", "post-upgrade", "both", "argocd");
        assertThat(eventsOf(project, rollback)).containsOnly("rollback");

        Application.Sync forward = project.application().syncByHand(second);
        assertThat(ranAfter(project, 13)).containsExactlyInAnyOrder("pre-upgrade", "post-upgrade", "both", "argocd");
        assertThat(eventsOf(project, forward)).containsOnly("upgrade");
        project.awaitServing("v2");
    }

    @Test
    void anApplicationMadeAnewOverALiveWorkloadIsAnUpgrade(Project project) {
        HasMetadata[] manifests = {hook(project, "pre-install"), hook(project, "pre-upgrade"), project.web("v1")};
        String revision = project.commit("release 1", manifests);
        assertThat(project.application().awaitEnded(revision).phase()).isEqualTo("Succeeded");
        assertThat(ran(project)).containsExactly("pre-install");
        project.application().delete();
        project.kubectl("delete", "mrun", "--all");

        project.recreateApplication();
        project.application().awaitCompared();
        Application.Sync sync = project.application().syncByHand();

        assertThat(sync.phase()).isEqualTo("Succeeded");
        assertThat(ranAfter(project, 1)).containsExactly("pre-upgrade");
        assertThat(sync.hook("pre-install").message())
                .isEqualTo(
                        "NotForThisEvent: this sync is taken for an upgrade, since a workload of the Application was live before its"
                                + " first sync; the hook Job is for pre-install.");
    }

    @Test
    void aRetryOfAnInstallIsStillOne(Project project) {
        HasMetadata failsOnce = project.hookJob("pre-install")
                .annotation(Names.HELM_HOOK, "pre-install")
                .annotation(Option.SYNC_RETRY.annotation(), "Rerun")
                .script(trace("ran", "pre-install"), "[ $(wc -l < /lab/ran) -gt 1 ]")
                .manifest();
        String revision =
                project.commit(Retry.times(2), "release 1", failsOnce, hook(project, "pre-upgrade"), project.web("v1"));

        Application.Sync sync = project.application().awaitEnded(revision);

        assertThat(sync.phase()).isEqualTo("Succeeded");
        assertThat(ran(project)).containsExactly("pre-install", "pre-install");
        assertThat(sync.hook("pre-upgrade").message()).isEqualTo(NOT_FOR_INSTALL + "pre-upgrade.");
        assertThat(eventsOf(project, sync)).containsExactly("install", "install");
    }

    @Test
    void whatHasFailedAtTheInstallIsRunByTheNextSync(Project project) {
        HasMetadata fails = project.hookJob("pre-install")
                .annotation(Names.HELM_HOOK, "pre-install")
                .script(trace("ran", "pre-install"), "exit 1")
                .manifest();
        String broken = project.commit("release 1", fails, project.web("v1"));
        assertThat(project.application().awaitEnded(broken).phase()).isEqualTo("Failed");

        String mended = project.commit("release 2", hook(project, "pre-install"), project.web("v1"));

        assertThat(project.application().awaitEnded(mended).phase()).isEqualTo("Succeeded");
        assertThat(ran(project)).containsExactly("pre-install", "pre-install");
        assertThat(eventsOf(project, project.application().sync()))
                .as("in doubt, and run")
                .containsOnlyNulls();
    }

    private static HasMetadata[] release(Project project, String version) {
        return Stream.concat(
                        Stream.of("pre-install", "post-install", "pre-upgrade", "post-upgrade")
                                .map(event -> hook(project, event)),
                        Stream.of(
                                named(project, "both")
                                        .annotation(Names.HELM_HOOK, "pre-install,pre-upgrade")
                                        .manifest(),
                                named(project, "pre-rollback")
                                        .annotation(Names.HELM_HOOK, "pre-upgrade")
                                        .annotation(Option.ON.annotation(), "pre-rollback")
                                        .manifest(),
                                named(project, "argocd")
                                        .annotation(Names.HELM_HOOK, "pre-install")
                                        .annotation(Names.ARGOCD_HOOK, "PreSync")
                                        .manifest(),
                                last(),
                                project.web(version)))
                .toArray(HasMetadata[]::new);
    }

    /**
     * A wave after the hooks: after each but the last Argo CD waits for two seconds, and does not take the end of a hook Job that it has
     * just replaced for the new one's (argoproj/argo-cd#10077).
     */
    private static HasMetadata last() {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName("last")
                .addToAnnotations(Names.ARGOCD_HOOK, "PostSync")
                .addToAnnotations("argocd.argoproj.io/sync-wave", "1")
                .endMetadata()
                .build();
    }

    private static HasMetadata hook(Project project, String event) {
        return named(project, event).annotation(Names.HELM_HOOK, event).manifest();
    }

    private static HookJob named(Project project, String name) {
        return project.hookJob(name).script(trace("ran", name));
    }

    private static List<String> ran(Project project) {
        return ranAfter(project, 0);
    }

    private static List<String> ranAfter(Project project, int earlier) {
        return project.lines("ran").stream().skip(earlier).toList();
    }

    /** What the records of this sync say that it is. */
    private static List<String> eventsOf(Project project, Application.Sync sync) {
        return project.records().stream()
                .map(MigrationRun::getSpec)
                .filter(spec -> sync.startedAt().equals(spec.release().operationStartedAt()))
                .map(spec -> spec.release().event())
                .toList();
    }
}
