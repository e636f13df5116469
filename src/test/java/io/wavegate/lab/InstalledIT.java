package io.wavegate.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The installation as the cluster enforces it: who the controller's pods are, and what they may not do. */
@InstalledTest
class InstalledIT {
    private static final String KUBE_SYSTEM = "kube-system";

    @Test
    void theNamespaceRefusesPodsThatAreNotRestricted(Lab lab, InstalledController controller) {
        Pod privileged = new PodBuilder()
                .withNewMetadata()
                .withName("privileged")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("shell")
                .withImage(Lab.IMAGE)
                .withNewSecurityContext()
                .withPrivileged(true)
                .endSecurityContext()
                .endContainer()
                .endSpec()
                .build();

        assertThatThrownBy(() -> lab.client()
                        .pods()
                        .inNamespace(Lab.SYSTEM)
                        .resource(privileged)
                        .dryRun()
                        .create())
                .hasMessageContaining("violates PodSecurity \"restricted:latest\"");
    }

    @Test
    void thePodsAreWhatTheManifestSaysAlsoToTheKernel(InstalledController controller) {
        assertThat(controller.pods()).hasSize(2).allSatisfy(pod -> {
            PodProcess process = InstalledController.process(pod);
            assertThat(process.kernelSays("status").lines().map(line -> line.replaceAll("\\s+", " ")))
                    .as("user, capabilities, no way to more of either, and a filter on system calls")
                    .contains(
                            "Uid: 10001 10001 10001 10001",
                            "CapEff: 0000000000000000",
                            "CapBnd: 0000000000000000",
                            "NoNewPrivs: 1",
                            "Seccomp: 2");
            assertThat(process.kernelSays("mountinfo").lines().map(line -> line.split(" ")))
                    .as("the root file system, read only")
                    .filteredOn(mount -> mount[4].equals("/"))
                    .singleElement()
                    .satisfies(mount -> assertThat(mount[5].split(",")).contains("ro"));
        });
    }

    @Test
    void theServiceLeadsToTheHealthEndpoints(Lab lab, InstalledController controller) {
        // A pod that is ready is in the Service a moment later.
        Await.until("the Service to lead there")
                .untilAsserted(() -> assertThat(lab.kubectl(
                                "get",
                                "--raw",
                                "/api/v1/namespaces/%s/services/%s:http/proxy/q/health/ready"
                                        .formatted(Lab.SYSTEM, InstalledController.NAME)))
                        .contains("\"status\": \"UP\""));
    }

    @Test
    void itReadsNoSecretsAndNoConfigMaps(Lab lab, InstalledController controller) {
        try (KubernetesClient its = asTheController(lab)) {
            for (String namespace : List.of(Lab.SYSTEM, KUBE_SYSTEM)) {
                isForbidden(() -> its.secrets().inNamespace(namespace).list());
                isForbidden(() ->
                        its.secrets().inNamespace(namespace).withName("any").get());
                isForbidden(() -> its.configMaps().inNamespace(namespace).list());
                isForbidden(() ->
                        its.configMaps().inNamespace(namespace).withName("any").get());
            }
        }
    }

    @Test
    void itChangesNoPodsAndOfApplicationsNothingButTheirConditions(Lab lab, InstalledController controller) {
        try (KubernetesClient its = asTheController(lab)) {
            for (String verb : List.of("create", "update", "patch", "delete", "deletecollection")) {
                assertThat(may(its, verb, "", "pods", "", Lab.ARGOCD))
                        .as("may %s pods", verb)
                        .isFalse();
                assertThat(may(its, verb, "argoproj.io", "applications", "", Lab.ARGOCD))
                        .as("may %s Applications", verb)
                        .isEqualTo(verb.equals("patch"));
            }
            assertThat(may(its, "create", "", "pods", "exec", Lab.ARGOCD))
                    .as("may execute in pods")
                    .isFalse();
            assertThat(may(its, "get", "argoproj.io", "applications", "", Lab.ARGOCD))
                    .as("may read Applications")
                    .isTrue();
            Application application = Application.bare(lab.client(), Lab.SYSTEM, "fenced");
            try {
                Application itsOwn = application.by(its);
                assertThatThrownBy(() -> itsOwn.merge("{\"operation\":{\"sync\":{}}}"))
                        .hasMessageContaining("this request changes operation of ");
                assertThat(application.live().has("operation")).isFalse();
            } finally {
                application.delete();
            }
        }
    }

    /** Asked of every resource that the cluster has, whatever will be installed beside us. */
    @Test
    void itDeletesNothingButJobsAndRecordsAndItsOwnLeases(Lab lab, InstalledController controller) {
        Map<String, List<String>> may = Map.of(
                Lab.ARGOCD, List.of("jobs.batch", "migrationruns.wavegate.io"),
                Lab.SYSTEM, List.of("jobs.batch", "leases.coordination.k8s.io", "migrationruns.wavegate.io"));
        try (KubernetesClient its = asTheController(lab)) {
            may.forEach((namespace, resources) -> {
                assertThat(deletable(lab).filter(resource -> {
                            String[] parts = resource.split("\\.", 2);
                            return may(its, "delete", parts.length > 1 ? parts[1] : "", parts[0], "", namespace);
                        }))
                        .as("what it may delete in " + namespace)
                        .containsExactlyInAnyOrderElementsOf(resources);
            });
        }
    }

    /** Resources as {@code kubectl api-resources} names them, e.g. {@code jobs.batch}. */
    private static Stream<String> deletable(Lab lab) {
        return lab.kubectl("api-resources", "--verbs=delete", "--output=name").lines();
    }

    private static KubernetesClient asTheController(Lab lab) {
        return lab.asServiceAccount(Lab.SYSTEM, InstalledController.NAME);
    }

    private static void isForbidden(Runnable request) {
        assertThatThrownBy(request::run)
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        refusal -> assertThat(refusal.getCode()).isEqualTo(HttpURLConnection.HTTP_FORBIDDEN));
    }

    private static boolean may(
            KubernetesClient its, String verb, String group, String resource, String subresource, String namespace) {
        SelfSubjectAccessReview review = new SelfSubjectAccessReviewBuilder()
                .withNewSpec()
                .withNewResourceAttributes()
                .withVerb(verb)
                .withGroup(group)
                .withResource(resource)
                .withSubresource(subresource)
                .withNamespace(namespace)
                .endResourceAttributes()
                .endSpec()
                .build();
        return its.resource(review).create().getStatus().getAllowed();
    }
}
