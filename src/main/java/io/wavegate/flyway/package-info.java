/**
 * The built-in engine: {@code wavegate migrate|validate|info|repair|baseline}, a Flyway runner in the controller's own binary.
 *
 * <p>Knows: Flyway, JDBC, the files of a folder, the environment of one process. Must not know: Kubernetes, Argo CD, the controller's
 * life. Only {@link io.wavegate.Main} calls it; {@link io.wavegate.api.MigrationResult} is all that it shares with the rest, by way of
 * its container's termination message.
 *
 * <p>Rules kept here:
 *
 * <ol>
 *   <li>Nothing of the controller is started: no HTTP, no CDI, no request to an API server.
 *   <li>What a migration is and does is Flyway's: files are found, parsed, ordered, locked and recorded by its open-source core, so that the
 *       history table is the same as the Flyway command line's. The engine only refuses what a native executable can not have: classes
 *       and scripts of a shell ({@link io.wavegate.flyway.SqlFiles}).
 *   <li>A password is never taken from the command line, and never printed ({@link io.wavegate.flyway.Secrets}).
 *   <li>Standard output has the result, one line of JSON, and nothing else. Progress goes to standard error.
 *   <li>A run that is stopped stops between two statements ({@link io.wavegate.flyway.Stop}) and leaves the history as Flyway would after a
 *       failure at that place. Only a statement that outlasts the patience is cancelled, in the database.
 *   <li>A migration that waited too long for a lock and was rolled back is tried again; one that was not rolled back never is.
 *   <li>What is refused is refused in a sentence, with the setting, its value and what to do ({@link io.wavegate.flyway.Refused}).
 * </ol>
 */
@NullMarked
package io.wavegate.flyway;

import org.jspecify.annotations.NullMarked;
