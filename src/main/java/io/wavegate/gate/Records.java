package io.wavegate.gate;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.wavegate.api.Annotations;
import io.wavegate.api.ApplicationName;
import io.wavegate.api.HookLabel;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunSpec;
import io.wavegate.api.Names;
import io.wavegate.api.RunName;
import io.wavegate.api.WavegateConfig;
import io.wavegate.argocd.Application;
import io.wavegate.argocd.Application.Operation;
import io.wavegate.argocd.Applications;
import io.wavegate.argocd.TrackingId;
import io.wavegate.gate.Release.Earlier;
import io.wavegate.loop.Underway;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the record of a hook Job, and asks Argo CD whose it is. */
@ApplicationScoped
class Records {
    private final KubernetesClient client;
    private final Applications applications;
    private final Databases databases;
    private final WavegateConfig config;
    private final Clock clock;
    private final ExecutorService executor;

    Records(
            KubernetesClient client,
            Applications applications,
            Databases databases,
            WavegateConfig config,
            Clock clock,
            ExecutorService executor) {
        this.client = client;
        this.applications = applications;
        this.databases = databases;
        this.config = config;
        this.clock = clock;
        this.executor = executor;
    }

    /**
     * What is known of a new hook Job.
     *
     * @param draft its record, not yet stored
     * @param release its release, with the runs that ended before it
     * @param unseen what can change while the hook Job stays the same ({@link UnseenChanges})
     */
    record Asked(MigrationRun draft, Release release, List<String> unseen) {}

    /**
     * Finds out which release a hook Job belongs to.
     *
     * @param application the Application that it claims, as it is now
     * @param cached the records of its namespace, as cached
     */
    Asked ask(Job hook, HookJob job, Optional<Application> application, Supplier<Stream<MigrationRun>> cached) {
        ObjectMeta meta = hook.getMetadata();
        Optional<ApplicationName> claimed = claimed(meta);
        Optional<Operation> operation = application
                .flatMap(Application::operation)
                .filter(running -> running.covers(meta.getCreationTimestamp()));
        List<String> history = application.map(Application::history).orElse(List.of());
        List<MigrationRun> runs = (mustBeCurrent(operation, history, job)
                        ? stored(meta)
                        : cached.get().filter(run -> run.hookLabel().equals(label(meta))))
                .toList();
        MigrationRunSpec.Release identity = release(meta, claimed, application, operation);
        SyncEvent event = operation.isEmpty()
                ? SyncEvent.NONE
                : SyncEvent.of(new SyncEvent.Sync(
                        identity.id(),
                        application.orElseThrow().uid(),
                        history,
                        identity.revision(),
                        SyncEvent.before(application.orElseThrow().before(), identity.id(), cached.get()),
                        job.events(),
                        runs.stream().map(SyncEvent.Trace::of).toList()));
        MigrationRun draft = draft(
                meta,
                job,
                identity.withEvent(event.kind() == null ? null : event.kind().name()));
        return new Asked(
                draft,
                new Release(
                        identity.id(),
                        meta.getName(),
                        job.fingerprint(),
                        job.options(),
                        operation.isPresent(),
                        operation.map(Operation::endless).orElse(false),
                        draft.getSpec().problem() != null,
                        clock.instant(),
                        event,
                        job.events(),
                        runs.stream().flatMap(run -> Earlier.of(run).stream()).toList()),
                UnseenChanges.of(job));
    }

    /**
     * Whether a cache that is behind, after a change of leader, would do harm: at a retry it would run a migration twice, at a first sync
     * leave one out.
     */
    private static boolean mustBeCurrent(Optional<Operation> operation, List<String> history, HookJob job) {
        return operation
                .filter(running -> running.retries() > 0 || SyncEvent.asksForRecords(history, job.events()))
                .isPresent();
    }

    private MigrationRun draft(ObjectMeta meta, HookJob job, MigrationRunSpec.Release release) {
        var run = new MigrationRun();
        run.setMetadata(new ObjectMetaBuilder()
                .withName(RunName.of(meta.getName(), meta.getUid()))
                .withNamespace(meta.getNamespace())
                .withLabels(Map.of(Names.HOOK_LABEL, label(meta), Names.MANAGED_BY_LABEL, Names.MANAGED_BY_WAVEGATE))
                .build());
        run.setSpec(new MigrationRunSpec(
                new MigrationRunSpec.Hook("Job", meta.getName(), meta.getUid()),
                release,
                job.event(),
                databases.key(meta, job.options()),
                job.fingerprint(),
                job.deletePolicies(),
                job.outputLogPolicies(),
                job.options(),
                problem(meta, job),
                null,
                job.fields()));
        return run;
    }

    private @Nullable String problem(ObjectMeta meta, HookJob job) {
        String refusal = databases.refusal(meta, job.options()).orElse(null);
        String problem = job.problem();
        return problem == null ? refusal : refusal == null ? problem : problem + "; " + refusal;
    }

    private Stream<MigrationRun> stored(ObjectMeta hook) {
        return client
                .resources(MigrationRun.class)
                .inNamespace(hook.getNamespace())
                .withLabel(Names.HOOK_LABEL, label(hook))
                .list()
                .getItems()
                .stream();
    }

    private static String label(ObjectMeta hook) {
        return HookLabel.of(hook.getName(), hook.getGenerateName());
    }

    /** Whether to ask once more, a moment later, which event a hook Job's sync is. */
    boolean isTooEarly(ObjectMeta hook, HookJob job, Optional<Application> application) {
        Duration age = Duration.between(Instant.parse(hook.getCreationTimestamp()), clock.instant());
        return application
                .filter(one -> SyncEvent.isTooEarly(one.before(), one.history(), job.events(), age))
                .isPresent();
    }

    /** Begins to ask for the Application that a hook Job claims, while the hook Job itself is read. */
    Underway<Optional<Application>> applicationOf(ObjectMeta hook) {
        return Underway.start(executor, () -> claimed(hook).flatMap(applications::find));
    }

    private Optional<ApplicationName> claimed(ObjectMeta hook) {
        return TrackingId.parse(Annotations.of(hook, Names.TRACKING_ID), config.argocdNamespace());
    }

    /** A running operation that can have made the hook is its release; otherwise the hook is a release of its own. */
    private static MigrationRunSpec.Release release(
            ObjectMeta hook,
            Optional<ApplicationName> id,
            Optional<Application> application,
            Optional<Operation> operation) {
        String uid = application.map(Application::uid).orElse(null);
        var claimed = id.map(named -> new MigrationRunSpec.Application(named.namespace(), named.name(), uid))
                .orElse(null);
        return operation
                .map(running -> new MigrationRunSpec.Release(
                        uid + "/" + running.startedAt(),
                        claimed,
                        running.revision() != null ? running.revision() : running.requestedRevision(),
                        running.startedAt(),
                        null))
                .orElseGet(() -> new MigrationRunSpec.Release(hook.getUid(), claimed, null, null, null));
    }
}
