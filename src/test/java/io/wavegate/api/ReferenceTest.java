package io.wavegate.api;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** {@code docs/options.md} and {@code docs/reasons.md} say what the code says. */
class ReferenceTest {
    @Test
    void theOptions() throws IOException {
        Generated.isCurrent(Path.of("docs/options.md"), """
                # Options

                Made from the code by `make generate`.

                What Kubernetes, Helm and Argo CD already have a field for is not an option: the hook Job's own fields go to the Job that runs,
                every one, known to Wavegate or not. Options are annotations of the hook Job itself (`metadata.annotations`), not of its pods.

                | annotation | values | without it | what it does |
                |---|---|---|---|
                %s

                A wrong option is never ignored: a name that does not exist, a value that is not allowed, an option among the labels or on the
                pods fails the hook as [`InvalidOption`](reasons.md), before anything is run, with the place, the value and the nearest right
                name.

                ## Fields of the hook Job that mean something to Wavegate

                | field | what it does |
                |---|---|
                | `spec.managedBy: wavegate.io/controller` | gives the Job to Wavegate |
                | `spec.suspend: true` | holds the migration until somebody resumes it, by Argo CD's *resume* or by `suspend: false`; Argo CD shows it as Suspended. Once the migration has begun it does nothing. |
                | `spec.parallelism` | not above 1: a migration is one process |
                | `spec.podReplacementPolicy` | is always `Failed` on the Job that runs, so that two pods never run at once |
                | `spec.ttlSecondsAfterFinished` | is given to the Job that runs once its record is written |
                | `terminationMessagePolicy` of a container | is always `FallbackToLogsOnError` |
                | `helm.sh/hook-delete-policy`, `argocd.argoproj.io/hook-delete-policy` | %s, or Argo CD's words for them: when the Job that runs is deleted, as in Helm. Where an output log policy names its end it stays until the hook Job goes, since Helm reads the log until then; after success it goes with the hook Job at the latest. The record stays. |
                | `helm.sh/hook-output-log-policy` | %s: when the end of the log is also put out, as the Event `HookLog` of the hook Job and in Wavegate's own log. The record has it in any case. |
                """.formatted(
                Arrays.stream(Option.values())
                        .map(option -> "| `%s` | %s | %s | %s |"
                                .formatted(option.annotation(), option.allowed(), option.otherwise(), option.meaning()))
                        .collect(joining("\n")),
                Arrays.stream(DeletePolicy.values())
                        .map(policy -> "`" + policy.helm() + "`")
                        .collect(joining(", ")),
                Arrays.stream(OutputLogPolicy.values())
                        .map(policy -> "`" + policy.helm() + "`")
                        .collect(joining(", "))));
    }

    @Test
    void theReasons() throws IOException {
        Generated.isCurrent(Path.of("docs/reasons.md"), """
                # Reasons

                Made from the code by `make generate`.

                Each verdict has one. Argo CD shows it as the first word of the hook's message, then what happened, what to do, and the last
                lines of the log; `kubectl get mrun` has it in the column REASON. `AlreadyMigrated` and `AlreadyFailed` make no record of their
                own: the message names the one that answers. `NotForThisEvent` makes none either, as nothing was to be run.

                | reason | the hook | what has happened | what to do |
                |---|---|---|---|
                %s
                """.formatted(Arrays.stream(Reason.values())
                .map(reason -> "| `%s` | %s | %s | %s |"
                        .formatted(
                                reason,
                                reason.phase() == Phase.Succeeded ? "Complete" : "Failed",
                                reason.cause(),
                                reason.advice()))
                .collect(joining("\n"))));
    }
}
