package io.wavegate.lab;

import static io.restassured.RestAssured.given;
import static io.wavegate.lab.HookJob.trace;
import static io.wavegate.lab.HookJob.waitFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.Option;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a migration stands on goes away while it runs, and comes back: the API server, etcd, Argo CD's controller, the kubelet, the node.
 * Each migration runs once, its verdict is right, and nothing stays behind ({@link Invariants}). The repository's own lab only.
 */
@LabTest
@Execution(ExecutionMode.SAME_THREAD)
class OutageIT {
    private static final String HOOK = "migrate";
    private static final String UNREACHABLE = "node.kubernetes.io/unreachable";
    private static final Duration AWAY = Duration.ofMinutes(2);

    /** What a test took away is there again for the next one, whatever came of it. */
    @AfterEach
    void everythingIsBack(Lab lab) {
        Lab.up();
        noTaint(lab);
    }

    /** Kubernetes takes it away by itself where it has not seen yet that the node is lost. */
    private static void noTaint(Lab lab) {
        lab.tryKubectl("taint", "nodes", "lab", UNREACHABLE + "-");
    }

    @Test
    @Timeout(value = 12, unit = TimeUnit.MINUTES) // two of them without it, some until all are at work again
    void theApiServerIsAwayForTwoMinutes(Lab lab, Project project, Controller controller) {
        // As Argo CD retries by itself unless it is told otherwise: it may meet the outage in the middle of a step.
        String revision = project.commit(
                Application.Retry.times(5),
                "release",
                project.hookJob(HOOK)
                        .script(trace("release", "begins"), waitFor("during"), trace("release", "ends"))
                        .manifest(),
                project.web("v1"));
        Hook release = project.awaitHook(HOOK);
        Hook fails = project.create(project.hookJob("fails")
                .script(trace("fails", "begins"), waitFor("during"), "echo no such column", "exit 3"));
        Hook late = project.create(project.hookJob("late")
                .script("trap 'exit 1' TERM", trace("late", "begins"), waitFor("never"))
                .terminationGracePeriodSeconds(30)
                .spec(spec -> spec.withActiveDeadlineSeconds(60L)));
        Hook goesOn = project.create(project.hookJob("goes-on")
                .annotation(Option.DATABASE.annotation(), "shared")
                .script(trace("shared", "goes-on begins"), waitFor("after"), trace("shared", "goes-on ends")));
        for (String file : List.of("release", "fails", "late", "shared")) {
            project.awaitTraced(file, 1);
        }
        Hook waits = project.create(project.hookJob("waits")
                .annotation(Option.DATABASE.annotation(), "shared")
                .annotation(Option.LOCK_TIMEOUT.annotation(), "3600")
                .script(trace("shared", "waits")));
        waits.awaitWaiting();
        controller.mayEndByItself();
        Hook unseen = project.create(project.hookJob("unseen").script(trace("unseen", "once")));

        lab.program("kube-apiserver").kill();
        Instant back = Instant.now().plus(AWAY);
        project.open("during");
        // It ends, which nobody can be told.
        project.awaitTraced("release", 2);
        Await.within(AWAY.plusSeconds(30), "the API server to have been away for " + AWAY)
                .until(() -> !Instant.now().isBefore(back));
        apiServerIsBack(lab);
        Instant up = Instant.now();

        Await.until("Wavegate to be at work again")
                .until(() ->
                        unseen.record().map(run -> run.statusOrEmpty().job()).isPresent());
        System.out.printf(
                "OutageIT: the API server was back, and %d s later Wavegate emitted the Job of a hook that it had not seen%n",
                Duration.between(up, Instant.now()).toSeconds());
        Await.within(Duration.ofMinutes(3), "Argo CD to be at work again, which takes its time")
                .until(() -> project.application().sync().ended() && Hook.finished(late.live()));
        assertThat(project.application().awaitEnded(revision).phase()).isEqualTo("Succeeded");
        project.awaitServing("v1");
        assertThat(release.awaitVerdict().getStatus().phase()).isEqualTo(Phase.Succeeded);
        MigrationRun failed = fails.awaitVerdict();
        assertThat(failed.getStatus().reason()).isEqualTo(Reason.MigrationFailed);
        assertThat(failed.getStatus().exitCode()).isEqualTo(3);
        assertThat(Hook.message(fails.awaitFailed())).contains("no such column");
        assertThat(late.awaitVerdict().getStatus().reason()).isEqualTo(Reason.DeadlineExceeded);
        unseen.awaitComplete();
        assertThat(waits.awaitWaiting().getStatus().message()).contains("held by");
        project.open("after");
        goesOn.awaitComplete();
        waits.awaitComplete();

        assertThat(project.lines("release")).containsExactly("begins", "ends");
        assertThat(project.lines("fails")).containsExactly("begins");
        assertThat(project.lines("late")).containsExactly("begins");
        assertThat(project.lines("shared")).containsExactly("goes-on begins", "goes-on ends", "waits");
        assertThat(project.lines("unseen")).containsExactly("once");
        assertThat(project.everEmitted()).hasSize(6);
        nothingIsHeld(project);
    }

