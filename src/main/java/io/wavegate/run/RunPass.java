package io.wavegate.run;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.wavegate.api.DeletePolicy;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.MigrationRunStatus.JobReference;
import io.wavegate.api.Reason;
import io.wavegate.api.Times;
import io.wavegate.lock.Locks;
import io.wavegate.loop.Decisions;
import io.wavegate.loop.Refusal;
import io.wavegate.loop.Underway;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Observe, decide, act for one record, until there is nothing to do: the objects as read, replaced by what each step's write returned. */
final class RunPass {
    private static final Logger LOG = Logger.getLogger(RunPass.class);
    /** More than any way from a new record to its end takes. */
    private static final int STEPS = 20;

    private final Collaborators with;
    private final Context<MigrationRun> context;
    private MigrationRun run;
    private @Nullable Job job;
    private boolean jobAbsent;
    private @Nullable List<Pod> pods;
    private @Nullable Lease lease;
    private RunState.Hook hook;
    private RunState.@Nullable Told told;
    /** Whether the record was still there when the lock was taken; null where that was in an earlier pass. */
    private @Nullable Boolean recordThere;

    private final Set<LogSource> tried = new HashSet<>();

    /** Who carries the steps out. */
    record Collaborators(
            EmittedJobs jobs,
            PodStore pods,
            Logs logs,
            Events events,
            History history,
            Locks locks,
            Clock clock,
            Executor executor) {}

    RunPass(Collaborators with, MigrationRun run, Context<MigrationRun> context) {
        this.with = with;
        this.run = run;
        this.context = context;
        this.job = context.getSecondaryResourcesAsStream(Job.class)
                .filter(candidate -> candidate
                        .getMetadata()
                        .getName()
                        .equals(run.getMetadata().getName()))
                .findFirst()
                .orElse(null);
        this.hook = Observation.hook(run, with.clock().instant());
        this.lease = leases().get(
                        new ResourceID(RunReconciler.lease(run), with.locks().namespace()))
                .orElse(null);
    }

    /** Goes on until there is nothing to do; when to come back, where that is known. */
    Optional<Instant> run() {
        for (int step = 0; step < STEPS; step++) {
            RunState state = observe();
            RunDecision decision = RunDecision.decide(state);
            if (decision instanceof RunDecision.Rest rest) {
                LOG.debugf("%s: %s", this, rest.why());
                return Optional.ofNullable(rest.until());
            }
            Decisions.log(LOG, toString(), subject(), decision, decision.why());
            if (!act(decision, state)) {
                return Optional.empty();
            }
        }
        throw new IllegalStateException(
                this + " went in circles, as the log above shows; it is tried again, more slowly");
    }

    private Decisions.Subject subject() {
        return new Decisions.Subject(
                run.getMetadata().getNamespace(),
                run.getSpec().hook().name(),
                run.getMetadata().getName(),
                run.getSpec().release().id());
    }

    private RunState observe() {
        RunState.Job seen = job != null
                ? Observation.job(job, run.getMetadata().getUid())
                : jobAbsent ? new RunState.Job.Absent() : new RunState.Job.NotSeen();
        JobReference known = run.statusOrEmpty().job();
        String jobUid = seen instanceof RunState.Job.Ours ours ? ours.uid() : known == null ? null : known.uid();
        return new RunState(
                Observation.record(run),
                seen,
                Observation.pods(pods == null ? context.getSecondaryResources(Pod.class) : pods, seen),
                pods != null,
                with.pods().unplaced(jobUid),
                Set.copyOf(tried),
                seen instanceof RunState.Job.Ours
                        ? Observation.hook(
                                requireNonNull(job), run.getSpec().hook().uid())
                        : hook,
                Observation.lock(
                        run,
                        lease,
                        context.getPrimaryCache().byIndex(RunReconciler.LINE, RunReconciler.lease(run)).stream()),
                told,
                with.clock().instant());
    }

    /** Carries a decision on a state out; false when the pass is over. */
    private boolean act(RunDecision decision, RunState state) {
        if (decision instanceof RunDecision.LookAgain) {
            readJob();
        } else if (decision instanceof RunDecision.LookForHook) {
            hook = with.jobs().hasHook(run) ? RunState.Hook.PRESENT : RunState.Hook.GONE;
        } else if (decision instanceof RunDecision.LookForPods) {
            pods = with.jobs().pods(run.getMetadata());
        } else if (decision instanceof RunDecision.TakeLock) {
            Underway<Boolean> look = Underway.start(with.executor(), this::recordIsThere);
            lease = with.locks().take(run);
            recordThere = look.await();
        } else if (decision instanceof RunDecision.Wait wait) {
            write(status().waiting(wait.lock(), wait.message()));
        } else if (decision instanceof RunDecision.FreeLock) {
            with.locks().free(requireNonNull(lease));
            lease = null;
        } else if (decision instanceof RunDecision.Stop) {
            with.jobs().stop(run.getMetadata());
            return false;
        } else if (decision instanceof RunDecision.GiveUp giveUp) {
            if (giveUp.settled()) {
                write(status().withAttempts(0));
            }
            with.jobs().stop(run.getMetadata());
            return false;
        } else if (decision instanceof RunDecision.LookForEvents look) {
            told = new RunState.Told(obstacle(look, state));
        } else if (decision instanceof RunDecision.Emit) {
            return emit(state);
        } else if (decision instanceof RunDecision.Note note) {
            note(note.log(), state);
        } else if (decision instanceof RunDecision.SetDeadline deadline) {
            with.jobs().setDeadline(run.getMetadata(), deadline.job().uid(), deadline.seconds());
            return false;
        } else if (decision instanceof RunDecision.NoteStart start) {
            write(seen(state).withBlocked(start.blocked()));
        } else if (decision instanceof RunDecision.Conclude conclude) {
            conclude(conclude.verdict(), conclude.log(), state);
            with.history().prune(run, context.getPrimaryCache());
        } else if (decision instanceof RunDecision.DeleteJob) {
            with.jobs()
                    .delete(run.getMetadata().getNamespace(), run.getMetadata().getName());
            return false;
        } else if (decision instanceof RunDecision.SetTtl ttl) {
            with.jobs().setTtl(run.getMetadata(), ttl.seconds());
            return false;
        }
        return true;
    }

