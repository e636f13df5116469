package io.wavegate.gate;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunSpec;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Option;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.api.RunName;
import io.wavegate.loop.Decisions;
import io.wavegate.loop.Refusal;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Observe, decide, act for one hook Job, until there is nothing to do: the objects as read, replaced by what each step's write returned. */
final class HookJobPass {
    private static final Logger LOG = Logger.getLogger(HookJobPass.class);
    /** Between two looks at an Application of which Argo CD has not written yet what was live; for some seconds at the most. */
    private static final Duration ASK_SOON = Duration.ofMillis(500);

    /** Bytes of a hook Job as JSON that a record takes; etcd takes 1.5 MiB of a whole object (its --max-request-bytes). */
    private static final int LARGEST = 1024 * 1024;

    /** More than any way from a new hook Job to its end takes. */
    private static final int STEPS = 20;

    private final Collaborators with;
    private final Context<Job> context;
    private Job hook;
    private @Nullable MigrationRun record;
    private boolean recordAbsent;
    private Records.@Nullable Asked asked;
    /** When to come back, where nothing else wakes this hook Job. */
    private @Nullable Duration again;

    /** Who carries the steps out. */
    record Collaborators(HookJobs hookJobs, Records records, HookEvents events, Clock clock) {}

    HookJobPass(Collaborators with, Job hook, Context<Job> context) {
        this.with = with;
        this.hook = hook;
        this.context = context;
        String name = runName();
        this.record = context.getSecondaryResourcesAsStream(MigrationRun.class)
                .filter(run -> run.getMetadata().getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    UpdateControl<Job> run() {
        for (int step = 0; step < STEPS; step++) {
            GateDecision decision = GateDecision.decide(observe());
            if (decision instanceof GateDecision.Rest || decision instanceof GateDecision.Stop) {
                LOG.debugf("%s: %s", this, decision.why());
            } else {
                Decisions.log(LOG, toString(), subject(), decision, decision.why());
            }
            if (!act(decision)) {
                return again == null
                        ? UpdateControl.noUpdate()
                        : UpdateControl.<Job>noUpdate().rescheduleAfter(again);
            }
        }
        throw new IllegalStateException(
                this + " went in circles, as the log above shows; it is tried again, more slowly");
    }

    private Decisions.Subject subject() {
        MigrationRun known = record;
        return new Decisions.Subject(
                hook.getMetadata().getNamespace(),
                hook.getMetadata().getName(),
                runName(),
                known != null
                        ? known.getSpec().release().id()
                        : asked == null ? null : asked.release().id());
    }

    private GateState observe() {
        return new GateState(observed(), observeRun(), emittedJob() != null, asked == null ? null : asked.release());
    }

    private GateState.Hook observed() {
        return HookObservation.of(hook);
    }

    private GateState.Run observeRun() {
        if (record == null) {
            return recordAbsent ? new GateState.Run.Absent() : new GateState.Run.NotSeen();
        }
        if (!record.getSpec().hook().uid().equals(hook.getMetadata().getUid())) {
            return new GateState.Run.Foreign();
        }
        return new GateState.Run.Present(
                record.statusOrEmpty(), Boolean.TRUE.equals(record.getSpec().lost()), HookChanges.of(record));
    }

    /** Carries a decision out; false when the pass is over. */
    private boolean act(GateDecision decision) {
        if (decision instanceof GateDecision.LookAgain) {
            readRecord();
        } else if (decision instanceof GateDecision.Hold) {
            show(HookStatus.held(now()));
        } else if (decision instanceof GateDecision.Ask) {
            return ask();
        } else if (decision instanceof GateDecision.Answer answer) {
            conclude(answer.reason(), answer.message());
            if (answer.onTrust()) {
                warnOf(requireNonNull(asked).unseen());
            }
        } else if (decision instanceof GateDecision.Open) {
            open();
        } else if (decision instanceof GateDecision.Start) {
            show(HookStatus.started(observed(), now()));
        } else if (decision instanceof GateDecision.Admit) {
            write(status().withPhase(Phase.Pending)
                    .withRelease(record().getSpec().release().revision()));
        } else if (decision instanceof GateDecision.Tell tell) {
            write(status().withChanged(tell.changed()));
        } else if (decision instanceof GateDecision.Abort abort) {
            fail(Reason.Aborted, abort.detail());
        } else if (decision instanceof GateDecision.Show show) {
            show(HookStatus.of(show.status(), observed(), now()));
            tell(show.status());
        } else if (decision instanceof GateDecision.Stop) {
            stop();
            return false;
        } else if (decision instanceof GateDecision.Lose) {
            lose();
        } else if (decision instanceof GateDecision.Refuse) {
            fail(Reason.NameTaken, "migrationrun/%s is there and belongs to another hook".formatted(runName()));
        } else {
            return false;
        }
        return true;
    }

    private boolean ask() {
        var application = with.records().applicationOf(hook.getMetadata());
        var job = with.hookJobs().read(hook);
        if (job.isEmpty()) {
            return false;
        }
        if (job.get().size() > LARGEST) {
            fail(
                    Reason.InvalidOption,
                    "the hook Job has %d bytes as JSON, and its record has room for %d: move what is large into a ConfigMap"
                            .formatted(job.get().size(), LARGEST));
            return true;
        }
        if (with.records().isTooEarly(hook.getMetadata(), job.get(), application.await())) {
            again = ASK_SOON;
            return false;
        }
        asked = with.records().ask(hook, job.get(), application.await(), this::cachedRecords);
        return true;
    }

    /** A failure, and the end of the log where its author asks for it; the verdict is shown by then. */
    private void tell(MigrationRunStatus run) {
        if (run.phase() == Phase.Failed && run.reason() != null) {
            with.events().failed(hook, record(), run.reason(), String.valueOf(run.message()));
        }
        MigrationRunStatus.Log log = run.log();
        if (record().getSpec().putsOut(run.phase())
                && log != null
                && log.text() != null
                && !log.text().isEmpty()) {
            LOG.infof(
                    "%s: the end of the log of pod %s, container %s:\n%s",
                    this, log.pod(), log.container(), log.text().indent(4).stripTrailing());
            with.events().log(hook, run.phase() == Phase.Failed, log.text());
        }
    }

    private void warnOf(List<String> unseen) {
        if (!unseen.isEmpty()) {
            with.events()
                    .warn(
                            hook,
                            "MayHaveChanged",
                            ("The migration was left out, as %s asks for, since its hook Job is the same as before; what these hold may"
                                            + " be another by now: %s. A digest, a tag that is given once and a name with a hash of the"
                                            + " content (Kustomize's generators) make a change visible.")
                                    .formatted(Option.RUN.annotation(), String.join(", ", unseen)));
        }
    }

    private Stream<MigrationRun> cachedRecords() {
        return ((InformerEventSource<MigrationRun, Job>)
                        context.eventSourceRetriever().getEventSourceFor(MigrationRun.class))
                .list(hook.getMetadata().getNamespace(), run -> true);
    }

    private void open() {
        try {
            record = context.resourceOperations().create(requireNonNull(asked).draft());
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                readRecord();
            } else {
                String no = Refusal.of(e).orElseThrow(() -> e);
                fail(Reason.JobRejected, "the API server refused the record of the run: " + no);
            }
        }
    }

    private void lose() {
        MigrationRun draft = requireNonNull(asked).draft();
        draft.setSpec(draft.getSpec().asLost());
        try {
            record = context.resourceOperations().create(draft);
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                readRecord();
            } else if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                    || Refusal.of(e).isPresent()) {
                // The namespace is going, or the CRD: nobody will be told but the hook Job.
                fail(Reason.RecordLost, MigrationRunSpec.loss(runName()));
            } else {
                throw e;
            }
        }
    }

    private void readRecord() {
        record = context.getClient()
                .resources(MigrationRun.class)
                .inNamespace(hook.getMetadata().getNamespace())
                .withName(runName())
                .get();
        recordAbsent = record == null;
    }

    private void stop() {
        Job emitted = emittedJob();
        if (emitted != null && emitted.getMetadata().getDeletionTimestamp() == null) {
            // In the foreground: the Job is gone only when its pods are.
            context.getClient()
                    .resource(emitted)
                    .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                    .delete();
        }
    }

    private void fail(Reason reason, String detail) {
        conclude(reason, reason.sentence(detail, null));
    }

    private void conclude(Reason reason, String message) {
        Instant now = now();
        show(HookStatus.verdict(reason, message, observed(), startTime().orElse(now), now));
        if (reason.phase() == Phase.Failed) {
            with.events().failed(hook, reason, message);
        }
    }

    /** Never before the hook Job's startTime, which another machine's clock may have given: the API server would refuse it. */
    private Instant now() {
        Instant now = with.clock().instant();
        return startTime().filter(start -> start.isAfter(now)).orElse(now);
    }

    private Optional<Instant> startTime() {
        return Optional.ofNullable(hook.getStatus())
                .map(JobStatus::getStartTime)
                .map(Instant::parse);
    }

    private void show(Map<String, Object> status) {
        hook = context.resourceOperations()
                .resourcePatch(
                        hook,
                        read -> with.hookJobs().patchStatus(read, status),
                        context.eventSourceRetriever().getControllerEventSource());
    }

    private void write(MigrationRunStatus status) {
        record = context.resourceOperations().updateStatus(record().withStatus(status));
    }

    private @Nullable Job emittedJob() {
        String name = runName();
        return context
                .eventSourceRetriever()
                .getEventSourceFor(Job.class, HookJobReconciler.EMITTED)
                .getSecondaryResources(hook)
                .stream()
                .filter(job -> job.getMetadata().getName().equals(name))
                .filter(job -> job.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner ->
                                owner.getUid().equals(hook.getMetadata().getUid())))
                .findFirst()
                .orElse(null);
    }

    private MigrationRun record() {
        return requireNonNull(record);
    }

    private MigrationRunStatus status() {
        return record().statusOrEmpty();
    }

    private String runName() {
        return RunName.of(hook.getMetadata().getName(), hook.getMetadata().getUid());
    }

    @Override
    public String toString() {
        return "hook " + hook.getMetadata().getNamespace() + "/"
                + hook.getMetadata().getName();
    }
}
