package io.wavegate.lab;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.MigrationRunStatus.Blocked;
import io.wavegate.api.Names;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.api.RunName;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One hook Job object in the cluster, with what the controller made of it. Another object of the same name is another hook. */
final class Hook {
    private final Project project;
    private final String name;
    private final String uid;

    Hook(Project project, String name, String uid) {
        this.project = project;
        this.name = name;
        this.uid = uid;
    }

    String name() {
        return name;
    }

    String uid() {
        return uid;
    }

    /** The hook Job as it is now, if it still is. */
    Optional<Job> find() {
        return job(name).filter(job -> job.getMetadata().getUid().equals(uid));
    }

    Job live() {
        return find().orElseThrow(() -> new AssertionError("hook Job " + name + " " + uid + " is gone"));
    }

    /** The hook Job, once its status says how the migration ended; also when it was deleted right after that. */
    Job awaitFinished() {
        return Await.until("hook Job " + name + " to be finished")
                .until(() -> project.jobs().first(uid, Hook::finished), Optional::isPresent)
                .orElseThrow()
                .object();
    }

    Job awaitComplete() {
        Job job = awaitFinished();
        if (condition(job, "Complete") == null) {
            throw new AssertionError("hook Job " + name + " failed: " + message(job));
        }
        return job;
    }

    Job awaitFailed() {
        Job job = awaitFinished();
        if (condition(job, "Failed") == null) {
            throw new AssertionError("hook Job " + name + " succeeded: " + message(job));
        }
        return job;
    }

    static boolean finished(Job job) {
        return condition(job, "Complete") != null || condition(job, "Failed") != null;
    }

