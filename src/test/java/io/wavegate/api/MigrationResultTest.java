package io.wavegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the built-in engine did, in a few words. */
class MigrationResultTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {command: migrate, applied: 3, before: '9', after: '12'}  | applied 3, now at 12
            {command: migrate, applied: 1, before: '12', after: '12'} | applied 1, still at 12
            {command: migrate, applied: 1}                            | applied 1
            {command: migrate, applied: 0, after: '12'}               | nothing was pending, at 12
            {command: migrate, applied: 0}                            | nothing was pending
            {command: info, applied: 0, pending: 2, after: '12'}      | 2 pending, at 12
            {command: info, applied: 0}                               | 0 pending
            {command: validate, applied: 0, after: '12'}              | validate ended well, at 12
            {command: repair, applied: 0}                             | repair ended well
            {command: migrate, applied: 2, after: '2', error: {message: no, code: 42P01, file: V3__a.sql, line: 7}} | V3__a.sql, line 7: no (42P01); applied 2 before that, now at 2
            {command: migrate, applied: 1, error: {message: no, file: R__a.sql}} | R__a.sql: no; applied 1 before that
            {command: migrate, applied: 0, after: '2', error: {message: no}} | no; applied 0 before that, now at 2
            {command: migrate, applied: 0, error: {message: no}}      | no
            {command: validate, applied: 0, after: '2', error: {message: no}} | no
            """)
    void itsSummary(String result, String summary) {
        assertThat(Serialization.unmarshal("--- " + result, MigrationResult.class)
                        .summary())
                .isEqualTo(summary);
    }
}
