package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static io.wavegate.lab.HookJob.waitFor;
import static io.wavegate.lab.Recording.Aspect.LEFT;
import static io.wavegate.lab.Recording.Aspect.RAN;
import static io.wavegate.lab.Recording.Aspect.TOLD;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.wavegate.api.Names;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.lab.Application.Retry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Helm is the measure: the same charts by the Helm CLI with plain Jobs and with Wavegate's, and by Argo CD with plain Jobs and with
 * Wavegate's. What they did is compared row by row, each difference is to have its reason, and {@code docs/helm-semantics.md} says it.
 */
@LabTest
@Timeout(value = 10, unit = TimeUnit.MINUTES) // a dozen walks at once, some of five Jobs in a row
class HelmIT {
    private static final String PRE = "pre-install,pre-upgrade";
    private static final String POST = "post-install,post-upgrade";
    private static final String WEIGHT = "helm.sh/hook-weight";
    private static final String MIGRATE = "migrate";

    /** Of Helm, long enough for a pod to start on a busy machine. */
    private static final List<String> TIMEOUT = List.of("--timeout=30s");

    @Test
    void hooksOfEachEventRunAtItsStep(Lab lab, Controller controller) {
        Comparison comparison = Walk.byEachWay(lab, controller, "events", Retry.times(1), walk -> {
            walk.step("install", deployer -> deployer.install(events(walk, "v1", false)));
            walk.step("upgrade", deployer -> deployer.upgrade(events(walk, "v2", false)));
            walk.step("upgrade that fails", deployer -> deployer.upgrade(events(walk, "v3", true)));
            walk.step("rollback to v1", Deployer::rollback);
            walk.step("test", Deployer::test);
        });
        for (String step : List.of("install", "upgrade")) {
            comparison
                    .explain(
                            step,
                            RAN,
                            Difference.ONE_PHASE,
                            Difference.SIDE_BY_SIDE,
                            Difference.TWO_FAMILIES,
                            Difference.TOLD_APART)
                    .explain(step, LEFT, Difference.ONE_PHASE, Difference.NO_POD)
                    .explain(step, TOLD, Difference.TOLD_APART);
        }
        comparison
                .explain(
                        "upgrade that fails",
                        RAN,
                        Difference.ONE_PHASE,
                        Difference.SIDE_BY_SIDE,
                        Difference.TWO_FAMILIES,
                        Difference.RETRIED,
                        Difference.TOLD_APART,
                        Difference.ONCE)
                .explain(
                        "upgrade that fails",
                        LEFT,
                        Difference.ONE_PHASE,
                        Difference.TWO_FAMILIES,
                        Difference.NO_POD,
                        Difference.FAILED_POD)
                .explain(
                        "upgrade that fails",
                        TOLD,
                        Difference.OTHER_WORDS,
                        Difference.RETRIED,
                        Difference.REASON,
                        Difference.ONCE,
                        Difference.TOLD_APART)
                .explain("rollback to v1", RAN, Difference.NO_ROLLBACK, Difference.SIDE_BY_SIDE, Difference.TOLD_APART)
                .explain("rollback to v1", LEFT, Difference.NO_ROLLBACK, Difference.NO_POD)
                .explain("rollback to v1", TOLD, Difference.TOLD_APART)
                .explain("test", RAN, Difference.NO_TEST)
                .explain("test", LEFT, Difference.NO_ROLLBACK, Difference.NO_TEST, Difference.NO_POD)
                .explain("test", TOLD, Difference.NO_TEST);
        check("hooksOfEachEventRunAtItsStep", comparison);
    }

    private static Chart events(Walk walk, String version, boolean fails) {
        Stream<HasMetadata> ofOneEvent = Stream.of(
                        "pre-install",
                        "post-install",
                        "pre-upgrade",
                        "post-upgrade",
                        "pre-rollback",
                        "post-rollback",
                        "test")
                .map(event -> walk.hook(event, event)
                        .script(fails && event.equals("pre-upgrade") ? "exit 1" : "true")
                        .manifest());
        HasMetadata ofTwoFamilies = walk.hook("two-families", POST)
                .annotation(Names.ARGOCD_HOOK, "PreSync")
                .manifest();
        return Chart.of(
                version, Stream.concat(ofOneEvent, Stream.of(ofTwoFamilies)).toArray(HasMetadata[]::new));
    }

