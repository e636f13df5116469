package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static io.wavegate.lab.HookJob.waitFor;
import static io.wavegate.lab.Recording.Aspect.TOLD;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.wavegate.api.Names;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.lab.Application.Retry;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Helm is the measure: the same charts by the Helm CLI with plain Jobs and with Wavegate's, and by Argo CD with plain Jobs and with
 * Wavegate's. What they did is compared row by row, each difference is to have its reason, and {@code docs/helm-semantics.md} says it.
 */
@LabTest
class HelmIT {
    private static final String PRE = "pre-install,pre-upgrade";
    private static final String POST = "post-install,post-upgrade";
    private static final String WEIGHT = "helm.sh/hook-weight";

    /** Long enough for a pod to start on a busy machine. */
    private static final String TIMEOUT = "--timeout=15s";

    @Test
    void hooksOfEachEventRunAtItsStep(Lab lab, Controller controller) {
        check(
                "hooksOfEachEventRunAtItsStep",
                new Comparison(Walk.byEachWay(lab, controller, "events", Retry.times(1), walk -> {
                    walk.step("install", deployer -> deployer.install(events(walk, "v1", false)));
                    walk.step("upgrade", deployer -> deployer.upgrade(events(walk, "v2", false)));
                    walk.step("upgrade that fails", deployer -> deployer.upgrade(events(walk, "v3", true)));
                    walk.step("rollback to v1", Deployer::rollback);
                    walk.step("test", Deployer::test);
                    walk.step("uninstall", Deployer::uninstall);
                })));
    }

    private static Chart events(Walk walk, String version, boolean fails) {
        Stream<HasMetadata> ofOneEvent = Stream.of(
                        "pre-install",
                        "post-install",
                        "pre-upgrade",
                        "post-upgrade",
                        "pre-rollback",
                        "post-rollback",
                        "pre-delete",
                        "post-delete",
                        "test")
                .map(event -> walk.hook(event, event)
                        .script(fails && event.equals("pre-upgrade") ? "exit 1" : "true")
                        .manifest());
        HasMetadata ofTwoFamilies = walk.hook("two-families", POST)
                .annotation(Names.ARGOCD_HOOK, "PreSync")
                .script("true")
                .manifest();
        return Chart.of(
                version, Stream.concat(ofOneEvent, Stream.of(ofTwoFamilies)).toArray(HasMetadata[]::new));
    }