    /** Each request takes up to a second, and for a while, longer than a leader keeps its Lease, none is answered at all. */
    @Test
    void etcdIsSlow(Lab lab, Project project, Controller controller) {
        LabProgram etcd = lab.program("etcd");
        controller.mayEndByItself();
        List<Hook> hooks;
        String revision;
        try (LabProgram.Stutter stutter = etcd.stutter(Duration.ofMillis(700), Duration.ofMillis(300))) {
            // Argo CD's writes may fail as well, and its retry is answered by what has run already.
            revision = project.commit(
                    Application.Retry.times(5),
                    "release",
                    project.hookJob(HOOK).script(trace("migrations", HOOK)).manifest(),
                    project.web("v1"));
            hooks = IntStream.range(0, 8)
                    .mapToObj(i -> project.create(project.hookJob("hook-" + i)
                            .script(trace("migrations", "hook-" + i), i % 4 == 3 ? "exit 3" : "true")))
                    .toList();
            Await.until("migrations to be under way")
                    .until(() -> project.lines("migrations").size() >= 3);
            stutter.isAtIt();
        }
        etcd.freeze();
        Instant thaw = Instant.now().plusSeconds(20);
        Await.until("etcd to have been frozen").until(() -> !Instant.now().isBefore(thaw));
        etcd.thaw();
        apiServerIsBack(lab);

        for (int i = 0; i < hooks.size(); i++) {
            Reason want = i % 4 == 3 ? Reason.MigrationFailed : Reason.Migrated;
            assertThat(Hook.message(hooks.get(i).awaitFinished())).startsWith(want + ": ");
        }
        Application.Sync sync = project.application().awaitEnded(revision);
        assertThat(sync.phase()).as(sync.toString()).isEqualTo("Succeeded");
        assertThat(project.lines("migrations")).hasSize(9).doesNotHaveDuplicates();
        assertThat(project.everEmitted()).hasSize(9);
        nothingIsHeld(project);
    }

    @Test
    void watchesAreCutAndThenTooOld(Lab lab, Project project, Controller controller, @TempDir Path folder) {
        try (ApiServerProxy proxy = new ApiServerProxy(lab);
                ControllerProcess own = controller.through(proxy.kubeconfig(folder))) {
            own.start();
            Hook cut = project.create(project.hookJob("cut")
                    .script(trace("cut", "once"), waitFor("go-cut"), "echo no such column", "exit 3"));
            Hook old = project.create(project.hookJob("old").script(trace("old", "once"), waitFor("go-old")));
            project.awaitTraced("cut", 1);
            project.awaitTraced("old", 1);

            for (int i = 0; i < 5; i++) {
                proxy.cut();
                proxy.restore();
            }
            project.open("go-cut");
            assertThat(Hook.message(cut.awaitFailed()))
                    .startsWith("MigrationFailed: ")
                    .contains("no such column");
            assertThat(proxy.hasToldGone()).isFalse();

            // While the controller hears nothing one migration ends and another is asked for; then the API server is
            // another process, which knows of no change that was before it.
            proxy.cut();
            project.open("go-old");
            old.awaitEmittedEnded();
            Hook unseen = project.create(project.hookJob("unseen").script(trace("unseen", "once")));
            lab.program("kube-apiserver").kill();
            apiServerIsBack(lab);
            proxy.restore();

            old.awaitComplete();
            unseen.awaitComplete();
            assertThat(proxy.hasToldGone()).as("a watch was too old (410)").isTrue();
            assertThat(project.lines("cut")).containsExactly("once");
            assertThat(project.lines("old")).containsExactly("once");
            assertThat(project.lines("unseen")).containsExactly("once");
            assertThat(project.everEmitted()).hasSize(3);
            nothingIsHeld(project);
        }
    }

