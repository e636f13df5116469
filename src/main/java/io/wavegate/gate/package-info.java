/**
 * The front door: turns a hook Job into the {@link io.wavegate.api.MigrationRun} of its release, and shows the run's state as
 * the hook Job's status, where Argo CD, Helm and Flux read it.
 *
 * <p>Knows: hook Jobs, records, the Application behind a hook. Must not know: emitted Jobs' inner life, pods; of a log no more than what
 * the record has.
 *
 * <p>Rules kept here:
 *
 * <ol>
 *   <li>The record is created first, then the hook Job gets its {@code startTime}, then the record becomes {@code Pending};
 *       only then may {@link io.wavegate.run} start anything. So a hook Job with a {@code startTime} has, or had, a record: one
 *       without is a lost record, and is failed, never run again. Each step can be repeated after a crash. The loss gets a record of
 *       its own, which starts nothing and answers for the retries of the same sync.
 *   <li>A record that is gone takes its emitted Job along, whose other owner, the hook Job, would keep it.
 *   <li>A hook Job with a terminal condition is never touched again.
 *   <li>A release runs its migration once ({@link io.wavegate.gate.Release}): a hook Job that Argo CD's retry creates again is
 *       given the verdict that is known, and has no record of its own.
 *   <li>A hook Job for another event than the release is ({@link io.wavegate.gate.SyncEvent}) is left out, with a word on why; in
 *       doubt it is run.
 *   <li>A hook Job that is deleted while a finalizer holds it has its run stopped ({@link io.wavegate.gate.ManagedJobs}), as
 *       one that is terminated ({@link io.wavegate.gate.HookChanges}): the record's status tells the run of both.
 *   <li>A hook Job locks a database of its own namespace, or one that the configuration grants ({@link io.wavegate.gate.Databases}).
 *   <li>What can not be run is told ({@link io.wavegate.gate.Problems}), never ignored.
 *   <li>The decision ({@link io.wavegate.gate.GateDecision}) is a pure function of {@link io.wavegate.gate.GateState}.
 *   <li>Absence is believed only after a live read; caches may be behind.
 * </ol>
 */
@NullMarked
package io.wavegate.gate;

import org.jspecify.annotations.NullMarked;
