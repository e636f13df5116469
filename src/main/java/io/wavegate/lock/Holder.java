package io.wavegate.lock;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.wavegate.api.Annotations;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.Names;
import io.wavegate.api.Times;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who holds a lock, as its Lease says.
 *
 * @param identity {@code spec.holderIdentity}: {@code <namespace>/<run>}, or what a person wrote who took the lock by hand
 * @param runUid the run's uid; null where a person took the lock by hand
 * @param since when it was taken, RFC 3339 to the second; null where the Lease does not say
 */
public record Holder(
        String identity, @Nullable String runUid, @Nullable String since) {
    /** The holder of this Lease. */
    public static Holder of(Lease lease) {
        String identity = lease.getSpec() == null ? null : lease.getSpec().getHolderIdentity();
        ZonedDateTime taken = lease.getSpec() == null ? null : lease.getSpec().getAcquireTime();
        return new Holder(
                Objects.requireNonNullElse(identity, "somebody who left no name"),
                Annotations.of(lease, Names.RUN_UID),
                taken == null ? null : Times.text(taken.toInstant()));
    }

    /** What a run writes as its {@link #identity}. */
    public static String identity(MigrationRun run) {
        ObjectMeta meta = run.getMetadata();
        return meta.getNamespace() + "/" + meta.getName();
    }

    /** Whether it is this very run. */
    public boolean is(MigrationRun run) {
        return run.getMetadata().getUid().equals(runUid);
    }

    /** The run; empty where a person took the lock by hand. */
    public Optional<ResourceID> runId() {
        return runUid == null ? Optional.empty() : Optional.of(new ResourceID(run(), namespace()));
    }

    /** The run's namespace; empty where the identity is none of ours. */
    String namespace() {
        return identity.substring(0, Math.max(0, identity.indexOf('/')));
    }

    /** The run's name. */
    String run() {
        return identity.substring(identity.indexOf('/') + 1);
    }
}
