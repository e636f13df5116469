package io.wavegate.argocd;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.wavegate.api.Fields;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What an Application's status tells of what was live before a sync, row by row; as Argo CD 3.5.7 writes it. */
class BeforeTest {
    private static final String HOOK =
            "{group: batch, kind: Job, name: migrate, hook: true, requiresPruning: true, status: Synced}";
    private static final String MISSING = "{group: apps, kind: Deployment, name: web, status: OutOfSync}";
    private static final String LIVE = "{group: apps, kind: Deployment, name: web, status: Synced}";
    private static final String SECRET = "{kind: Secret, name: given, status: Synced}";

    private record Row(String given, String status, Before want) {}

    private static final List<Row> TABLE = List.of(
            new Row(
                    "a first sync",
                    "{health: {status: Missing}, resources: [%s, %s]}".formatted(MISSING, HOOK),
                    Before.NOTHING),
            new Row("not compared yet", "{}", Before.NOT_YET),
            new Row(
                    "a sync that began before the comparison was written",
                    "{operationState: {phase: Running, startedAt: '2026-01-01T00:00:00Z'}}",
                    Before.NOT_YET),
            new Row("compared, and nothing of it told", "{reconciledAt: '2026-01-01T00:00:00Z'}", Before.UNKNOWN),
            new Row("without a health", "{resources: [%s]}".formatted(MISSING), Before.UNKNOWN),
            new Row(
                    "live and as in Git",
                    "{health: {status: Healthy}, resources: [%s]}".formatted(LIVE),
                    Before.WORKLOAD),
            new Row(
                    "live and other than in Git",
                    "{health: {status: Healthy}, resources: [%s]}".formatted(MISSING),
                    Before.UNKNOWN),
            new Row(
                    "live and other than in Git, the health of each resource written",
                    "{health: {status: Degraded}, resources: [{group: apps, kind: StatefulSet, status: OutOfSync, health: {status:"
                            + " Degraded}}]}",
                    Before.WORKLOAD),
            new Row(
                    "missing, the health of each resource written",
                    "{health: {status: Missing}, resources: [{group: apps, kind: Deployment, status: OutOfSync, health: {status:"
                            + " Missing}}]}",
                    Before.NOTHING),
            new Row(
                    "live, and no longer in Git",
                    "{health: {status: Missing}, resources: [{group: apps, kind: Deployment, status: OutOfSync, requiresPruning:"
                            + " true}]}",
                    Before.WORKLOAD),
            new Row(
                    "something else is there",
                    "{health: {status: Missing}, resources: [%s, %s]}".formatted(MISSING, SECRET),
                    Before.UNKNOWN),
            new Row(
                    "before Argo CD 3.4: one is missing, the other has pods",
                    "{health: {status: Missing}, resources: [%s], summary: {images: [shop/web:1]}}".formatted(MISSING),
                    Before.UNKNOWN),
            new Row(
                    "a retry, a pod of its own there",
                    "{health: {status: Missing}, resources: [%s], summary: {images: [shop/web:1]}, operationState: {retryCount: 1}}"
                            .formatted(MISSING),
                    Before.NOTHING),
            new Row(
                    "a retry, the workload its own maybe",
                    "{health: {status: Healthy}, resources: [%s], operationState: {retryCount: 1}}".formatted(LIVE),
                    Before.UNKNOWN),
            new Row(
                    "created by this sync",
                    applied("deployment.apps/web created", "service/web created"),
                    Before.NOTHING),
            new Row(
                    "changed by this sync",
                    applied("deployment.apps/web configured", "service/web created"),
                    Before.UNKNOWN),
            new Row("found as it should be", applied("deployment.apps/web unchanged"), Before.UNKNOWN),
            new Row(
                    "by server-side apply, which does not say",
                    applied("deployment.apps/web serverside-applied"),
                    Before.UNKNOWN),
            new Row(
                    "nothing applied yet but a hook",
                    "{health: {status: Missing}, resources: [" + MISSING
                            + "], operationState: {syncResult: {resources: [{kind: Job, hookType: PreSync, message: 'job.batch/a created'}]}}}",
                    Before.NOTHING),
            new Row(
                    "the same beside what is live",
                    "{health: {status: Healthy}, resources: [" + LIVE
                            + "], operationState: {syncResult: {resources: [{kind: Job, hookType: PreSync, message: 'job.batch/a created'}]}}}",
                    Before.WORKLOAD),
            new Row(
                    "written by another hand",
                    "{health: [], resources: {a: b}, operationState: {syncResult: 3}}",
                    Before.UNKNOWN),
            new Row("the same", "{health: {status: Missing}, resources: [1, null], summary: []}", Before.NOTHING));

    private static String applied(String... messages) {
        return "{health: {status: Healthy}, resources: [%s], operationState: {syncResult: {resources: [%s]}}}"
                .formatted(
                        LIVE,
                        String.join(
                                ", ",
                                Stream.of(messages)
                                        .map("{kind: Deployment, status: Synced, message: '%s'}"::formatted)
                                        .toList()));
    }

    @TestFactory
    Stream<DynamicTest> table() {
        return TABLE.stream()
                .map(row -> DynamicTest.dynamicTest(
                        row.given(),
                        () -> assertThat(Before.of(
                                        Fields.map(Serialization.unmarshal("status: " + row.status(), Map.class)
                                                .get("status"))))
                                .isEqualTo(row.want())));
    }
}
