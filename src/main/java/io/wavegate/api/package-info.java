/**
 * What users write and read: the record of a migration ({@link io.wavegate.api.MigrationRun}), the names on a hook Job, and
 * the reasons a verdict can have. And the one way to read what anybody may have written: {@link io.wavegate.api.Fields}, {@link
 * io.wavegate.api.Annotations}, {@link io.wavegate.api.JobConditions}, {@link io.wavegate.api.Times}, {@link io.wavegate.api.Line}.
 *
 * <p>Knows: the shapes stored in the cluster and their names. Must not know: how anything is decided; it sends no request. Every other
 * package may import this one; it imports none of them.
 *
 * <p>Rules kept here:
 *
 * <ul>
 *   <li>Everything is immutable, but for the record itself, which is a custom resource of the client by birth. The spec of a record
 *       never changes (CEL), a terminal phase never changes (CEL).
 *   <li>Enum constants are stored as they are spelled, as Kubernetes' own API constants are, or as Helm spells them.
 *   <li>Fields are described once, here; {@code kubectl explain} shows these words, and {@code manifests/crds} is generated
 *       from them.
 * </ul>
 */
@NullMarked
package io.wavegate.api;

import org.jspecify.annotations.NullMarked;
