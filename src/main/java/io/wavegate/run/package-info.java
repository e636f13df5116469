/**
 * A run's life: takes one {@link io.wavegate.api.MigrationRun} from Pending through its emitted Job to a verdict.
 *
 * <p>Knows: records, emitted Jobs, their pods, logs and events, the lock of the database, and whether the hook Job is still there.
 * Must not know: what Argo CD and Helm do (of theirs it knows the names that an emitted Job must not have),
 * what is in the hook Job. The record is all that it shares with {@link io.wavegate.gate}.
 *
 * <p>Rules kept here:
 *
 * <ol>
 *   <li>A record without a phase is not open yet; nothing is started for it.
 *   <li>Exactly one Job is emitted per record: its name is the record's, an existing Job counts only if the record is its
 *       controller, and once the record has a Job's uid no other is made.
 *   <li>The lock of the database ({@link io.wavegate.lock}) is held from before the Job is made until none of its pods is at work; runs
 *       that wait take it in the order in which their records were made.
 *   <li>Never two pods at once: {@code podReplacementPolicy: Failed}, always.
 *   <li>The verdict comes from the Job's terminal conditions, never from a count of failed pods, and is written once the ends
 *       of the pods are known as well; the record has it before anything is tidied up.
 *   <li>A run whose hook Job is gone, or that somebody calls off, is stopped, and has its verdict when its pods are gone.
 *       So was one whose Job is called failed after its deletion began.
 *   <li>What keeps a pod from starting is named in the record, and given up at a time that stands there too
 *       ({@link io.wavegate.run.Start}). Whether anything had run is answered with no only where that was seen.
 *   <li>The decision ({@link io.wavegate.run.RunDecision}) is a pure function of {@link io.wavegate.run.RunState}.
 * </ol>
 */
@NullMarked
package io.wavegate.run;

import org.jspecify.annotations.NullMarked;
