/**
 * The loop under both reconcilers, which is the Java Operator SDK's: how it is started, how it retries, whether it still turns,
 * which of several controllers is the one at work, and how a pass makes two requests at once.
 *
 * <p>Knows: the API server is there or not, new enough or not, has our CRD or not. Must not know: hooks, runs, Applications.
 *
 * <p>Rules kept here:
 *
 * <ul>
 *   <li>An API server that is away is waited for, at start and later; the process never exits for it.
 *   <li>With leader election on, a leader that loses its Lease without being stopped ends its process: two never work at the same
 *       time. A graceful stop gives the Lease up.
 *   <li>Failed passes are retried without end, the pause capped at 30 s.
 * </ul>
 */
@NullMarked
package io.wavegate.loop;

import org.jspecify.annotations.NullMarked;
