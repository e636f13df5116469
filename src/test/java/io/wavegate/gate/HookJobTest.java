package io.wavegate.gate;

import static io.wavegate.api.DeletePolicy.BEFORE_HOOK_CREATION;
import static io.wavegate.api.DeletePolicy.HOOK_FAILED;
import static io.wavegate.api.DeletePolicy.HOOK_SUCCEEDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.Options;
import io.wavegate.api.OutputLogPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A hook Job as its author wrote it. */
class HookJobTest {
    @Test
    void whatTheApiServerAddedIsTakenOffAndTheRestKept() {
        var job = new HookJob(
                Map.of(
                        "name", "migrate",
                        "uid", "u1",
                        "labels", Map.of("app", "shop", "job-name", "migrate", "controller-uid", "u1"),
                        "annotations",
                                Map.of(
                                        "helm.sh/hook",
                                        "pre-upgrade",
                                        "kubectl.kubernetes.io/last-applied-configuration",
                                        "{}"),
                        "managedFields", "many"),
                Map.of(
                        "futureField", Map.of("kept", true),
                        "selector", Map.of("matchLabels", Map.of("batch.kubernetes.io/controller-uid", "u1")),
                        "template",
                                Map.of(
                                        "metadata",
                                        Map.of(
                                                "labels",
                                                Map.of("app", "shop", "batch.kubernetes.io/controller-uid", "u1")),
                                        "spec",
                                        Map.of("futureField", 1))));
        assertThat(job.fields())
                .isEqualTo(Map.of(
                        "metadata",
                        Map.of("labels", Map.of("app", "shop"), "annotations", Map.of("helm.sh/hook", "pre-upgrade")),
                        "spec",
                        Map.of(
                                "futureField", Map.of("kept", true),
                                "template",
                                        Map.of(
                                                "metadata",
                                                Map.of("labels", Map.of("app", "shop")),
                                                "spec",
                                                Map.of("futureField", 1)))));
    }

    @Test
    void aSelectorOfTheAuthorsOwnIsKept() {
        Map<String, Object> spec = Map.of(
                "manualSelector", true,
                "selector", Map.of("matchLabels", Map.of("job-name", "mine")),
                "template", Map.of("metadata", Map.of("labels", Map.of("job-name", "mine"))));
        assertThat(new HookJob(Map.of(), spec).fields().get("spec")).isEqualTo(spec);
    }

    @Test
    void theFingerprintIsTheTemplatesAndNotTheObjects() {
        var first = job("u1", "image:1").fingerprint();
        assertThat(first).matches("[0-9a-f]{64}");
        assertThat(job("u2", "image:1").fingerprint()).isEqualTo(first);
        assertThat(job("u1", "image:2").fingerprint()).isNotEqualTo(first);
    }

    private static HookJob job(String uid, String image) {
        return new HookJob(
                Map.of("name", "migrate", "uid", uid, "labels", Map.of("controller-uid", uid)),
                Map.of(
                        "selector", Map.of("matchLabels", Map.of("batch.kubernetes.io/controller-uid", uid)),
                        "template",
                                Map.of(
                                        "metadata", Map.of("labels", Map.of("controller-uid", uid)),
                                        "spec", Map.of("image", image))));
    }

    @Test
    void argoCdsHookTypeWinsOverHelms() {
        assertThat(annotated(Map.of("helm.sh/hook", "pre-install,pre-upgrade")).event())
                .isEqualTo("pre-install,pre-upgrade");
        assertThat(annotated(Map.of("helm.sh/hook", "pre-install", "argocd.argoproj.io/hook", "PreSync"))
                        .event())
                .isEqualTo("PreSync");
        assertThat(annotated(Map.of()).event()).isNull();
    }

    @Test
    void itsEventsAreThoseAskedForElseHelms() {
        assertThat(annotated(Map.of("helm.sh/hook", "pre-install, pre-upgrade,test"))
                        .events())
                .containsExactlyInAnyOrder("pre-install", "pre-upgrade");
        assertThat(annotated(Map.of("helm.sh/hook", "pre-upgrade", "wavegate.io/on", "pre-rollback"))
                        .events())
                .containsExactly("pre-rollback");
        assertThat(annotated(Map.of("argocd.argoproj.io/hook", "PreSync", "wavegate.io/on", "pre-install"))
                        .events())
                .containsExactly("pre-install");
        assertThat(annotated(Map.of("helm.sh/hook", "pre-install", "argocd.argoproj.io/hook", "PreSync"))
                        .events())
                .as("Argo CD ignores Helm's, and runs it in each sync")
                .isEmpty();
        assertThat(annotated(Map.of()).events()).isEmpty();
    }

    @Test
    void deletePoliciesOfHelmAndArgoCdAreUnited() {
        assertThat(annotated(Map.of()).deletePolicies()).containsExactly(BEFORE_HOOK_CREATION);
        assertThat(annotated(Map.of("helm.sh/hook-delete-policy", "hook-failed, hook-succeeded"))
                        .deletePolicies())
                .containsExactlyInAnyOrder(HOOK_SUCCEEDED, HOOK_FAILED);
        assertThat(annotated(Map.of(
                                "helm.sh/hook-delete-policy", "hook-succeeded",
                                "argocd.argoproj.io/hook-delete-policy", "BeforeHookCreation"))
                        .deletePolicies())
                .containsExactlyInAnyOrder(BEFORE_HOOK_CREATION, HOOK_SUCCEEDED);
    }

