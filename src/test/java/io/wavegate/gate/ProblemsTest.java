package io.wavegate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.wavegate.api.Option;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong options, where they are and what Wavegate says of each. */
class ProblemsTest {
    private static final String OPTIONS = "wavegate.io/database, wavegate.io/check, wavegate.io/on, wavegate.io/run,"
            + " wavegate.io/sync-retry, wavegate.io/start-deadline, wavegate.io/sidecars, wavegate.io/lock-timeout,"
            + " wavegate.io/release";
    private static final String NO_OPTION =
            "annotation {0} is no option of Wavegate (did you mean {1}?); there are " + OPTIONS;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        # what the hook Job has                                          | what is said of it
        metadata: {annotations: {helm.sh/hook-delete-policy: ""}}        |
        metadata: {annotations: {example.org/database: x}}               |
        spec: {parallelism: 1}                                           |
        spec: {parallelism: 2}                                           | spec.parallelism is 2, but a migration is one process: leave it out or make it 1
        spec: {parallelism: 0}                                           | spec.parallelism is 0, but a migration is one process: leave it out or make it 1
        metadata: {annotations: {helm.sh/hook-delete-policy: "hook-suceeded"}}              | annotation helm.sh/hook-delete-policy has the word 'hook-suceeded' (did you mean hook-succeeded?); allowed are before-hook-creation, hook-succeeded, hook-failed
        metadata: {annotations: {helm.sh/hook-delete-policy: "BeforeHookCreation"}}         | annotation helm.sh/hook-delete-policy has the word 'BeforeHookCreation' (did you mean before-hook-creation?); allowed are before-hook-creation, hook-succeeded, hook-failed
        metadata: {annotations: {argocd.argoproj.io/hook-delete-policy: "HookSuceeded"}}    | annotation argocd.argoproj.io/hook-delete-policy has the word 'HookSuceeded' (did you mean HookSucceeded?); allowed are BeforeHookCreation, HookSucceeded, HookFailed
        metadata: {annotations: {helm.sh/hook-output-log-policy: "hook-failed, hook-succeded"}} | annotation helm.sh/hook-output-log-policy has the word 'hook-succeded' (did you mean hook-succeeded?); allowed are hook-succeeded, hook-failed
        metadata: {annotations: {argocd.argoproj.io/hook-delete-policy: "sometimes"}}       | annotation argocd.argoproj.io/hook-delete-policy has the word 'sometimes'; allowed are BeforeHookCreation, HookSucceeded, HookFailed
        metadata: {annotations: {wavegate.io/databse: shop}}                                | NEAR wavegate.io/databse wavegate.io/database
        metadata: {annotations: {wavegate.io/startDeadline: "5"}}                           | NEAR wavegate.io/startDeadline wavegate.io/start-deadline
        metadata: {annotations: {wavegate.io/database: shop}} |
        metadata: {annotations: {wavegate.io/database: billing/orders_2.main}} |
        metadata: {annotations: {wavegate.io/database: "the orders"}} | annotation wavegate.io/database is 'the orders'; allowed is DATABASE
        metadata: {annotations: {wavegate.io/database: "a/b/c"}} | annotation wavegate.io/database is 'a/b/c'; allowed is DATABASE
        metadata: {annotations: {wavegate.io/check: "python manage.py makemigrations --check --dry-run"}} |
        metadata: {annotations: {wavegate.io/check: '["sh", "-c", "a && b"]'}} |
        metadata: {annotations: {wavegate.io/check: "a && b"}} | annotation wavegate.io/check is 'a && b'; allowed is CHECK
        metadata: {annotations: {wavegate.io/check: '["a", 1]'}} | annotation wavegate.io/check is '["a", 1]'; allowed is CHECK
        metadata: {annotations: {wavegate.io/check: '["a"] && b'}} | annotation wavegate.io/check is '["a"] && b'; allowed is CHECK
        metadata: {annotations: {wavegate.io/check: '["a"'}} | annotation wavegate.io/check is '["a"'; allowed is CHECK
        metadata: {annotations: {wavegate.io/check: '[]'}} | annotation wavegate.io/check is '[]'; allowed is CHECK
        metadata: {annotations: {wavegate.io/check: ''}} | annotation wavegate.io/check is ''; allowed is CHECK
        metadata: {annotations: {wavegate.io/on: "pre-install, pre-upgrade"}} |
        metadata: {annotations: {wavegate.io/on: "pre-upgrad"}} | annotation wavegate.io/on is 'pre-upgrad' (did you mean pre-upgrade?); allowed are pre-install, post-install, pre-upgrade, post-upgrade, pre-rollback, post-rollback, pre-delete, post-delete
        metadata: {annotations: {wavegate.io/on: "pre-install,"}} | annotation wavegate.io/on is 'pre-install,'; allowed is ON
        metadata: {annotations: {wavegate.io/start-deadline: "300", wavegate.io/lock-timeout: "86400"}} |
        metadata: {annotations: {wavegate.io/start-deadline: "2m"}} | annotation wavegate.io/start-deadline is '2m'; allowed is START_DEADLINE
        metadata: {annotations: {wavegate.io/lock-timeout: "0"}} | annotation wavegate.io/lock-timeout is '0'; allowed is LOCK_TIMEOUT
        metadata: {annotations: {wavegate.io/lock-timeout: "86401"}} | annotation wavegate.io/lock-timeout is '86401'; allowed is LOCK_TIMEOUT
        metadata: {annotations: {wavegate.io/sidecars: "cloud-sql-proxy,,"}} | annotation wavegate.io/sidecars is 'cloud-sql-proxy,,'; allowed is SIDECARS
        metadata: {annotations: {wavegate.io/run: OnChange, wavegate.io/sync-retry: " Rerun ", wavegate.io/release: v7}} |
        metadata: {annotations: {wavegate.io/run: onchange}}                                | annotation wavegate.io/run is 'onchange' (did you mean OnChange?); allowed are EveryRelease, OnChange
        metadata: {annotations: {wavegate.io/sync-retry: "false"}}                          | annotation wavegate.io/sync-retry is 'false'; allowed are Replay, Rerun
        metadata: {annotations: {wavegate.io/release: ""}}                                  | annotation wavegate.io/release is ''; allowed is any text of 1 to 253 characters
        metadata: {labels: {wavegate.io/check: "yes"}}                                      | metadata.labels has wavegate.io/check, which does nothing there: Wavegate's options are annotations of the Job itself, in metadata.annotations
        spec: {template: {metadata: {annotations: {wavegate.io/check: "true"}}}}            | spec.template.metadata.annotations has wavegate.io/check, which does nothing there: Wavegate's options are annotations of the Job itself, in metadata.annotations
        spec: {template: {metadata: {labels: {wavegate.io/run: mine}}}}                     | spec.template.metadata.labels has wavegate.io/run, which does nothing there: Wavegate's options are annotations of the Job itself, in metadata.annotations
        """)
    void areToldByPlaceValueAndWhatIsAllowed(String has, String said) {
        assertThat(Problems.of(job(has))).isEqualTo(said == null ? List.of() : List.of(expected(said)));
    }

    @Test
    void aValueIsQuotedAsFarAsASentenceHasRoom() {
        assertThat(Problems.quoted("x".repeat(80))).isEqualTo("x".repeat(80));
        assertThat(Problems.quoted("x".repeat(81))).isEqualTo("x".repeat(80) + "..");
    }

    private static String expected(String said) {
        Matcher option = Pattern.compile("allowed is ([A-Z_]+)$").matcher(said);
        if (option.find()) {
            return said.substring(0, option.start(1))
                    + Option.valueOf(option.group(1)).allowed();
        }
        if (!said.startsWith("NEAR ")) {
            return said;
        }
        String[] words = said.split(" ", -1);
        return NO_OPTION.replace("{0}", words[1]).replace("{1}", words[2]);
    }

    @SuppressWarnings("unchecked")
    private static HookJob job(String yaml) {
        Map<String, Object> job = Serialization.unmarshal(yaml, Map.class);
        return new HookJob((Map<String, Object>) job.getOrDefault("metadata", Map.of()), (Map<String, Object>)
                job.getOrDefault("spec", Map.of()));
    }
}