    /** A walk of its own, and a short one: it is done again as often as Argo CD skips a hook of a deletion, which is now and then. */
    @Test
    void hooksOfADeletionRunBeforeAndAfterIt(Lab lab, Controller controller) {
        String step = "uninstall, after a rollback to v1";
        check(
                "hooksOfADeletionRunBeforeAndAfterIt",
                Walk.byEachWay(lab, controller, "deletion", Retry.NEVER, walk -> {
                            walk.deployer().install(deletion(walk, "v1"));
                            walk.deployer().upgrade(deletion(walk, "v2"));
                            walk.deployer().rollback();
                            walk.step(step, Deployer::uninstall);
                        })
                        .explain(step, RAN, Difference.HOOKS_OF_GIT)
                        .explain(step, LEFT, Difference.PART_OF_THE_APPLICATION));
    }

    private static Chart deletion(Walk walk, String version) {
        return Chart.of(
                version,
                walk.hook(MIGRATE, PRE).manifest(),
                walk.hook("pre-delete", "pre-delete").manifest(),
                walk.hook("post-delete", "post-delete").manifest());
    }

    @Test
    void hooksOfSeveralKindsRunInTheOrderOfTheirWeights(Lab lab, Controller controller) {
        check(
                "hooksOfSeveralKindsRunInTheOrderOfTheirWeights",
                Walk.byEachWay(lab, controller, "weights", Retry.NEVER, walk -> {
                            walk.step("install", deployer -> deployer.install(kinds(walk, "v1", false)));
                            walk.step("upgrade that fails", deployer -> deployer.upgrade(kinds(walk, "v2", true)));
                        })
                        .explain("install", RAN, Difference.SIDE_BY_SIDE)
                        .explain("upgrade that fails", RAN, Difference.SIDE_BY_SIDE)
                        .explain("upgrade that fails", LEFT, Difference.WHOLE_SYNC, Difference.SIDE_BY_SIDE)
                        .explain("upgrade that fails", TOLD, Difference.OTHER_WORDS, Difference.REASON));
    }

    private static Chart kinds(Walk walk, String version, boolean fails) {
        Map<String, String> early = Map.of(
                Names.HELM_HOOK, PRE, WEIGHT, "-10", Names.HELM_DELETE_POLICY, "before-hook-creation,hook-succeeded");
        return Chart.of(
                version,
                new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("migrator")
                        .withAnnotations(early)
                        .endMetadata()
                        .build(),
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("settings")
                        .withAnnotations(early)
                        .endMetadata()
                        .addToData("GREETING", "hello")
                        .build(),
                weighted(walk, "late", "5", "true"),
                weighted(walk, "beta", "0", fails ? "exit 1" : "true"),
                weighted(walk, "gamma", "0", "true"),
                walk.hook("early", PRE)
                        .annotation(WEIGHT, "-5")
                        .script("[ \"$GREETING\" = hello ]")
                        .pod(pod -> pod.withServiceAccountName("migrator")
                                .editFirstContainer()
                                .addNewEnv()
                                .withName("GREETING")
                                .withNewValueFrom()
                                .withNewConfigMapKeyRef("GREETING", "settings", false)
                                .endValueFrom()
                                .endEnv()
                                .endContainer())
                        .manifest(),
                walk.hook("after", POST).manifest());
    }

    private static HasMetadata weighted(Walk walk, String name, String weight, String script) {
        return walk.hook(name, PRE).annotation(WEIGHT, weight).script(script).manifest();
    }

    @Test
    void deletePoliciesLeaveWhatTheySay(Lab lab, Controller controller) {
        String none = "";
        String succeeded = "hook-succeeded";
        String failed = "hook-failed";
        String usual = "before-hook-creation,hook-succeeded";
        String both = "hook-succeeded,hook-failed";
        List<CompletableFuture<Comparison>> walks = Stream.of(none, succeeded, failed, usual, both)
                .map(policy -> Walk.beside(() -> ofPolicy(lab, controller, policy)))
                .toList();
        Comparison comparison = new Comparison();
        walks.forEach(walk -> comparison.add(walk.join()));

        for (String policy : List.of(none, succeeded, usual, both)) {
            comparison.explain(ofPolicy(policy, "upgrade that fails"), TOLD, Difference.OTHER_WORDS, Difference.REASON);
        }
        check(
                "deletePoliciesLeaveWhatTheySay",
                comparison
                        .explain(ofPolicy(succeeded, "next upgrade"), TOLD, Difference.OTHER_WORDS)
                        .explain(ofPolicy(failed, "upgrade that fails"), LEFT, Difference.WHOLE_SYNC)
                        .explain(ofPolicy(failed, "upgrade that fails"), TOLD, Difference.OTHER_WORDS)
                        .explain(ofPolicy(failed, "next upgrade"), RAN, Difference.WHOLE_SYNC)
                        .explain(ofPolicy(failed, "next upgrade"), LEFT, Difference.WHOLE_SYNC)
                        .explain(ofPolicy(failed, "next upgrade"), TOLD, Difference.WHOLE_SYNC));
    }

