package io.wavegate.web;

import jakarta.ws.rs.WebApplicationException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Reads of the Applications only while all of them are there. After a start, or with a new kubeconfig of the hub, they come page by
 * page, and by those that have come a commit can look migrated that others have still to migrate.
 *
 * @param synced whether the list of them was read whole
 */
record AllRead(BooleanSupplier synced) {
    /** What is read of them; empty where they were not all there from its begin to its end. */
    <T> Optional<T> whole(Supplier<T> reading) {
        if (!synced.getAsBoolean()) {
            return Optional.empty();
        }
        T read = reading.get();
        // A new kubeconfig of the hub empties the list while it is being read.
        return synced.getAsBoolean() ? Optional.of(read) : Optional.empty();
    }

    /** 503, for who asks while they are not. */
    static WebApplicationException notYet() {
        return Problem.exception(503, "The Applications are not all read yet, or Argo CD is not here; ask again.");
    }
}
