package io.wavegate.run;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.IndexedResourceCache;
import io.javaoperatorsdk.operator.api.reconciler.ResourceCache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.wavegate.api.JobConditions;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.Names;
import io.wavegate.api.WavegateConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.stream.Stream;

/** What is kept of a hook's earlier runs. */
@ApplicationScoped
class History {
    private final KubernetesClient client;
    private final EmittedJobs jobs;
    private final WavegateConfig config;

    History(KubernetesClient client, EmittedJobs jobs, WavegateConfig config) {
        this.client = client;
        this.jobs = jobs;
        this.config = config;
    }

    /** Deletes the oldest finished records of a run's hook beyond the limit; the run itself is counted and stays. */
    void prune(MigrationRun run, IndexedResourceCache<MigrationRun> records) {
        earlier(run, records)
                .sorted(Comparator.comparing(
                                (MigrationRun record) -> record.getMetadata().getCreationTimestamp())
                        .reversed())
                .skip(Math.max(0, config.historyLimit() - 1))
                .forEach(record -> client.resource(record).delete());
    }

    /**
     * Deletes what is left of the Jobs of a hook's finished runs, as before-hook-creation says.
     *
     * @param records all records, as cached: a Job may have ended before its run has its verdict
     * @param emitted all emitted Jobs, as cached
     */
    void deleteEarlierJobs(MigrationRun run, ResourceCache<MigrationRun> records, ResourceCache<Job> emitted) {
        emitted.list(
                        run.getMetadata().getNamespace(),
                        job -> run.hookLabel()
                                        .equals(job.getMetadata().getLabels().get(Names.HOOK_LABEL))
                                && !job.getMetadata()
                                        .getName()
                                        .equals(run.getMetadata().getName())
                                && job.getMetadata().getDeletionTimestamp() == null
                                && JobConditions.haveEnded(job)
                                && records.get(ResourceID.fromResource(job))
                                        .map(other -> other.statusOrEmpty().terminal())
                                        .orElse(true))
                .forEach(job -> jobs.delete(
                        job.getMetadata().getNamespace(), job.getMetadata().getName()));
    }

    private static Stream<MigrationRun> earlier(MigrationRun run, IndexedResourceCache<MigrationRun> records) {
        return records.list(
                run.getMetadata().getNamespace(),
                record -> record.statusOrEmpty().terminal()
                        && record.hookLabel().equals(run.hookLabel())
                        && !record.getMetadata()
                                .getUid()
                                .equals(run.getMetadata().getUid()));
    }
}
