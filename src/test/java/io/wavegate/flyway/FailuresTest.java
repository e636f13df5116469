package io.wavegate.flyway;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.output.MigrateResult;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.junit.jupiter.api.Test;

/** What an exception says; what a server's say is in {@link EngineReportIT}. */
class FailuresTest {
    @Test
    void flywaysOwnWordsStayAndAnothersGetTheirKind() {
        assertThat(message(new FlywayException("No such table"))).isEqualTo("No such table");
        assertThat(message(new Stop.Stopped("stopped here"))).isEqualTo("stopped here");
        assertThat(message(new Stop.NotBegun("stopped there"))).isEqualTo("stopped there");
        assertThat(message(new IllegalStateException("begin 0,\nend -1")))
                .isEqualTo("IllegalStateException: begin 0, end -1");
        assertThat(message(new IllegalStateException())).isEqualTo("IllegalStateException");
        assertThat(message(new FlywayException((String) null))).isEqualTo("FlywayException");
    }

    @Test
    void theVersionThatWasThereBeforeTheTryThatFailed() {
        var result = new MigrateResult();
        result.initialSchemaVersion = "1";
        var failed = new FlywayMigrateException(anyMigration(), "it did not get its lock", true, result);
        assertThat(Failures.versionBefore(new FlywayException("2 is behind a lock", failed)))
                .isEqualTo("1");
        assertThat(Failures.versionBefore(new FlywayException("not begun"))).isNull();
    }

    private static String message(Throwable thrown) {
        return Failures.of(thrown, text -> text).message();
    }

    private static MigrationInfo anyMigration() {
        return (MigrationInfo) Proxy.newProxyInstance(
                FailuresTest.class.getClassLoader(),
                new Class<?>[] {MigrationInfo.class},
                (proxy, method, arguments) -> method.getName().equals("getScript") ? "V2__sku.sql" : null);
    }
}
