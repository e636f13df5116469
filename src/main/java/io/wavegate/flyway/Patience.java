package io.wavegate.flyway;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long what is waited for.
 *
 * @param connect for a database that can not be reached yet
 * @param lock for a lock that a statement needs; null where nobody said, which is {@link #LOCK} on PostgreSQL and the server's own
 *     setting elsewhere; zero for as long as it takes on PostgreSQL, and again the server's own setting elsewhere
 * @param lockRetries how often a migration is tried again that did not get its lock and was rolled back
 * @param lockPause between two such tries
 * @param statement for a statement to end; zero for as long as it takes
 * @param stop for the statement at work, once SIGTERM has come, until it is cancelled
 */
record Patience(
        Duration connect,
        @Nullable Duration lock,
        int lockRetries,
        Duration lockPause,
        Duration statement,
        Duration stop) {
    /** As strong_migrations advises ({@code StrongMigrations.lock_timeout}): every query behind the waiting one waits as long. */
    static final Duration LOCK = Duration.ofSeconds(10);
    /** As strong_migrations advises ({@code lock_timeout_retries}). */
    static final int LOCK_RETRIES = 3;
    /** As strong_migrations advises ({@code lock_timeout_retry_delay}). */
    static final Duration LOCK_PAUSE = Duration.ofSeconds(10);
    /** For the database. */
    static final Duration CONNECT = Duration.ofSeconds(60);
    /** Less than the 30 s that Kubernetes gives a pod ({@code terminationGracePeriodSeconds}). */
    static final Duration STOP = Duration.ofSeconds(20);
}
