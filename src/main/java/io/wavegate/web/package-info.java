/**
 * What is served over HTTP: health.
 *
 * <p>Knows: the other packages' public state. Must not know: how anything is decided. Nothing imports it.
 *
 * <p>Rules kept here: liveness is the loop's own heartbeat, so that an API server that is away restarts nobody; readiness says in
 * a sentence what is missing; no probe sends a request to the API server.
 */
@NullMarked
package io.wavegate.web;

import org.jspecify.annotations.NullMarked;
