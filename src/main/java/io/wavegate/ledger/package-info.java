/**
 * The records as they are seen from outside: by Application, by commit, by name. Filled from the cache that the loop of the records
 * has anyway, without a request or a watch of its own.
 *
 * <p>Knows: records. Must not know: hook Jobs, emitted Jobs, Argo CD, HTTP.
 *
 * <p>Rules kept here:
 *
 * <ul>
 *   <li>An {@link io.wavegate.ledger.Entry} is a record without its Job and its log: small, immutable, cheap to hold for each.
 *   <li>An Application that a record names is a claim; {@link io.wavegate.ledger.Entry#verified()} says whether it is more. Whoever
 *       tells others of a run asks for it ({@link io.wavegate.ledger.Entry#counts()}).
 *   <li>Nothing is decided here, and nothing written.
 * </ul>
 */
@NullMarked
package io.wavegate.ledger;

import org.jspecify.annotations.NullMarked;