    private static Comparison ofPolicy(Lab lab, Controller controller, String policy) {
        String name = "policy-" + (policy.isEmpty() ? "none" : policy.replaceAll("hook-|,|-creation", ""));
        return Walk.byEachWay(lab, controller, name, Retry.NEVER, walk -> {
            walk.step(ofPolicy(policy, "install"), deployer -> deployer.install(one(walk, "v1", policy, false)));
            walk.step(
                    ofPolicy(policy, "upgrade that fails"),
                    deployer -> deployer.upgrade(one(walk, "v2", policy, true)));
            walk.step(ofPolicy(policy, "next upgrade"), deployer -> deployer.upgrade(one(walk, "v3", policy, false)));
        });
    }

    private static String ofPolicy(String policy, String step) {
        return (policy.isEmpty() ? "no policy" : "`" + policy.replace(",", ", ") + "`") + ": " + step;
    }

    private static Chart one(Walk walk, String version, String policy, boolean fails) {
        HookJob hook = walk.hook(MIGRATE, PRE).script("echo " + version, fails ? "exit 1" : "true");
        return Chart.of(version, (policy.isEmpty() ? hook : hook.deletePolicy(policy)).manifest());
    }

    @Test
    void logsArePutOutAsThePolicySays(Lab lab, Controller controller) {
        check(
                "logsArePutOutAsThePolicySays",
                Walk.byEachWay(lab, controller, "logs", Retry.NEVER, walk -> {
                            walk.step("install", deployer -> logsOf(walk, deployer.install(logs(walk, "v1", false))));
                            walk.step(
                                    "upgrade that fails",
                                    deployer -> logsOf(walk, deployer.upgrade(logs(walk, "v2", true))));
                        })
                        .explain("install", RAN, Difference.SIDE_BY_SIDE)
                        .explain("install", TOLD, Difference.LOG_POLICY, Difference.REASON)
                        .explain("upgrade that fails", RAN, Difference.SIDE_BY_SIDE)
                        .explain("upgrade that fails", LEFT, Difference.WHOLE_SYNC)
                        .explain(
                                "upgrade that fails",
                                TOLD,
                                Difference.OTHER_WORDS,
                                Difference.LOG_POLICY,
                                Difference.REASON));
    }

    private static Chart logs(Walk walk, String version, boolean fails) {
        return Chart.of(
                version,
                walk.hook("aloud", PRE)
                        .annotation(Names.HELM_OUTPUT_LOG_POLICY, "hook-succeeded")
                        .deletePolicy("before-hook-creation,hook-succeeded")
                        .script("echo heard of success")
                        .manifest(),
                walk.hook("quiet", PRE).script("echo not heard").manifest(),
                walk.hook("woeful", PRE)
                        .annotation(Names.HELM_OUTPUT_LOG_POLICY, "hook-failed")
                        .annotation(WEIGHT, "1")
                        .deletePolicy("before-hook-creation,hook-failed")
                        .script("echo heard of failure", fails ? "exit 1" : "true")
                        .manifest());
    }

    /** With what Argo CD shows of each hook. */
    private static String logsOf(Walk walk, String told) {
        return walk.way().byArgoCd()
                ? walk.argoCd().toldOfAll(walk.project().application().sync())
                : told;
    }

    @Test
    void anUpgradeThatWasGivenUpIsRunAgainAfterItsMigrationNotBesideIt(Lab lab, Controller controller) {
        String step = "upgrade given up, and run again";
        check(
                "anUpgradeThatWasGivenUpIsRunAgainAfterItsMigrationNotBesideIt",
                Walk.byEachWay(lab, controller, "again", Retry.NEVER, walk -> {
                            Project project = walk.project();
                            walk.deployer().install(one(walk, "v1", "", false));
                            Chart slow = Chart.of("v2", slowToEnd(walk).manifest());
                            String givenUp = giveUp(walk, slow);

                            CompletableFuture<String> again = Walk.beside(() -> walk.way()
                                            .byArgoCd()
                                    ? walk.argoCd().told(project.application().syncByHand())
                                    : walk.deployer().upgrade(slow));
                            Await.until("the second migration to begin, or to wait for the first")
                                    .until(() ->
                                            project.lines("ran").contains("the second begins") || secondWaits(project));
                            project.open("end-first");
                            Await.until("the first to end")
                                    .until(() -> project.lines("ran").contains("the first ends"));
                            project.open("end-second");
                            walk.traced(step, "ran", givenUp + "\nthen " + again.join());
                        })
                        .explain(step, RAN, Difference.GOING, Difference.NEVER_TWO)
                        .explain(step, TOLD, Difference.OTHER_WORDS));
    }

