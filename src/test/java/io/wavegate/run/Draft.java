package io.wavegate.run;

import io.wavegate.api.DeletePolicy;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.run.RunState.Recorded;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A record as the tables want it: of shop/migrate, 4 minutes for its lock, 2 to start, 300 s to run; what a row is about is said by the row. */
final class Draft {
    private Draft() {}

    static Recorded recorded(MigrationRunStatus status) {
        return recorded(status, null);
    }

    /** One that somebody may have called off. */
    static Recorded recorded(MigrationRunStatus status, @Nullable String abort) {
        return recorded(status, null, false, Set.of(), false, null, null, abort);
    }

    static Recorded recorded(
            MigrationRunStatus status,
            @Nullable String problem,
            boolean lost,
            Set<DeletePolicy> policies,
            boolean logPutOut,
            @Nullable Integer ttl,
            @Nullable String check,
            @Nullable String abort) {
        return new Recorded(
                "migrate-1",
                status,
                "shop/migrate",
                "lease-1",
                Duration.ofMinutes(4),
                problem,
                lost,
                policies,
                logPutOut,
                ttl,
                300L,
                check,
                abort,
                Duration.ofMinutes(2));
    }
}
