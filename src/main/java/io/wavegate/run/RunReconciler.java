package io.wavegate.run;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.quarkiverse.operatorsdk.runtime.api.ConfigurableReconciler;
import io.wavegate.api.DeletePolicy;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.MigrationRunStatus.JobReference;
import io.wavegate.api.Names;
import io.wavegate.api.Reason;
import io.wavegate.loop.Refusal;
import io.wavegate.loop.Retries;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Observe, decide, act for one record, until there is nothing to do. */
@ControllerConfiguration(name = "run")
class RunReconciler implements ConfigurableReconciler<MigrationRun> {
    private static final Logger LOG = Logger.getLogger(RunReconciler.class);
    /** More than any way from a new record to its end takes. */
    private static final int STEPS = 20;

    private final EmittedJobs jobs;
    private final Logs logs;
    private final History history;
    private final Clock clock;

    RunReconciler(EmittedJobs jobs, Logs logs, History history, Clock clock) {
        this.jobs = jobs;
        this.logs = logs;
        this.history = history;
        this.clock = clock;
    }

    @Override
    public void updateConfigurationFrom(ControllerConfigurationOverrider<MigrationRun> configuration) {
        // The gate opens a run by writing its status, which does not raise the generation.
        configuration.withGenerationAware(false).withRetry(Retries.forEver());
    }

    @Override
    public List<EventSource<?, MigrationRun>> prepareEventSources(EventSourceContext<MigrationRun> context) {
        var emitted = InformerEventSourceConfiguration.from(Job.class, MigrationRun.class)
                .withLabelSelector(Names.MANAGED_BY_LABEL + "=" + Names.MANAGED_BY_WAVEGATE)
                .withSecondaryToPrimaryMapper(job -> runOf(job.getMetadata()))
                .build();
        var pods = InformerEventSourceConfiguration.from(Pod.class, MigrationRun.class)
                .withLabelSelector(Names.RUN_LABEL)
                .withSecondaryToPrimaryMapper(pod -> runOf(pod.getMetadata()))
                .build();
        return List.of(new InformerEventSource<>(emitted, context), new InformerEventSource<>(pods, context));
    }

    private static Set<ResourceID> runOf(ObjectMeta meta) {
        Map<String, String> labels = meta.getLabels();
        String run = labels == null ? null : labels.get(Names.RUN_LABEL);
        return run == null ? Set.of() : Set.of(new ResourceID(run, meta.getNamespace()));
    }

    @Override
    public UpdateControl<MigrationRun> reconcile(MigrationRun run, Context<MigrationRun> context) {
        var pass = new Pass(run, context);
        try {
            pass.run();
            return UpdateControl.noUpdate();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                // Somebody was faster, or the object is gone: its event is on the way. Look again in case it came
                // before.
                LOG.debugf("%s: %s", pass, e.getMessage());
                return UpdateControl.<MigrationRun>noUpdate().rescheduleAfter(Duration.ofSeconds(1));
            }
            throw e;
        }
    }

    /** One pass over one record: the objects as read, replaced by what each step's write returned. */
    private final class Pass {
        private final Context<MigrationRun> context;
        private MigrationRun run;
        private @Nullable Job job;
        private boolean jobAbsent;
        private RunState.Hook hook = RunState.Hook.UNKNOWN;
        private final Set<LogSource> tried = new HashSet<>();

        Pass(MigrationRun run, Context<MigrationRun> context) {
            this.run = run;
            this.context = context;
            this.job = context.getSecondaryResourcesAsStream(Job.class)
                    .filter(candidate -> candidate
                            .getMetadata()
                            .getName()
                            .equals(run.getMetadata().getName()))
                    .findFirst()
                    .orElse(null);
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                RunDecision decision = RunDecision.decide(observe());
                if (decision instanceof RunDecision.Rest) {
                    LOG.debugf("%s: %s", this, decision.why());
                    return;
                }
                LOG.infof("%s: %s: %s", this, decision.getClass().getSimpleName(), decision.why());
                if (!act(decision)) {
                    return;
                }
            }
            throw new IllegalStateException(
                    this + " went in circles, as the log above shows; it is tried again, more slowly");
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
                    Observation.pods(context.getSecondaryResources(Pod.class), jobUid),
                    Set.copyOf(tried),
                    seen instanceof RunState.Job.Ours
                            ? Observation.hook(
                                    requireNonNull(job), run.getSpec().hook().uid())
                            : hook);
        }

        /** Carries a decision out; false when the pass is over. */
        private boolean act(RunDecision decision) {
            if (decision instanceof RunDecision.LookAgain) {
                readJob();
            } else if (decision instanceof RunDecision.LookForHook) {
                hook = jobs.hasHook(run) ? RunState.Hook.PRESENT : RunState.Hook.GONE;
            } else if (decision instanceof RunDecision.Stop) {
                jobs.stop(run.getMetadata());
                return false;
            } else if (decision instanceof RunDecision.Emit) {
                return emit();
            } else if (decision instanceof RunDecision.Note note) {
                note(note);
            } else if (decision instanceof RunDecision.Conclude conclude) {
                conclude(conclude.verdict(), conclude.log());
                history.prune(run, context.getPrimaryCache());
            } else if (decision instanceof RunDecision.DeleteJob) {
                jobs.delete(run.getMetadata().getNamespace(), run.getMetadata().getName());
                return false;
            } else if (decision instanceof RunDecision.SetTtl ttl) {
                jobs.setTtl(run.getMetadata(), ttl.seconds());
                return false;
            }
            return true;
        }

        private void readJob() {
            job = jobs.read(run.getMetadata());
            jobAbsent = job == null;
        }

        private boolean emit() {
            if (Observation.record(run).deletePolicies().contains(DeletePolicy.BEFORE_HOOK_CREATION)) {
                history.deleteEarlierJobs(run, (InformerEventSource<Job, MigrationRun>)
                        context.eventSourceRetriever().getEventSourceFor(Job.class));
            }
            // The last look before something happens: our cache may still have a record that is lost, its hook told so.
            if (!recordIsThere()) {
                LOG.infof("%s: the record was deleted meanwhile; nothing is run", this);
                return false;
            }
            try {
                job = jobs.create(run);
            } catch (KubernetesClientException e) {
                if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                    readJob();
                } else {
                    String no = Refusal.of(e).orElseThrow(() -> e);
                    conclude(Verdict.notRun(Reason.JobRejected, "the API server refused the Job: " + no), null);
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

        private void note(RunDecision.Note note) {
            if (note.log() != null) {
                tried.add(note.log());
            }
            RunState state = observe();
            var failure = Verdict.Failure.of(state);
            write(status().running(
                            new JobReference(
                                    run.getMetadata().getName(), note.job().uid()),
                            note.job().startTime(),
                            Verdict.attempts(state, note.job()),
                            note.job().failed(),
                            failure == null ? null : failure.exitCode())
                    .withLog(logs.read(run.getMetadata().getNamespace(), note.log(), status().log())));
        }

        private void conclude(Verdict verdict, @Nullable LogSource source) {
            MigrationRunStatus.Log log = logs.read(run.getMetadata().getNamespace(), source, status().log());
            String lastLines = log == null ? null : log.lastLines();
            write(status().withLog(log)
                    .concluded(
                            verdict.reason(),
                            verdict.reason().sentence(verdict.detail(), lastLines),
                            verdict.attempts(),
                            verdict.failed(),
                            verdict.exitCode(),
                            verdict.time() == null || verdict.time().isEmpty()
                                    ? clock.instant()
                                            .truncatedTo(ChronoUnit.SECONDS)
                                            .toString()
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
}
