/**
 * What is served over HTTP: health, the API, metrics.
 *
 * <p>Knows: the other packages' public state. Must not know: how anything is decided. Nothing imports it.
 *
 * <p>Rules kept here:
 *
 * <ul>
 *   <li>Liveness is the loop's own heartbeat, so that an API server that is away restarts nobody; readiness says in a sentence what is
 *       missing; no probe sends a request to the API server.
 *   <li>The API answers from memory, on every replica. Who may see what, Kubernetes decides ({@link io.wavegate.web.Access}); a run that
 *       claims an Application is told of once that lists its hook, as the marker has it ({@link io.wavegate.mark.Marking}).
 *   <li>Whoever waits has no thread ({@link io.wavegate.web.Waiters}). An answer that is no success is a problem as RFC 9457 has it, with a
 *       sentence ({@link io.wavegate.web.Problem}).
 *   <li>A label of a metric has a bounded number of values ({@link io.wavegate.web.Metrics}).
 * </ul>
 */
@NullMarked
package io.wavegate.web;

import org.jspecify.annotations.NullMarked;
