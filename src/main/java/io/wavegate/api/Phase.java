package io.wavegate.api;

/** Where a run stands. A phase for which {@link #terminal()} holds never changes again. */
public enum Phase {
    /** The record is there and the hook Job is marked as started; the migration has not begun. */
    Pending,
    /** Another run holds the lock of the database; the migration has not begun. */
    Waiting,
    /** The emitted Job is there. */
    Running,
    /** The migration ended well. */
    Succeeded,
    /** The migration failed, or could not be run. */
    Failed;

    /** Whether this is a verdict, final by the CEL rule on the status. */
    public boolean terminal() {
        return this == Succeeded || this == Failed;
    }
}
