package io.wavegate.api;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records for the tests of other packages: shop/migrate-1 of a hook Job, and empty what they do not look at. */
public final class Records {
    private Records() {}

    /** Of hook Job migrate. */
    public static MigrationRun of(
            MigrationRunSpec.Release release, @Nullable Options options, Map<String, Object> job) {
        return of("migrate", release, options, job);
    }

    public static MigrationRun of(
            String hook, MigrationRunSpec.Release release, @Nullable Options options, Map<String, Object> job) {
        var run = new MigrationRun();
        run.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("migrate-1")
                .withUid("run-uid")
                .build());
        run.setSpec(new MigrationRunSpec(
                new MigrationRunSpec.Hook("Job", hook, "hook-uid"),
                release,
                null,
                "shop/migrate",
                "fingerprint",
                List.of(),
                null,
                options,
                null,
                null,
                job));
        return run;
    }

    public static MigrationRunSpec.Release release(String id, @Nullable String event) {
        return new MigrationRunSpec.Release(id, null, null, null, event);
    }
}
