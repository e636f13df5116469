/**
 * The lock of a database: a Lease in Wavegate's namespace that is there while a run holds it.
 *
 * <p>Knows: Leases, and whether the run that holds one, its Job and its pods are still there. Must not know: hook Jobs, verdicts.
 *
 * <p>Rules kept here:
 *
 * <ol>
 *   <li>Taking the lock is creating the Lease: the API server gives it to one.
 *   <li>No clock opens a lock, neither ours nor another's. Its run does when its pods are over ({@link io.wavegate.run}), or
 *       the record that stands for one that was lost; where there is none, {@link io.wavegate.lock.LockReconciler} does; a person may, by deleting the Lease.
 *   <li>A Lease is deleted only as it was read, so that nobody opens the next one's lock.
 * </ol>
 */
@NullMarked
package io.wavegate.lock;

import org.jspecify.annotations.NullMarked;