    @Test
    void hooksOfSeveralKindsRunInTheOrderOfTheirWeights(Lab lab, Controller controller) {
        check(
                "hooksOfSeveralKindsRunInTheOrderOfTheirWeights",
                new Comparison(Walk.byEachWay(lab, controller, "weights", Retry.NEVER, walk -> {
                    walk.step("install", deployer -> deployer.install(kinds(walk, "v1", false)));
                    walk.step("upgrade that fails", deployer -> deployer.upgrade(kinds(walk, "v2", true)));
                })));
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
                        .edit(job -> job.editSpec()
                                .editTemplate()
                                .editSpec()
                                .withServiceAccountName("migrator")
                                .editFirstContainer()
                                .addNewEnv()
                                .withName("GREETING")
                                .withNewValueFrom()
                                .withNewConfigMapKeyRef("GREETING", "settings", false)
                                .endValueFrom()
                                .endEnv()
                                .endContainer()
                                .endSpec()
                                .endTemplate()
                                .endSpec())
                        .manifest(),
                walk.hook("after", POST).script("true").manifest());
    }

    private static HasMetadata weighted(Walk walk, String name, String weight, String script) {
        return walk.hook(name, PRE).annotation(WEIGHT, weight).script(script).manifest();
    }

    @Test
    void deletePoliciesLeaveWhatTheySay(Lab lab, Controller controller) {
        Map<String, String> policies = new LinkedHashMap<>();
        policies.put("none", "");
        policies.put("succeeded", "hook-succeeded");
        policies.put("failed", "hook-failed");
        policies.put("default", "before-hook-creation,hook-succeeded");
        policies.put("both", "hook-succeeded,hook-failed");
        Map<String, CompletableFuture<Map<Way, Map<String, Recording>>>> walks = new LinkedHashMap<>();
        policies.forEach((name, policy) -> walks.put(
                name,
                CompletableFuture.supplyAsync(() ->
                        Walk.byEachWay(lab, controller, "policy-" + name, Retry.NEVER, walk -> {
                            String of = policy.isEmpty() ? "no policy: " : "`" + policy.replace(",", ", ") + "`: ";
                            walk.step(of + "install", deployer -> deployer.install(of(walk, "v1", policy, false)));
                            walk.step(
                                    of + "upgrade that fails",
                                    deployer -> deployer.upgrade(of(walk, "v2", policy, true)));
                            walk.step(of + "next upgrade", deployer -> deployer.upgrade(of(walk, "v3", policy, false)));
                        }))));
        Map<Way, Map<String, Recording>> all = new LinkedHashMap<>();
        walks.values()
                .forEach(walk -> walk.join()
                        .forEach((way, steps) -> all.computeIfAbsent(way, one -> new LinkedHashMap<>())
                                .putAll(steps)));
        check("deletePoliciesLeaveWhatTheySay", new Comparison(all));
    }

    private static Chart of(Walk walk, String version, String policy, boolean fails) {
        HookJob hook = walk.hook("migrate", PRE).script("echo " + version, fails ? "exit 1" : "true");
        return Chart.of(version, (policy.isEmpty() ? hook : hook.deletePolicy(policy)).manifest());
    }

    @Test
    void logsArePutOutAsThePolicySays(Lab lab, Controller controller) {
        check(
                "logsArePutOutAsThePolicySays",
                new Comparison(Walk.byEachWay(lab, controller, "logs", Retry.NEVER, walk -> {
                    walk.step("install", deployer -> logsOf(walk, deployer.install(logs(walk, "v1", false))));
                    walk.step("upgrade that fails", deployer -> logsOf(walk, deployer.upgrade(logs(walk, "v2", true))));
                })));
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

    /** With what Argo CD shows of each hook, as its page has the log there. */
    private static String logsOf(Walk walk, String told) {
        return walk.way().byArgoCd()
                ? walk.argoCd().toldOfAll(walk.project().application().sync())
                : told;
    }

    @Test
    void anUpgradeThatWasGivenUpIsRunAgainAfterItsMigrationNotBesideIt(Lab lab, Controller controller) {
        check(
                "anUpgradeThatWasGivenUpIsRunAgainAfterItsMigrationNotBesideIt",
                new Comparison(Walk.byEachWay(lab, controller, "again", Retry.NEVER, walk -> {
                    Project project = walk.project();
                    walk.deployer().install(of(walk, "v1", "", false));
                    Chart slow = Chart.of("v2", slowToEnd(walk).manifest());
                    String givenUp = giveUp(walk, slow);

                    CompletableFuture<String> again =
                            CompletableFuture.supplyAsync(() -> walk.way().byArgoCd()
                                    ? walk.argoCd().told(project.application().syncByHand())
                                    : walk.deployer().upgrade(slow));
                    Await.until("the second migration to begin, or to wait for the first")
                            .until(() -> project.lines("ran").contains("the second begins") || secondWaits(project));
                    project.open("end-first");
                    Await.until("the first to end")
                            .until(() -> project.lines("ran").contains("the first ends"));
                    project.open("end-second");
                    walk.traced("upgrade given up, and run again", "ran", givenUp + "\nthen " + again.join());
                })));
    }

    /** Its first run does not heed SIGTERM, as a migration in the middle of a long statement. */
    private static HookJob slowToEnd(Walk walk) {
        return walk.hook("migrate", PRE)
                .script(
                        "trap '' TERM",
                        "run=first; [ -e /lab/ran ] && run=second",
                        "echo \"the $run begins\" >> /lab/ran",
                        "until [ -e /lab/end-$run ]; do sleep 0.1; done",
                        "echo \"the $run ends\" >> /lab/ran")
                .edit(job -> job.editSpec()
                        .editTemplate()
                        .editSpec()
                        .withTerminationGracePeriodSeconds(120L)
                        .endSpec()
                        .endTemplate()
                        .endSpec());
    }

    /** Helm by its timeout; Argo CD has none, and a person terminates the sync. */
    private static String giveUp(Walk walk, Chart chart) {
        Project project = walk.project();
        if (!walk.way().byArgoCd()) {
            String told = walk.helm().upgrade(chart, List.of(TIMEOUT));
            assertThat(project.lines("ran")).containsExactly("the first begins");
            return told;
        }
        String revision = walk.argoCd().commit(chart);
        Await.until("the first to begin").until(() -> project.lines("ran").contains("the first begins"));
        project.application().terminate();
        return walk.argoCd().told(project.application().awaitEnded(revision));
    }

    /** Its record waits for the lock, or its hook Job can not be created while the first is going. */
    private static boolean secondWaits(Project project) {
        return project.records().stream().anyMatch(run -> run.statusOrEmpty().phase() == Phase.Waiting)
                || (project.hasApplication()
                        && project.application().sync().phase().equals("Running")
                        && project
                                .client()
                                .batch()
                                .v1()
                                .jobs()
                                .inNamespace(project.namespace())
                                .list()
                                .getItems()
                                .stream()
                                .anyMatch(job -> job.getMetadata().getName().equals("migrate")
                                        && job.getMetadata().getDeletionTimestamp() != null));
    }

    @Test
    void aHookJobThatSomebodyDeletesWhileItRuns(Lab lab, Controller controller) {
        check(
                "aHookJobThatSomebodyDeletesWhileItRuns",
                new Comparison(Walk.byEachWay(lab, controller, "deleted", Retry.NEVER, walk -> {
                    walk.deployer().install(of(walk, "v1", "", false));
                    walk.step("upgrade, and `kubectl delete job`", deployer -> {
                        Project project = walk.project();
                        Chart chart = Chart.of(
                                "v2",
                                walk.hook("migrate", PRE)
                                        .script(trace("ran", "began"), waitFor("end"))
                                        .manifest());
                        CompletableFuture<String> upgrade =
                                CompletableFuture.supplyAsync(() -> walk.way().byArgoCd()
                                        ? deployer.upgrade(chart)
                                        : walk.helm().upgrade(chart, List.of(TIMEOUT)));
                        Await.until("the migration to begin")
                                .until(() -> project.lines("ran").contains("began"));
                        lab.kubectl("delete", "job", "migrate", "--wait=false", "--namespace", project.namespace());
                        Await.until("the pod to be gone, or to be spared")
                                .during(Duration.ofSeconds(3))
                                .until(() ->
                                        project
                                                .client()
                                                .pods()
                                                .inNamespace(project.namespace())
                                                .list()
                                                .getItems()
                                                .stream()
                                                .allMatch(
                                                        pod -> pod.getMetadata().getDeletionTimestamp() == null));
                        project.open("end");
                        return upgrade.join();
                    });
                })));
    }

    @Test
    void aHookAfterAnAppThatIsReadyOnlyThenIsNeverReached(Lab lab, Controller controller) {
        check(
                "aHookAfterAnAppThatIsReadyOnlyThenIsNeverReached",
                new Comparison(Walk.byEachWay(
                        lab,
                        controller,
                        "wait",
                        Retry.NEVER,
                        walk -> walk.step("install and wait", deployer -> {
                            Chart chart = Chart.of(
                                    "v1",
                                    walk.hook("migrate", POST)
                                            .script(trace("ran", "migrated"))
                                            .manifest(),
                                    new DeploymentBuilder(walk.project().web("v1"))
                                            .editSpec()
                                            .editTemplate()
                                            .editSpec()
                                            .editFirstContainer()
                                            .withNewReadinessProbe()
                                            .withNewExec()
                                            .withCommand("false")
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
                                    .until(
                                            application::sync,
                                            now -> now.message().contains("Deployment/web"));
                            application.terminate();
                            Await.until("the sync to be terminated")
                                    .until(() -> application.sync().ended());
                            return sync.phase() + ": " + sync.message();
                        }))));
    }

    @Test
    void aGeneratedNameIsForArgoCdAlone(Lab lab, Controller controller) {
        check(
                "aGeneratedNameIsForArgoCdAlone",
                new Comparison(Walk.byEachWay(lab, controller, "generated", Retry.NEVER, walk -> {
                    walk.step("install", deployer -> deployer.install(generated(walk, "v1")));
                    walk.step("upgrade", deployer -> deployer.upgrade(generated(walk, "v2")));
                })));
    }

    private static Chart generated(Walk walk, String version) {
        return Chart.of(
                version,
                walk.hook("migrate", PRE)
                        .script("true")
                        .edit(job -> job.editMetadata()
                                .withName(null)
                                .withGenerateName("migrate-")
                                .endMetadata())
                        .manifest());
    }

    /** Helm may look for the hook Job when Kubernetes has deleted it already, with plain Jobs as with managed ones: no row of the page. */
    @Test
    void aTimeToLiveOfZeroTakesNoVerdictAway(Lab lab, Controller controller) {
        Map<Way, Map<String, Recording>> walks = Walk.byEachWay(lab, controller, "ttl", Retry.NEVER, walk -> {
            walk.step(
                    "install",
                    deployer -> deployer.install(Chart.of(
                            "v1",
                            walk.hook("migrate", PRE)
                                    .script("true")
                                    .edit(job -> job.editSpec()
                                            .withTtlSecondsAfterFinished(0)
                                            .endSpec())
                                    .manifest())));
            if (walk.way().managed()) {
                assertThat(walk.project().records())
                        .singleElement()
                        .satisfies(
                                run -> assertThat(run.statusOrEmpty().reason()).isEqualTo(Reason.Migrated));
            }
        });
        walks.forEach((way, steps) -> {
            Recording install = Objects.requireNonNull(steps.get("install"));
            String told = install.words().get(TOLD);
            if (way.byArgoCd()) {
                assertThat(told).isEqualTo(Deployer.SUCCESS);
            } else {
                assertThat(told)
                        .as(way.title())
                        .matches(words -> words.equals(Deployer.SUCCESS) || words.contains("NotFound"));
            }
        });
    }

    @Test
    void everyDifferenceIsNamedAndExplained() {
        HelmPage.has(
                "differences",
                Arrays.stream(Difference.values())
                        .map(difference -> "### %s%n%n*%s and %s:* %s%n"
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
                .as("differences between the ways; Difference names and explains them")
                .isEmpty();
    }
}
