/**
 * The loop under the three reconcilers, which is the Java Operator SDK's: how it is started, how it retries, whether it still turns, how
 * many objects wait for it, which of several controllers is the one at work. And what each pass of theirs, and of the marker's, has in
 * common: the queue of what is no reconciler ({@link io.wavegate.loop.Queue}), two requests at once ({@link io.wavegate.loop.Underway}), the
 * API server's no ({@link io.wavegate.loop.Refusal}), the line in the log ({@link io.wavegate.loop.Decisions}), an Event ({@link
 * io.wavegate.loop.EventRecorder}), the clock.
 *
 * <p>Knows: the API server is there or not, new enough or not, has our CRD or not. Must not know: what a hook, a run or an Application is;
 * the log's line bears their names, which are words to it.
 *
 * <p>Rules kept here:
 *
 * <ul>
 *   <li>An API server that is away is waited for, at start and later; the process never exits for it.
 *   <li>With leader election on, a leader that loses its Lease without being stopped ends its process: two never work at the same
 *       time. A graceful stop gives the Lease up.
 *   <li>Failed passes are retried without end, the pause capped at 30 s ({@link io.wavegate.loop.Retries}).
 *   <li>An Event tells, and nothing depends on it: what can not be told is logged.
 * </ul>
 */
@NullMarked
package io.wavegate.loop;

import org.jspecify.annotations.NullMarked;