    @Test
    void logPoliciesAreHelms() {
        assertThat(annotated(Map.of("helm.sh/hook-output-log-policy", "hook-failed"))
                        .outputLogPolicies())
                .containsExactly(OutputLogPolicy.HOOK_FAILED);
        assertThat(annotated(Map.of("helm.sh/hook-output-log-policy", "hook-failed, hook-succeeded"))
                        .outputLogPolicies())
                .containsExactly(OutputLogPolicy.HOOK_SUCCEEDED, OutputLogPolicy.HOOK_FAILED);
        assertThat(annotated(Map.of()).outputLogPolicies()).isEmpty();
    }

    @Test
    void optionsAreReadAsTheyWereWritten() {
        Map<String, Object> all = new HashMap<>(Map.of(
                "wavegate.io/database", "billing/orders",
                "wavegate.io/check", "manage.py  check",
                "wavegate.io/on", "pre-install, pre-upgrade",
                "wavegate.io/run", "OnChange",
                "wavegate.io/sync-retry", " Rerun ",
                "wavegate.io/start-deadline", "60",
                "wavegate.io/sidecars", "proxy,mesh",
                "wavegate.io/lock-timeout", "86400",
                "wavegate.io/release", "v".repeat(253)));
        assertThat(annotated(all).options())
                .isEqualTo(new Options(
                        "billing/orders",
                        List.of("manage.py", "check"),
                        List.of("pre-install", "pre-upgrade"),
                        Options.RunPolicy.OnChange,
                        Options.SyncRetry.Rerun,
                        60,
                        List.of("proxy", "mesh"),
                        86_400,
                        "v".repeat(253)));
        assertThat(annotated(Map.of()).options()).isEqualTo(Options.NONE);
    }

    @Test
    void anOptionThatIsNotAllowedIsAskedForByNobody() {
        Map<String, Object> wrong = Map.of(
                "wavegate.io/database", "the orders",
                "wavegate.io/check", "a && b",
                "wavegate.io/on", "pre-upgrad",
                "wavegate.io/run", "sometimes",
                "wavegate.io/sync-retry", "false",
                "wavegate.io/start-deadline", "2m",
                "wavegate.io/sidecars", ",",
                "wavegate.io/lock-timeout", "86401",
                "wavegate.io/release", "v".repeat(254));
        assertThat(annotated(wrong).options()).isEqualTo(Options.NONE);
        assertThat(annotated(wrong).problem()).isNotNull();
    }

    @Test
    void aCheckOfPlainWordsHasNothingThatAShellWouldRead() {
        for (char sign : "'\"`$&|;<>()\\*?#~".toCharArray()) {
            assertThat(annotated(Map.of("wavegate.io/check", "a b" + sign + " c"))
                            .problem())
                    .as("sign %s", sign)
                    .isNotNull();
        }
    }

    @Test
    void allProblemsAreTold() {
        assertThat(new HookJob(
                                Map.of(
                                        "annotations",
                                        Map.of("wavegate.io/lock", "", "helm.sh/hook-delete-policy", "never")),
                                Map.of())
                        .problem())
                .startsWith("annotation wavegate.io/lock is no option of Wavegate")
                .contains("; annotation helm.sh/hook-delete-policy has the word 'never'");
        assertThat(annotated(Map.of()).problem()).isNull();
    }

    @Test
    void thousandsOfProblemsAreAFewAndThatThereIsMore() {
        String words = IntStream.range(0, 20_000).mapToObj(i -> "w" + i).collect(Collectors.joining(","));
        Map<String, Object> names =
                IntStream.range(0, 10_000).boxed().collect(Collectors.toMap(i -> "wavegate.io/o" + i, i -> ""));
        for (Map<String, Object> many : List.of(names, Map.<String, Object>of("helm.sh/hook-delete-policy", words))) {
            assertThat(annotated(many).problem())
                    .endsWith("; and there is more")
                    .hasSizeLessThan(3000)
                    .satisfies(
                            said -> assertThat(said.split("; annotation ", -1)).hasSize(Problems.MOST));
            assertThat(new HookJob(Map.of("labels", names), Map.of()).problem()).endsWith("; and there is more");
        }
    }

    @Test
    void itsSizeIsThatOfItsJson() {
        assertThat(annotated(Map.of("note", "x".repeat(1000))).size()).isBetween(1000, 1100);
    }

    @Test
    void asManyAsThereIsRoomForAreAll() {
        Map<String, Object> names =
                IntStream.range(0, Problems.MOST).boxed().collect(Collectors.toMap(i -> "wavegate.io/o" + i, i -> ""));
        assertThat(annotated(names).problem()).isNotNull().doesNotContain("there is more");
    }

    private static HookJob annotated(Map<String, Object> annotations) {
        return new HookJob(Map.of("annotations", annotations), Map.of());
    }
}
