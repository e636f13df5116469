package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static io.wavegate.lab.HookJob.waitFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Names;
import io.wavegate.api.Reason;
import io.wavegate.api.RunName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The ways in which people break hook Jobs: each ends in a verdict with a sentence that helps, or works. A row changes a hook Job that
 * is well, or what is around it, and says what becomes of it.
 */
@LabTest
class BadInputIT {
    private static final int KB = 1000;
    private static final String APPROVAL = "Ask the platform team for approval";

    static Stream<Row> rows() {
        return Stream.of(
                // What Wavegate itself can not run.
                row("several pods at once", hook -> hook.spec(spec -> spec.withParallelism(2)))
                        .fails(Reason.InvalidOption, "spec.parallelism is 2"),
                row("an option that nobody knows", hook -> hook.annotation("wavegate.io/databse", "shop"))
                        .fails(Reason.InvalidOption, "wavegate.io/databse", "did you mean wavegate.io/database?"),
                row("an option on the pods", BadInputIT::optionOnThePods)
                        .fails(Reason.InvalidOption, "spec.template.metadata.annotations has wavegate.io/check"),
                row(
                                "an option among the labels",
                                hook -> hook.edit(job -> job.editMetadata()
                                        .addToLabels("wavegate.io/database", "shop")
                                        .endMetadata()))
                        .fails(Reason.InvalidOption, "metadata.labels has wavegate.io/database"),
                row("a check that needs a shell", hook -> hook.annotation("wavegate.io/check", "a && b"))
                        .fails(Reason.InvalidOption, "wavegate.io/check is 'a && b'", "JSON array", "no shell"),
                row("a check with restartPolicy: OnFailure", BadInputIT::checkThatRestarts)
                        .fails(
                                Reason.InvalidOption,
                                "annotation wavegate.io/check needs spec.template.spec.restartPolicy Never, and it is OnFailure"),
                row("a sidecar that is not there", hook -> hook.annotation("wavegate.io/sidecars", "cloud-sql-proxy"))
                        .fails(Reason.InvalidOption, "names 'cloud-sql-proxy'", "there are migrate"),
                row("nothing but sidecars", hook -> hook.annotation("wavegate.io/sidecars", "migrate"))
                        .fails(Reason.InvalidOption, "names 'migrate'", "one must be left"),
                row("a misspelt delete policy", hook -> hook.deletePolicy("before-hook-creation,hook-suceeded"))
                        .fails(Reason.InvalidOption, "'hook-suceeded'", "did you mean hook-succeeded?", "hook-failed"),
                row("a wrong value of 200 KB, with line ends", hook -> hook.deletePolicy("never\n".repeat(33 * KB)))
                        .fails(Reason.InvalidOption, "'never never", "allowed are before-hook-creation"),
                row("20,000 wrong words", hook -> hook.deletePolicy(manyWords()))
                        .fails(Reason.InvalidOption, "'w0'", "'w4'"),
                row("a Job of 1.2 MB", hook -> large(hook, 12))
                        .fails(Reason.InvalidOption, "bytes as JSON", "ConfigMap"),

                // What the API server refuses, before us or after us.
                row("a template without containers", hook -> hook.pod(pod -> pod.withContainers(List.of())))
                        .isNotEvenCreated("spec.template.spec.containers: Required value"),
                row("restartPolicy: Always", hook -> hook.pod(pod -> pod.withRestartPolicy("Always")))
                        .isNotEvenCreated("spec.template.spec.restartPolicy"),
                row("a quota without room for a second Job")
                        .around((project, hook) -> quotaOfOneJob(project))
                        .fails(Reason.JobRejected, "the API server refused the Job", "exceeded quota: limit"),
                row("an admission policy that forbids the record")
                        .around((project, hook) -> policyOnRecords(project))
                        .fails(Reason.JobRejected, "the API server refused the record", APPROVAL),
                row("an admission policy that forbids the Job (403)")
                        .around((project, hook) -> policyOnJobs(project, "Forbidden"))
                        .fails(Reason.JobRejected, "the API server refused the Job", APPROVAL),
                row("an admission policy that calls it invalid (422)")
                        .around((project, hook) -> policyOnJobs(project, "Invalid"))
                        .fails(Reason.JobRejected, APPROVAL),
                row("an admission policy that calls it too large (413)")
                        .around((project, hook) -> policyOnJobs(project, "RequestEntityTooLarge"))
                        .fails(Reason.JobRejected, APPROVAL),
                row("a foreign Job under the emitted Job's name")
                        .around(BadInputIT::foreignJob)
                        .fails(Reason.NameTaken, "and is not Wavegate's"),
                row("a foreign record under the record's name")
                        .around(BadInputIT::foreignRecord)
                        .fails(Reason.NameTaken, "belongs to another hook"),

                // What is unusual, and works.
                row("a Job of 0.9 MB", hook -> large(hook, 9)).works(),
                row("annotations of 200 KB", hook -> hook.annotation("example.org/note", "x".repeat(200 * KB)))
                        .works(),
                row("a name of 63 characters", hook -> named(hook, "migrate-" + "x".repeat(55)))
                        .works(),
                row("a name of 253 characters", hook -> withItsOwnSelector(named(hook, "migrate." + "x".repeat(245))))
                        .works(),
                row("a name with dots in it", hook -> named(hook, "migrate.shop.v1.2.3"))
                        .works(),
                row("generateName", hook -> hook.generatedName("migrate-"))
                        .works(hook -> assertThat(
                                        hook.awaitVerdict().getMetadata().getLabels())
                                .containsEntry(Names.HOOK_LABEL, "migrate")),
                row(
                                "a tracking id that nobody can read",
                                hook -> hook.annotation(
                                        Names.TRACKING_ID, "../../etc:x\n:\u00e4" + "x".repeat(100 * KB)))
                        .works(BadInputIT::isAReleaseOfItsOwn),
                row("an empty tracking id", hook -> hook.annotation(Names.TRACKING_ID, ""))
                        .works(BadInputIT::isAReleaseOfItsOwn),
                row(
                                "an Application that is not there",
                                hook -> hook.annotation(Names.TRACKING_ID, "nobody_nothing:batch/Job:here/migrate"))
                        .works(BadInputIT::isAReleaseOfItsOwn),
                row("an Application that runs no operation")
                        .around(BadInputIT::idleApplication)
                        .works(BadInputIT::isAReleaseOfItsOwn),

                // What a migration may leave as its log.
                row("a log that is binary", hook -> hook.script("head -c 50000 /dev/urandom", "exit 1"))
                        .fails(Reason.MigrationFailed, "exited with code 1", "Last log lines: "),
                row("a log that is empty", hook -> hook.script("exit 1"))
                        .fails(
                                hook -> assertThat(hook.awaitLog().text()).isEmpty(),
                                Reason.MigrationFailed,
                                "exited with code 1"),
                row(
                                "a log of 100 MB",
                                hook -> hook.script(
                                        "yes 'and so on and so on and so on' | head -c 100000000",
                                        "sleep 15",
                                        "echo the end",
                                        "exit 1"))
                        .fails(Reason.MigrationFailed, "the end"),
                row(
                                "a log of one line of 1 MB",
                                hook -> hook.script("head -c 1000000 /dev/zero | tr '\\0' x", "exit 1"))
                        .fails(Reason.MigrationFailed, "Last log lines: xxxxxxxx"),
                row(
                                "a log that commands the terminal",
                                hook -> hook.script(
                                        "printf '\\033[2J\\033]0;owned\\007\\rred\\033[31m alert\\n'", "exit 1"))
                        .fails(Reason.MigrationFailed, "red alert"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void endsInAVerdictThatHelpsOrWorks(Row row, Project project) {
        // A suspended hook is not begun: time to arrange what is around it.
        HookJob hookJob = row.change()
                .of(project.hookJob("migrate").script(trace("migrations", "once")))
                .suspended();
        if (row.reason() == null) {
            assertThatThrownBy(() -> project.create(hookJob))
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContainingAll(row.words());
            return;
        }
        Hook hook = project.create(hookJob);
        row.surroundings().make(project, hook);
        hook.resume();

        Job finished = hook.awaitFinished();

        assertThat(Hook.message(finished))
                .startsWith(row.reason().name() + ": ")
                .contains(row.words())
                .contains(row.reason().advice())
                .doesNotContainPattern("\\p{Cntrl}")
                .hasSizeLessThan(3 * KB);
        assertThat(Hook.verdict(finished).getReason()).isEqualTo(row.reason().name());
        assertThat(hook.record().map(MigrationRun::getStatus).map(MigrationRunStatus::message))
                .isIn(Optional.empty(), Optional.of(Hook.message(finished)));
        assertThat(project.lines("migrations"))
                .isEqualTo(row.reason() == Reason.Migrated ? List.of("once") : List.of());
        row.then().accept(hook);
    }

    @Test
    void aNamespaceThatIsDeletedUnderARunGoesAndNoOtherIsHurt(Project doomed, @TempDir Path folder) {
        Hook hook = doomed.create(doomed.hookJob("migrate").script(waitFor("never")));
        hook.awaitRunning();

        doomed.client().namespaces().withName(doomed.namespace()).delete();
        try (Project other = new Project(doomed.lab(), doomed.namespace() + "-other", folder)) {
            other.create(other.hookJob("migrate").script(trace("migrations", "once")))
                    .awaitComplete();
            assertThat(other.lines("migrations")).containsExactly("once");
        }

        Await.until("the namespace to be gone")
                .until(() -> doomed.client()
                                .namespaces()
                                .withName(doomed.namespace())
                                .get()
                        == null);
    }

    private static String manyWords() {
        return IntStream.range(0, 20 * KB).mapToObj(i -> "w" + i).collect(Collectors.joining(","));
    }

    private static HookJob optionOnThePods(HookJob hook) {
        return hook.spec(spec -> spec.editTemplate()
                .editOrNewMetadata()
                .addToAnnotations("wavegate.io/check", "true")
                .endMetadata()
                .endTemplate());
    }

    private static HookJob checkThatRestarts(HookJob hook) {
        return hook.annotation("wavegate.io/check", "true").pod(pod -> pod.withRestartPolicy("OnFailure"));
    }

    private static HookJob named(HookJob hook, String name) {
        return hook.edit(job -> job.editMetadata().withName(name).endMetadata());
    }

    /** Kubernetes takes a name that is longer than a label only so. */
    private static HookJob withItsOwnSelector(HookJob hook) {
        Map<String, String> labels = Map.of("migration", "of-the-shop");
        return hook.spec(spec -> spec.withManualSelector(true)
                .withNewSelector()
                .withMatchLabels(labels)
                .endSelector()
                .editTemplate()
                .editOrNewMetadata()
                .addToLabels(labels)
                .endMetadata()
                .endTemplate());
    }

    /** A Job with this many variables of 100 KB each: Linux takes no more than 128 KiB in one. */
    private static HookJob large(HookJob hook, int variables) {
        List<EnvVar> environment = IntStream.range(0, variables)
                .mapToObj(i -> new EnvVar("LARGE_" + i, "x".repeat(100 * KB), null))
                .toList();
        return hook.pod(pod -> pod.editFirstContainer().withEnv(environment).endContainer());
    }

    private static void quotaOfOneJob(Project project) {
        project.lab().apply(project.namespace(), """
                        apiVersion: v1
                        kind: ResourceQuota
                        metadata: {name: limit}
                        spec: {hard: {count/jobs.batch: "1"}}
                        """);
        Await.until("the quota to be counted")
                .until(() -> project.client()
                        .resourceQuotas()
                        .inNamespace(project.namespace())
                        .withName("limit")
                        .require()
                        .getStatus()
                        .getUsed()
                        .containsKey("count/jobs.batch"));
    }

    /** Refuses every Job but hook Jobs. */
    private static void policyOnJobs(Project project, String reason) {
        policy(project, "batch", "jobs", "has(object.spec.managedBy)", reason);
        awaitRefusal(project, project.hookJob("plain").plain().manifest());
    }

    /** Refuses every record. */
    private static void policyOnRecords(Project project) {
        policy(project, "wavegate.io", "migrationruns", "false", "Forbidden");
        awaitRefusal(project, Serialization.unmarshal(record("any"), MigrationRun.class));
    }

    /** An admission policy for this namespace only; it goes with the namespace, its owner. */
    private static void policy(Project project, String group, String resource, String allowed, String reason) {
        project.lab().apply(project.namespace(), """
                        apiVersion: admissionregistration.k8s.io/v1
                        kind: ValidatingAdmissionPolicy
                        metadata:
                          name: %1$s
                          ownerReferences: [{apiVersion: v1, kind: Namespace, name: %1$s, uid: %2$s}]
                        spec:
                          matchConstraints:
                            namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
                            resourceRules: [{apiGroups: [%3$s], apiVersions: ["*"], operations: [CREATE], resources: [%4$s]}]
                          validations: [{expression: "%5$s", reason: %6$s, message: %7$s}]
                        ---
                        apiVersion: admissionregistration.k8s.io/v1
                        kind: ValidatingAdmissionPolicyBinding
                        metadata:
                          name: %1$s
                          ownerReferences: [{apiVersion: v1, kind: Namespace, name: %1$s, uid: %2$s}]
                        spec: {policyName: %1$s, validationActions: [Deny]}
                        """.formatted(
                        project.namespace(), uid(project), group, resource, allowed, reason, APPROVAL));
    }

    private static void awaitRefusal(Project project, HasMetadata object) {
        Await.until("the policy to hold")
                .untilAsserted(() -> assertThatThrownBy(() -> project.client()
                                .resource(object)
                                .inNamespace(project.namespace())
                                .dryRun()
                                .create())
                        .hasMessageContaining(APPROVAL));
    }

    private static String uid(Project project) {
        return project.client()
                .namespaces()
                .withName(project.namespace())
                .require()
                .getMetadata()
                .getUid();
    }

    private static void foreignJob(Project project, Hook hook) {
        HookJob foreign = project.hookJob(RunName.of("migrate", hook.uid()))
                .script("sleep 1000")
                .plain();
        project.client()
                .resource(foreign.manifest())
                .inNamespace(project.namespace())
                .create();
    }

    private static void foreignRecord(Project project, Hook hook) {
        project.lab().apply(project.namespace(), record(RunName.of("migrate", hook.uid())));
    }

    private static String record(String name) {
        return """
                apiVersion: wavegate.io/v1alpha1
                kind: MigrationRun
                metadata: {name: %s}
                spec:
                  hook: {kind: Job, name: other, uid: 3b1f0c7e-0000-0000-0000-000000000000}
                  release: {id: 3b1f0c7e-0000-0000-0000-000000000000}
                  fingerprint: none
                  job: {spec: {}}
                """.formatted(name);
    }

    /** An Application that is there, has never synced, and goes with the namespace. */
    private static void idleApplication(Project project, Hook hook) {
        project.lab().apply(Lab.ARGOCD, """
                        apiVersion: argoproj.io/v1alpha1
                        kind: Application
                        metadata:
                          name: %1$s
                          ownerReferences: [{apiVersion: v1, kind: Namespace, name: %1$s, uid: %2$s}]
                        spec:
                          project: default
                          source: {repoURL: "file:///nowhere", path: .}
                          destination: {server: "https://kubernetes.default.svc", namespace: %1$s}
                        """.formatted(project.namespace(), uid(project)));
        hook.patch("{\"metadata\":{\"annotations\":{\"%s\":\"%s:batch/Job:here/migrate\"}}}"
                .formatted(Names.TRACKING_ID, project.namespace()));
    }

    private static void isAReleaseOfItsOwn(Hook hook) {
        assertThat(hook.awaitVerdict().getSpec().release().id()).isEqualTo(hook.uid());
    }

    private static Row row(String what, Change change) {
        return new Row(what, change, (project, hook) -> {}, null, new String[0], hook -> {});
    }

    private static Row row(String what) {
        return row(what, hook -> hook);
    }

    /** What is wrong with the hook Job itself. */
    interface Change {
        HookJob of(HookJob hook);
    }

    /** What is wrong around the hook Job, which is there and held. */
    interface Surroundings {
        void make(Project project, Hook hook);
    }

    /**
     * A row.
     *
     * @param reason of the verdict; null where the hook Job is refused before Wavegate sees it
     * @param words that the message has
     * @param then what else is so
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Row(
            String what,
            Change change,
            Surroundings surroundings,
            @Nullable Reason reason,
            String[] words,
            Consumer<Hook> then) {
        Row around(Surroundings make) {
            return new Row(what, change, make, reason, words, then);
        }

        Row fails(Reason with, String... saying) {
            return fails(hook -> {}, with, saying);
        }

        Row fails(Consumer<Hook> also, Reason with, String... saying) {
            return new Row(what, change, surroundings, with, saying, also);
        }

        Row works() {
            return works(hook -> {});
        }

        Row works(Consumer<Hook> also) {
            return fails(also, Reason.Migrated, "the migration ended well");
        }

        Row isNotEvenCreated(String saying) {
            return new Row(what, change, surroundings, null, new String[] {saying}, then);
        }

        @Override
        public String toString() {
            return what;
        }
    }
}
