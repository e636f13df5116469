package io.wavegate.lab;

import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpecBuilder;
import io.wavegate.api.Names;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * The manifest of a hook Job: an ordinary Helm hook with the one line that gives it to Wavegate. It runs a shell script and shares the
 * folder {@value #FOLDER} with the test, for traces that outlive its pods and for waiting on the test.
 */
record HookJob(Job manifest) {
    /** Where pods find the project's folder. */
    static final String FOLDER = "/lab";

    static HookJob named(String name, Path folder) {
        return new HookJob(new JobBuilder()
                .withNewMetadata()
                .withName(name)
                .addToAnnotations(Names.HELM_HOOK, "pre-install,pre-upgrade")
                .endMetadata()
                .withNewSpec()
                .withManagedBy(Names.MANAGED_BY)
                .withBackoffLimit(0)
                .withNewTemplate()
                .withNewSpec()
                .withRestartPolicy("Never")
                .withTerminationGracePeriodSeconds(1L)
                .addNewVolume()
                .withName("lab")
                .withNewHostPath(folder.toString(), "DirectoryOrCreate")
                .endVolume()
                .addNewContainer()
                .withName("migrate")
                .withImage(Lab.IMAGE)
                .withImagePullPolicy("Never")
                .withCommand("sh", "-c", "true")
                .addNewVolumeMount()
                .withName("lab")
                .withMountPath(FOLDER)
                .endVolumeMount()
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build());
    }

    HookJob script(String... lines) {
        return pod(pod -> pod.editFirstContainer()
                .withCommand("sh", "-c", String.join("\n", lines))
                .endContainer());
    }

    HookJob image(String image) {
        return pod(pod -> pod.editFirstContainer().withImage(image).endContainer());
    }

    /** {@code helm.sh/hook-delete-policy}, in Helm's words. */
    HookJob deletePolicy(String policies) {
        return annotation(Names.HELM_DELETE_POLICY, policies);
    }

    HookJob annotation(String name, String value) {
        return edit(job -> job.editMetadata().addToAnnotations(name, value).endMetadata());
    }

    HookJob backoffLimit(int limit) {
        return spec(spec -> spec.withBackoffLimit(limit));
    }

    /** How long the pod has between SIGTERM and SIGKILL: a second, unless a test is about what it does in that time. */
    HookJob terminationGracePeriodSeconds(long seconds) {
        return pod(pod -> pod.withTerminationGracePeriodSeconds(seconds));
    }

    /** It is not begun until somebody resumes it ({@link Hook#resume}). */
    HookJob suspended() {
        return spec(spec -> spec.withSuspend(true));
    }

    /** Without the one line: a Job that Kubernetes itself runs. */
    HookJob plain() {
        return spec(spec -> spec.withManagedBy(null));
    }

    /** Its name is made up by the API server, anew each time it is created. */
    HookJob generatedName(String prefix) {
        return edit(job ->
                job.editMetadata().withName(null).withGenerateName(prefix).endMetadata());
    }

    /** The same with another spec of its pods. */
    HookJob pod(UnaryOperator<PodSpecBuilder> change) {
        return spec(spec -> spec.editTemplate()
                .withSpec(change.apply(new PodSpecBuilder(spec.buildTemplate().getSpec()))
                        .build())
                .endTemplate());
    }

    /** The same with another spec. */
    HookJob spec(UnaryOperator<JobSpecBuilder> change) {
        return edit(job ->
                job.withSpec(change.apply(new JobSpecBuilder(job.buildSpec())).build()));
    }

    HookJob edit(UnaryOperator<JobBuilder> change) {
        return new HookJob(change.apply(new JobBuilder(manifest)).build());
    }

    /** A line of script that leaves a trace of having run, which {@link Project#lines} reads. */
    static String trace(String file, String words) {
        return "echo \"%s\" >> %s/%s".formatted(words, FOLDER, file);
    }

    /** A line of script that waits for {@link Project#open}. */
    static String waitFor(String gate) {
        return "until [ -e %s/%s ]; do sleep 0.1; done".formatted(FOLDER, gate);
    }
}