    private void readJob() {
        job = with.jobs().read(run.getMetadata());
        jobAbsent = job == null;
    }

    private boolean emit(RunState state) {
        if (state.record().deletePolicies().contains(DeletePolicy.BEFORE_HOOK_CREATION)) {
            with.history().deleteEarlierJobs(run, context.getPrimaryCache(), (InformerEventSource<Job, MigrationRun>)
                    context.eventSourceRetriever().getEventSourceFor(Job.class));
        }
        // The last look before something happens: our cache may still have a record that is lost, its hook told so.
        if (!(recordThere == null ? recordIsThere() : recordThere)) {
            LOG.infof("%s: the record was deleted meanwhile; nothing is run", this);
            return false;
        }
        try {
            job = with.jobs().create(run);
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                readJob();
            } else {
                String no = Refusal.of(e).orElseThrow(() -> e);
                conclude(Verdict.notRun(Reason.JobRejected, "the API server refused the Job: " + no), null, state);
            }
        }
        return true;
    }

    private boolean recordIsThere() {
        MigrationRun stored = context.getClient()
                .resources(MigrationRun.class)
                .inNamespace(run.getMetadata().getNamespace())
                .withName(run.getMetadata().getName())
                .get();
        return stored != null
                && stored.getMetadata().getUid().equals(run.getMetadata().getUid())
                && stored.getMetadata().getDeletionTimestamp() == null;
    }

    private void note(@Nullable LogSource source, RunState state) {
        if (source != null) {
            tried.add(source);
        }
        write(seen(state).withLog(logOf(source, state)));
    }

    private MigrationRunStatus.@Nullable Log logOf(@Nullable LogSource source, RunState state) {
        return with.logs()
                .read(
                        run.getMetadata().getNamespace(),
                        source,
                        source == null ? null : source.said(state),
                        status().log());
    }

    /** The status with what is seen of the emitted Job, where that is there. */
    private MigrationRunStatus seen(RunState state) {
        if (!(state.job() instanceof RunState.Job.Ours job)) {
            return status();
        }
        return status().withLock(taken())
                .running(
                        new JobReference(run.getMetadata().getName(), job.uid()),
                        job.startTime(),
                        Verdict.attempts(state, job),
                        job.failed(),
                        Verdict.exitCode(state))
                .withDisruption(Verdict.disruption(state))
                .withLingering(Companions.lingering(state))
                .withImage(Verdict.image(state))
                .withResult(Verdict.result(state));
    }

    private @Nullable Obstacle obstacle(RunDecision.LookForEvents look, RunState state) {
        String namespace = run.getMetadata().getNamespace();
        Instant after = state.pods().stream()
                .filter(RunState.Pod::over)
                .map(RunState.Pod::changed)
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
        return StartObservation.obstacle(
                with.events().warnings(namespace, look.kind(), look.name()),
                look.step(),
                look.kind().toLowerCase(Locale.ROOT) + " " + look.name(),
                after);
    }

    private MigrationRunStatus.Lock taken() {
        MigrationRunStatus.Lock waited = status().lock();
        return waited != null ? waited : new MigrationRunStatus.Lock(run.database(), RunReconciler.lease(run), null);
    }

    private InformerEventSource<Lease, MigrationRun> leases() {
        return (InformerEventSource<Lease, MigrationRun>)
                context.eventSourceRetriever().getEventSourceFor(Lease.class);
    }

    private void conclude(Verdict verdict, @Nullable LogSource source, RunState state) {
        MigrationRunStatus.Log log = logOf(source, state);
        // Where the built-in engine has said how it was, the verdict has its words.
        String lastLines = log == null || Verdict.result(state) != null ? null : log.lastLines();
        // One that ended before anybody had seen it at work has its Job, its start and its lock from here.
        MigrationRunStatus before = status().job() == null ? seen(state) : status();
        write(before.withLog(log)
                .withImage(Verdict.image(state))
                .withResult(Verdict.result(state))
                .concluded(
                        verdict.reason(),
                        verdict.reason().sentence(verdict.detail(), lastLines),
                        verdict.attempts(),
                        verdict.failed(),
                        verdict.exitCode(),
                        verdict.time() == null || verdict.time().isEmpty()
                                ? Times.text(with.clock().instant())
                                : verdict.time()));
    }

    private void write(MigrationRunStatus status) {
        if (status.equals(status())) {
            return;
        }
        run = context.resourceOperations().updatePrimaryStatus(run.withStatus(status));
    }

    private MigrationRunStatus status() {
        return run.statusOrEmpty();
    }

    @Override
    public String toString() {
        return "run " + run.getMetadata().getNamespace() + "/"
                + run.getMetadata().getName();
    }
}