    /** The condition of this type that holds, if there is one. */
    static @Nullable JobCondition condition(Job job, String type) {
        if (job.getStatus() == null) {
            return null;
        }
        return job.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals(type)
                        && condition.getStatus().equals("True"))
                .findFirst()
                .orElse(null);
    }

    /** What a finished Job's status says of its end. */
    static JobCondition verdict(Job job) {
        JobCondition failed = condition(job, "Failed");
        return Objects.requireNonNull(failed != null ? failed : condition(job, "Complete"), "the Job is not finished");
    }

    static String message(Job job) {
        return verdict(job).getMessage();
    }

    /** The record of this hook object, if it is there now. */
    Optional<MigrationRun> record() {
        return project.records().stream()
                .filter(run -> run.getSpec().hook().uid().equals(uid))
                .findFirst();
    }

    MigrationRun awaitRecord() {
        return Await.until("the record of hook " + name)
                .until(this::record, Optional::isPresent)
                .orElseThrow();
    }

    /** Its record's name, once there is one. */
    String runName() {
        return awaitRecord().getMetadata().getName();
    }

    MigrationRun awaitRunning() {
        return awaitPhase(Phase.Running);
    }

    MigrationRun awaitWaiting() {
        return awaitPhase(Phase.Waiting);
    }

    /** The record with its verdict. */
    MigrationRun awaitVerdict() {
        return Await.until("the verdict on hook " + name)
                .until(
                        this::record,
                        run -> run.isPresent() && run.get().statusOrEmpty().terminal())
                .orElseThrow();
    }

    /** Once its migration has left its first trace in {@code migrations}, as most scripts of tests do. */
    Hook awaitMigrating() {
        awaitRunning();
        project.awaitTraced("migrations", 1);
        return this;
    }

    /** Once the hook Job shows that it waits to be {@linkplain #resume resumed}. */
    void awaitSuspended() {
        Await.until("hook Job " + name + " to be shown as suspended")
                .until(() -> condition(live(), "Suspended") != null);
    }

    /** What keeps its pod from starting, once the record names this reason. */
    Blocked awaitBlocked(Reason reason) {
        return Await.until("hook " + name + " to be kept from starting by " + reason)
                .until(
                        () -> record().map(run -> run.statusOrEmpty().blocked()).orElse(null),
                        blocked -> blocked != null && blocked.reason() == reason);
    }

    private MigrationRun awaitPhase(Phase phase) {
        return Await.until("the record of hook " + name + " to be " + phase)
                .until(
                        this::record,
                        run -> run.isPresent() && run.get().statusOrEmpty().phase() == phase)
                .orElseThrow();
    }

    /** Whether the Application has confirmed the record. */
    static boolean isVerified(MigrationRun run) {
        return Boolean.TRUE.equals(run.statusOrEmpty().verified());
    }

    /** The log in its record, once it has its verdict. */
    MigrationRunStatus.Log awaitLog() {
        MigrationRunStatus status = awaitVerdict().getStatus();
        return Objects.requireNonNull(status.log(), () -> "no log in " + status);
    }

    /** Whether the controller has emitted this Job. */
    static boolean isEmitted(Job job) {
        return !label(job, Names.RUN_LABEL).isEmpty();
    }

    /** What a label says; empty where there is none of this name. */
    static String label(HasMetadata object, String name) {
        return object.getMetadata().getLabels() == null
                ? ""
                : object.getMetadata().getLabels().getOrDefault(name, "");
    }

    /** The emitted Job, if it is there now. */
    Optional<Job> emitted() {
        return job(RunName.of(name, uid)).filter(Hook::isEmitted);
    }

    Job awaitEmitted() {
        return Await.until("the emitted Job of hook " + name)
                .until(this::emitted, Optional::isPresent)
                .orElseThrow();
    }

    /** The emitted Job, once Kubernetes has ended it, whatever the controller says of that. */
    Job awaitEmittedEnded() {
        return Await.until("the emitted Job of hook " + name + " to end")
                .until(this::emitted, job -> job.map(Hook::finished).orElse(false))
                .orElseThrow();
    }

    /** Every Job that was ever emitted for this hook object, which owns it until one of the two is deleted. */
    List<Job> everEmitted() {
        Set<String> owned = project.jobs().sightings().stream()
                .filter(sighting -> sighting.object().getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner -> owner.getUid().equals(uid)))
                .map(Chronicle.Sighting::uid)
                .collect(Collectors.toSet());
        return project.jobs().everSeen().stream()
                .filter(job -> owned.contains(job.getMetadata().getUid()))
                .toList();
    }

    /** The pods that carry the migration, now, found as scripts find them: by the hook's own uid. */
    List<Pod> pods() {
        return project.client()
                .pods()
                .inNamespace(project.namespace())
                .withLabel("batch.kubernetes.io/controller-uid", uid)
                .list()
                .getItems();
    }

    /** Changes fields of the hook Job by a merge patch, whatever the controller writes meanwhile. */
    void patch(String json) {
        project.liveJobs().withName(name).patch(PatchContext.of(PatchType.JSON_MERGE), json);
    }

    /** Lets it begin, where it was {@linkplain HookJob#suspended suspended}. */
    void resume() {
        patch("{\"spec\":{\"suspend\":false}}");
    }

    /** Calls its run off, as a person does. */
    void callOff(String why) {
        project.kubectl("annotate", "mrun", runName(), Names.ABORT + "=" + why);
    }

    /** Takes its pod away as a drained node does. */
    void evictPod() {
        String pod = pods().get(0).getMetadata().getName();
        project.client()
                .pods()
                .inNamespace(project.namespace())
                .withName(pod)
                .evict(new EvictionBuilder()
                        .withNewMetadata()
                        .withName(pod)
                        .withNamespace(project.namespace())
                        .endMetadata()
                        .build());
    }

    void delete() {
        project.liveJobs().withName(name).delete();
        Await.until("hook Job " + name + " to be gone").until(() -> find().isEmpty());
    }

    private Optional<Job> job(String jobName) {
        return Optional.ofNullable(project.liveJobs().withName(jobName).get());
    }
}
