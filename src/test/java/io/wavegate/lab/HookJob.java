package io.wavegate.lab;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
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
        return edit(job -> job.editSpec()
                .editTemplate()
                .editSpec()
                .editFirstContainer()
                .withCommand("sh", "-c", String.join("\n", lines))
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec());
    }

    HookJob image(String image) {
        return edit(job -> job.editSpec()
                .editTemplate()
                .editSpec()
                .editFirstContainer()
                .withImage(image)
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec());
    }

    /** {@code helm.sh/hook-delete-policy}, in Helm's words. */
    HookJob deletePolicy(String policies) {
        return annotation(Names.HELM_DELETE_POLICY, policies);
    }

    HookJob annotation(String name, String value) {
        return edit(job -> job.editMetadata().addToAnnotations(name, value).endMetadata());
    }

    HookJob backoffLimit(int limit) {
        return edit(job -> job.editSpec().withBackoffLimit(limit).endSpec());
    }

    /** How long the pod has between SIGTERM and SIGKILL: a second, unless a test is about what it does in that time. */
    HookJob terminationGracePeriodSeconds(long seconds) {
        return edit(job -> job.editSpec()
                .editTemplate()
                .editSpec()
                .withTerminationGracePeriodSeconds(seconds)
                .endSpec()
                .endTemplate()
                .endSpec());
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