    /** Does not heed SIGTERM, as a migration in the middle of a long statement. */
    private static HookJob slowToEnd(Walk walk) {
        return walk.hook(MIGRATE, PRE)
                .script(
                        "trap '' TERM",
                        "run=first; [ -e /lab/ran ] && run=second",
                        trace("ran", "the $run begins"),
                        waitFor("end-$run"),
                        trace("ran", "the $run ends"))
                .terminationGracePeriodSeconds(120);
    }

    /** Helm does by its timeout; Argo CD has none, and a person terminates the sync. */
    private static String giveUp(Walk walk, Chart chart) {
        Project project = walk.project();
        if (!walk.way().byArgoCd()) {
            String told = walk.helm().upgrade(chart, TIMEOUT);
            Await.until("the first to have begun, and nothing else")
                    .untilAsserted(() -> assertThat(project.lines("ran")).containsExactly("the first begins"));
            return told;
        }
        String revision = walk.argoCd().commit(chart);
        Await.until("the first to begin").until(() -> project.lines("ran").contains("the first begins"));
        project.application().terminate();
        return walk.argoCd().told(project.application().awaitEnded(revision));
    }

    /** Its record waits for the lock, or Argo CD waits for the hook Job of the first to be gone. */
    private static boolean secondWaits(Project project) {
        return project.records().stream().anyMatch(run -> run.statusOrEmpty().phase() == Phase.Waiting)
                || (project.hasApplication()
                        && project.application().sync().phase().equals("Running")
                        && migration(project).map(HelmIT::isGoing).orElse(false));
    }

    @Test
    void aHookJobThatSomebodyDeletesWhileItRuns(Lab lab, Controller controller) {
        String step = "upgrade, and `kubectl delete job`";
        check(
                "aHookJobThatSomebodyDeletesWhileItRuns",
                Walk.byEachWay(lab, controller, "deleted", Retry.NEVER, walk -> {
                            walk.deployer().install(one(walk, "v1", "", false));
                            walk.traced(step, "ran", deleteWhileItRuns(walk));
                        })
                        .explain(step, RAN, Difference.DELETED, Difference.STOPPED)
                        .explain(step, TOLD, Difference.OTHER_WORDS, Difference.DELETED, Difference.STOPPED));
    }

    private static String deleteWhileItRuns(Walk walk) {
        Project project = walk.project();
        Chart chart = Chart.of(
                "v2",
                walk.hook(MIGRATE, PRE)
                        .script(trace("ran", "it begins"), waitFor("end"), trace("ran", "it ends"))
                        .manifest());
        CompletableFuture<String> upgrade = Walk.beside(() -> walk.way().byArgoCd()
                ? walk.deployer().upgrade(chart)
                : walk.helm().upgrade(chart, TIMEOUT));
        Await.until("the migration to begin").until(() -> project.lines("ran").contains("it begins"));
        project.kubectl("delete", "job", MIGRATE, "--wait=false");
        Await.until("the pod to be gone, or to be spared")
                .during(Duration.ofSeconds(3))
                .until(() -> pods(project).stream().noneMatch(HelmIT::isGoing));
        project.open("end");
        return walk.way().byArgoCd() ? toldOrStuck(walk, upgrade) : upgrade.join();
    }

    /** Kubernetes does not write the outcome of a Job that is being deleted, so a sync may wait for one without end. */
    private static String toldOrStuck(Walk walk, CompletableFuture<String> upgrade) {
        Project project = walk.project();
        Application application = project.application();
        Await.until("the sync to end, or its pod, and nobody to tell of it")
                .during(Duration.ofSeconds(5))
                .until(() -> upgrade.isDone()
                        || (migration(project)
                                        .map(job -> isGoing(job) && !Hook.finished(job))
                                        .orElse(false)
                                && pods(project).stream()
                                        .anyMatch(pod -> "Succeeded"
                                                .equals(pod.getStatus().getPhase()))));
        if (upgrade.isDone()) {
            return upgrade.join();
        }
        Application.Sync sync = application.sync();
        application.terminate();
        return sync.phase() + ": " + sync.message() + "\nuntil it is terminated: " + upgrade.join();
    }

    @Test
    void aHookAfterAnAppThatIsReadyOnlyThenIsNeverReached(Lab lab, Controller controller) {
        check(
                "aHookAfterAnAppThatIsReadyOnlyThenIsNeverReached",
                Walk.byEachWay(
                                lab,
                                controller,
                                "wait",
                                Retry.NEVER,
                                walk -> walk.step("install and wait", deployer -> installAndWait(walk)))
                        .explain("install and wait", TOLD, Difference.OTHER_WORDS));
    }

