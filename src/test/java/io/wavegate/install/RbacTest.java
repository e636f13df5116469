package io.wavegate.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The controller's rights, each with the place that needs it. A verb that is in the manifest and not here is one too many; one that is
 * here and not there breaks the code named beside it.
 */
class RbacTest {
    private static final Map<String, String> CLUSTER = Map.ofEntries(
            Map.entry("wavegate.io/migrationruns get", "gate: look again for a record that the cache has not"),
            Map.entry("wavegate.io/migrationruns list", "gate, run: informers"),
            Map.entry("wavegate.io/migrationruns watch", "gate, run: informers"),
            Map.entry("wavegate.io/migrationruns create", "gate: open"),
            Map.entry("wavegate.io/migrationruns delete", "run: history limit"),
            Map.entry("wavegate.io/migrationruns/status update", "gate: admit, tell; run: note, conclude"),
            Map.entry("wavegate.io/migrationruns/status patch", "marker: verified"),
            Map.entry("wavegate.io/migrationruns/finalizers update", "run: a blocking owner, where such are guarded"),
            Map.entry("batch/jobs get", "gate: the hook Job whole; run: look again for the emitted Job"),
            Map.entry("batch/jobs list", "gate, run: informers"),
            Map.entry("batch/jobs watch", "gate, run: informers"),
            Map.entry("batch/jobs create", "run: emit"),
            Map.entry("batch/jobs patch", "run: time to live, a deadline that was changed"),
            Map.entry("batch/jobs delete", "run: delete policies; gate: a Job that lost its record"),
            Map.entry("batch/jobs/status patch", "gate: start, show"),
            Map.entry("/pods list", "run: informer"),
            Map.entry("/pods watch", "run: informer"),
            Map.entry("/pods/log get", "run: the end of the log"),
            Map.entry("/events list", "run: why there is no pod, or why it is not prepared"),
            Map.entry(
                    "/events create",
                    "gate: a failure, a log, a migration left out on trust; marker: what an Application is told"),
            Map.entry("argoproj.io/applications get", "gate: release"),
            Map.entry("argoproj.io/applications list", "marker: informer"),
            Map.entry("argoproj.io/applications watch", "marker: informer"),
            Map.entry("argoproj.io/applications patch", "marker: its two conditions"),
            Map.entry("authentication.k8s.io/tokenreviews create", "web: who asks"),
            Map.entry(
                    "authorization.k8s.io/subjectaccessreviews create",
                    "web: whether the one who asks may read records"));

    private static final Map<String, String> OWN_NAMESPACE = Map.of(
            "coordination.k8s.io/leases get", "loop: leader; lock: take, where another was faster",
            "coordination.k8s.io/leases list", "run, lock: informers",
            "coordination.k8s.io/leases watch", "run, lock: informers",
            "coordination.k8s.io/leases create", "loop: leader; lock: take",
            "coordination.k8s.io/leases patch", "loop: leader",
            "coordination.k8s.io/leases update", "loop: leader",
            "coordination.k8s.io/leases delete", "lock: free");

    @Test
    void theControllerMayDoWhatItDoesAndNothingElse() throws IOException {
        assertThat(rights(ClusterRole.class)).isEqualTo(new TreeSet<>(CLUSTER.keySet()));
        assertThat(rights(Role.class)).isEqualTo(new TreeSet<>(OWN_NAMESPACE.keySet()));
    }

    private static Set<String> rights(Class<? extends HasMetadata> kind) throws IOException {
        var rights = new TreeSet<String>();
        Stream.of(Files.readString(Path.of("manifests/rbac.yaml")).split("(?m)^---$"))
                .map(document -> Serialization.unmarshal(document, HasMetadata.class))
                .filter(kind::isInstance)
                .flatMap(object -> rules(object).stream())
                .forEach(rule -> collect(rule, rights));
        return rights;
    }

    private static List<PolicyRule> rules(HasMetadata object) {
        return object instanceof ClusterRole role ? role.getRules() : ((Role) object).getRules();
    }

    private static void collect(PolicyRule rule, Set<String> rights) {
        assertThat(rule.getResourceNames()).isEmpty();
        assertThat(rule.getNonResourceURLs()).isEmpty();
        for (String group : rule.getApiGroups()) {
            for (String resource : rule.getResources()) {
                rule.getVerbs().forEach(verb -> rights.add(group + "/" + resource + " " + verb));
            }
        }
    }
}
