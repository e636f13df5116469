package io.wavegate.gate;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.wavegate.api.Names;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps hook Jobs only. {@code managedBy} can not be selected on the server, so that every Job of the cluster passes by; the
 * foreign ones are dropped at once and cost no memory.
 */
final class ManagedJobs implements ItemStore<Job> {
    /** In memory only; no annotation that a user can write, since a name has no blanks. */
    private static final String DELETING = "is being deleted";

    private final Map<String, Job> jobs = new ConcurrentHashMap<>();

    /** Whether this Job was handed to us by its author. */
    static boolean isManaged(Job job) {
        return job.getSpec() != null && Names.MANAGED_BY.equals(job.getSpec().getManagedBy());
    }

    /**
     * A Job as the loop takes it: with the mark for deletion where JOSDK does not look for it. JOSDK 5.3 gives a reconciler that has no
     * finalizer of its own no object that is marked (ReconciliationDispatcher.handleDispatch), so that a hook Job held by a finalizer
     * would never be told how its run ended. Its way out, {@code triggerReconcilerOnAllEvents}, is lost by the Quarkus extension
     * (OperatorProducer copies a configuration without it), and forgets an object that is created again under the name of one whose
     * deletion is being worked on (EventProcessor.eventProcessingFinished), as Argo CD creates hook Jobs.
     */
    static Job taken(Job job) {
        return job.isMarkedForDeletion()
                ? new JobBuilder(job)
                        .editMetadata()
                        .withDeletionTimestamp(null)
                        .addToAnnotations(DELETING, job.getMetadata().getDeletionTimestamp())
                        .endMetadata()
                        .build()
                : job;
    }

    /** Whether a Job that was {@link #taken} is being deleted. */
    static boolean isDeleting(Job taken) {
        Map<String, String> annotations = taken.getMetadata().getAnnotations();
        return annotations != null && annotations.containsKey(DELETING);
    }

    @Override
    public String getKey(Job job) {
        return Cache.metaNamespaceKeyFunc(job);
    }

    @Override
    public @Nullable Job put(String key, Job job) {
        // managedBy is immutable, but a foreign Job may have taken the name of one of ours between two lists.
        return isManaged(job) ? jobs.put(key, taken(job)) : jobs.remove(key);
    }

    /**
     * For a Job that was never kept an empty one is returned: the informer has its key in an index and clears it only when
     * told that something was removed. Without this the index would grow with every CronJob's Job for ever.
     */
    @Override
    public Job remove(String key) {
        Job removed = jobs.remove(key);
        return removed != null ? removed : nameless(key);
    }

    private static Job nameless(String key) {
        int part = key.indexOf('/');
        return new JobBuilder()
                .withNewMetadata()
                .withNamespace(part < 0 ? null : key.substring(0, part))
                .withName(key.substring(part + 1))
                .endMetadata()
                .build();
    }

    @Override
    public Stream<String> keySet() {
        return jobs.keySet().stream();
    }

    @Override
    public Stream<Job> values() {
        return jobs.values().stream();
    }

    @Override
    public int size() {
        return jobs.size();
    }

    @Override
    public @Nullable Job get(String key) {
        return jobs.get(key);
    }
}