    /** A pod that never had a node is deleted by the Job controller in the moment in which its Job fails. */
    @Test
    void whatIsHeardOutOfOrderIsUnderstood(Project project, Lab lab, Controller controller, @TempDir Path folder) {
        try (ApiServerProxy proxy = new ApiServerProxy(lab);
                ControllerProcess own = controller.through(proxy.kubeconfig(folder))) {
            own.start();
            Hook hook = project.create(project.hookJob(HOOK).pod(pod -> pod.addToNodeSelector("no", "such")));
            hook.awaitBlocked(Reason.Unschedulable);

            proxy.holdEvents("/jobs$");
            // Only now: a deadline from the start may be over before the controller hears nothing any more.
            project.client()
                    .resource(hook.awaitEmitted())
                    .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"activeDeadlineSeconds\":1}}");
            hook.awaitEmittedEnded();
            Await.until("its pod to be gone").until(() -> hook.pods().isEmpty());
            proxy.releaseEvents();

            assertThat(Hook.message(hook.awaitFailed()))
                    .startsWith("Unschedulable: ")
                    .contains("passed before anything had started");
            assertThat(hook.awaitVerdict().getStatus().attempts()).isZero();
        }
    }

    /** When Argo CD's controller is killed. */
    enum Moment {
        /** It waits for the hook. */
        MIGRATION_RUNS,
        /** The verdict has just been shown, and Argo CD has not recorded it. */
        MIGRATED,
        /** The same with a migration that failed, which Argo CD is to retry. */
        FAILED
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void argoCdIsKilledMidSync(Moment moment, Lab lab, Project project) {
        boolean fails = moment == Moment.FAILED;
        String revision = project.commit(
                Application.Retry.times(1),
                "release",
                project.hookJob(HOOK)
                        .script(trace("migrations", "once"), waitFor("go"), fails ? "exit 3" : "true")
                        .manifest(),
                project.web("v1"));
        Hook hook = project.awaitHook(HOOK);
        project.awaitTraced("migrations", 1);
        project.application().awaitWaitingForHook(revision, HOOK);
        LabProgram argocd = lab.program("argocd-application-controller");

        if (moment == Moment.MIGRATION_RUNS) {
            argocd.kill();
            project.open("go");
        } else {
            // It sees the verdict only after its death.
            argocd.freeze();
            project.open("go");
            hook.awaitFinished();
            argocd.kill();
        }
        hook.awaitFinished();
        assertThat(hook.find()).as("the hook Job, with nobody there to read it").isPresent();
        Lab.up();

        Application.Sync sync = project.application().awaitEnded(revision);
        assertThat(sync.phase()).as(sync.toString()).isEqualTo(fails ? "Failed" : "Succeeded");
        if (fails) {
            assertThat(sync.hook(HOOK).message()).contains("AlreadyFailed: ", "MigrationFailed");
            assertThat(project.deployedWeb()).isEmpty();
        } else {
            project.awaitServing("v1");
        }

        assertThat(project.lines("migrations")).containsExactly("once");
        assertThat(project.everEmitted()).hasSize(1);
        nothingIsHeld(project);
    }

    /** As where it takes the end of the last hook Job for this one's (argoproj/argo-cd#10077), and goes on. */
    @Test
    void argoCdTakesASyncForSucceededWhoseMigrationThenFails(Lab lab, Project project, Controller controller) {
        String revision = project.commit(
                "release",
                project.hookJob(HOOK)
                        .script(trace("migrations", "begun"), waitFor("go"), "exit 3")
                        .manifest(),
                project.web("v1"));
        project.awaitTraced("migrations", 1);
        Application application = project.application();
        application.awaitWaitingForHook(revision, HOOK);
        LabProgram argocd = lab.program("argocd-application-controller");
        String release = "/api/v1/releases/%s?applications=%s/%s".formatted(revision, Lab.ARGOCD, application.name());
        String token = project.token("ci");

        argocd.freeze();
        try {
            application.merge("""
                {"operation": null, "status": {"operationState": {"phase": "Succeeded", "message": "successfully synced", "finishedAt": "%s"}}}
                """.formatted(Instant.now().truncatedTo(ChronoUnit.SECONDS)));
            Await.until("the release to be told as one that is under way")
                    .untilAsserted(() -> given().auth()
                            .oauth2(token)
                            .get(controller.uri(release))
                            .then()
                            .statusCode(202));
            project.open("go");

            assertThat(application.awaitCondition(Application.MIGRATION_ERROR))
                    .contains("MigrationFailed", "exited with code 3");
            given().auth()
                    .oauth2(token)
                    .get(controller.uri(release))
                    .then()
                    .statusCode(424)
                    .body("reason", equalTo("MigrationFailed"));
        } finally {
            argocd.thaw();
        }
        assertThat(application.syncByHand().phase()).isEqualTo("Failed");
        nothingIsHeld(project);
    }

    /** The node is lost for the control plane, its containers run on, and one pod is to be replaced for that. */
    @Test
    void theKubeletIsAway(Lab lab, Project project, Controller controller) {
        Hook ends = project.create(
                project.hookJob("ends").script(trace("ends", "begins"), waitFor("go"), trace("ends", "ends")));
        Hook fails = project.create(project.hookJob("fails")
                .script(trace("fails", "begins"), waitFor("go"), "echo no such column", "exit 3"));
        Hook evicted = project.create(project.hookJob("evicted")
                .backoffLimit(1)
                .terminationGracePeriodSeconds(30)
                .script(
                        "trap 'echo ended >> %s/evicted; exit 1' TERM".formatted(HookJob.FOLDER),
                        trace("evicted", "begins"),
                        waitFor("again"))
                .pod(pod -> pod.addNewToleration("NoExecute", UNREACHABLE, "Exists", 0L, null)));
        for (String file : List.of("ends", "fails", "evicted")) {
            project.awaitTraced(file, 1);
        }

        lab.program("kubelet").kill();
        project.open("go");
        // It ends, which nobody is told.
        project.awaitTraced("ends", 2);
        // As Kubernetes does after some 50 s, but where all nodes are lost, as the one of the lab would be.
        lab.kubectl("taint", "nodes", "lab", UNREACHABLE + ":NoExecute");
        Await.until("the control plane to give the pod up")
                .until(() -> evicted.pods().stream()
                        .anyMatch(pod -> pod.getMetadata().getDeletionTimestamp() != null));
        Await.throughout(
                Duration.ofSeconds(3),
                "its replacement to wait for its end",
                () -> assertThat(evicted.pods()).hasSize(1));
        assertThat(Hook.finished(ends.live())).isFalse();
        noTaint(lab);
        Lab.up();
        project.awaitTraced("evicted", 3);
        project.open("again");

        ends.awaitComplete();
        assertThat(Hook.message(fails.awaitFailed()))
                .startsWith("MigrationFailed: ")
                .contains("no such column");
        evicted.awaitComplete();
        assertThat(evicted.awaitVerdict().getStatus().attempts()).isEqualTo(2);
        assertThat(project.lines("ends")).containsExactly("begins", "ends");
        assertThat(project.lines("fails")).containsExactly("begins");
        assertThat(project.lines("evicted")).containsExactly("begins", "ended", "begins");
        assertThat(project.everEmitted()).hasSize(3);
        nothingIsHeld(project);
    }

    /** What the Job says of disruptions is done: without a word of it the pod that was evicted is a failed attempt. */
    @Test
    void theNodeIsDrained(Lab lab, Project project) {
        Hook counts = project.create(project.hookJob("counts")
                .script("trap 'exit 1' TERM", trace("counts", "begins"), waitFor("go"))
                .terminationGracePeriodSeconds(30));
        Hook ignores = project.create(project.hookJob("ignores")
                .script("trap 'exit 1' TERM", trace("ignores", "begins"), waitFor("go"))
                .terminationGracePeriodSeconds(30)
                .spec(spec -> spec.withNewPodFailurePolicy()
                        .addNewRule()
                        .withAction("Ignore")
                        .addNewOnPodCondition("True", "DisruptionTarget")
                        .endRule()
                        .endPodFailurePolicy()));
        project.awaitTraced("counts", 1);
        project.awaitTraced("ignores", 1);
        List<Pod> before = ignores.pods();

        lab.kubectl(
                "drain", "lab", "--pod-selector=wavegate.io/run", "--force", "--ignore-daemonsets", "--timeout=75s");
        try {
            assertThat(Hook.message(counts.awaitFailed()))
                    .startsWith("Disrupted: the pod of attempt 1, the last one, was taken away while it ran"
                            + " (EvictionByEvictionAPI: Eviction API: evicting)");
            assertThat(counts.awaitVerdict().getStatus().exitCode()).isEqualTo(1);
            Await.until("another pod to wait for a node")
                    .until(() -> ignores.pods().stream()
                            .anyMatch(pod -> !pod.getMetadata()
                                    .getUid()
                                    .equals(before.get(0).getMetadata().getUid())));
            ignores.awaitBlocked(Reason.Unschedulable);
        } finally {
            lab.kubectl("uncordon", "lab");
        }
        project.open("go");

        ignores.awaitComplete();
        assertThat(project.lines("counts")).containsExactly("begins");
        assertThat(project.lines("ignores")).containsExactly("begins", "begins");
        assertThat(project.everEmitted()).hasSize(2);
        nothingIsHeld(project);
    }

    /** Kubernetes' own parts pause for up to a minute before they look at the API server again: they are started anew instead. */
    private static void apiServerIsBack(Lab lab) {
        List.of("kube-controller-manager", "kube-scheduler", "kubelet")
                .forEach(name -> lab.program(name).kill());
        Lab.up();
    }

    private static void nothingIsHeld(Project project) {
        Await.until("no lock to be held").until(() -> project.locks().isEmpty());
    }
}