    private static String installAndWait(Walk walk) {
        Chart chart = Chart.of(
                "v1",
                walk.hook(MIGRATE, POST).manifest(),
                new DeploymentBuilder(walk.project().web("v1"))
                        .editSpec()
                        .editTemplate()
                        .editSpec()
                        .editFirstContainer()
                        .withNewReadinessProbe()
                        .withNewExec()
                        .withCommand("test", "-e", "/migrated")
                        .endExec()
                        .endReadinessProbe()
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build());
        if (!walk.way().byArgoCd()) {
            return walk.helm().install(chart, List.of("--wait", "--timeout=8s"));
        }
        walk.argoCd().commit(chart);
        Application application = walk.project().application();
        Application.Sync sync = Await.until("Argo CD to wait for the Deployment")
                .until(application::sync, now -> now.message().contains("Deployment/web"));
        application.terminate();
        return sync.phase() + ": " + sync.message();
    }

    @Test
    void aGeneratedNameIsForArgoCdAlone(Lab lab, Controller controller) {
        Comparison comparison = Walk.byEachWay(lab, controller, "generated", Retry.NEVER, walk -> {
            walk.step("install", deployer -> deployer.install(generated(walk, "v1")));
            walk.step("upgrade", deployer -> deployer.upgrade(generated(walk, "v2")));
        });
        for (String step : List.of("install", "upgrade")) {
            comparison
                    .explain(step, RAN, Difference.GENERATED_NAME)
                    .explain(step, LEFT, Difference.GENERATED_NAME)
                    .explain(step, TOLD, Difference.GENERATED_NAME);
        }
        check("aGeneratedNameIsForArgoCdAlone", comparison.explain("upgrade", LEFT, Difference.GENERATED_POD));
    }

    private static Chart generated(Walk walk, String version) {
        return Chart.of(
                version, walk.hook(MIGRATE, PRE).generatedName("migrate-").manifest());
    }

    /** Helm may look for the hook Job when Kubernetes has deleted it, with plain Jobs as with managed ones: no row of the page. */
    @Test
    void aTimeToLiveOfZeroTakesNoVerdictAway(Lab lab, Controller controller) {
        Comparison comparison = Walk.byEachWay(lab, controller, "ttl", Retry.NEVER, walk -> {
            walk.step(
                    "install",
                    deployer -> deployer.install(Chart.of(
                            "v1",
                            walk.hook(MIGRATE, PRE)
                                    .spec(spec -> spec.withTtlSecondsAfterFinished(0))
                                    .manifest())));
            if (walk.way().managed()) {
                assertThat(walk.project().records())
                        .singleElement()
                        .satisfies(
                                run -> assertThat(run.statusOrEmpty().reason()).isEqualTo(Reason.Migrated));
            }
        });
        for (Way way : Way.values()) {
            String told = comparison.cell("install", TOLD, way);
            assertThat(told)
                    .as(way.title())
                    .matches(
                            words -> words.equals(Deployer.SUCCESS) || (!way.byArgoCd() && words.contains("NotFound")));
        }
    }

    @Test
    void everyDifferenceIsNamedAndExplained() {
        HelmPage.has(
                "differences",
                Arrays.stream(Difference.values())
                        .map(difference -> "### %s%n%n*%s, and %s.* %s%n"
                                .formatted(
                                        difference.title(),
                                        difference.between().one().title(),
                                        difference.between().other().title(),
                                        difference.explanation()))
                        .collect(Collectors.joining("\n")));
        if (!Boolean.getBoolean("wavegate.generate")) {
            assertThat(Difference.values())
                    .allSatisfy(difference -> assertThat(HelmPage.text())
                            .as("a row with %s", difference)
                            .contains("](#" + difference.anchor() + ")"));
        }
    }

    private static void check(String part, Comparison comparison) {
        List<String> problems = comparison.problems();
        if (problems.isEmpty() || Boolean.getBoolean("wavegate.generate")) {
            HelmPage.has(part, comparison.table());
        }
        assertThat(problems)
                .as("ways that differ, and no Difference that says why, or the other way round")
                .isEmpty();
    }

    private static Optional<Job> migration(Project project) {
        return Optional.ofNullable(project.liveJobs().withName(MIGRATE).get());
    }

    private static List<Pod> pods(Project project) {
        return project.client().pods().inNamespace(project.namespace()).list().getItems();
    }

    private static boolean isGoing(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }
}
