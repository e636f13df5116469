/**
 * What users write and read: the record of a migration ({@link io.wavegate.api.MigrationRun}), the names on a hook Job, and
 * the reasons a verdict can have.
 *
 * <p>Knows: the shapes stored in the cluster and their names. Must not know: how anything is decided, and no Kubernetes
 * client. Every other package may import this one; it imports none of them.
 *
 * <p>Rules kept here:
 *
 * <ul>
 *   <li>Everything is immutable. The spec of a record never changes (CEL), a terminal phase never changes (CEL).
 *   <li>Enum constants are spelled as they are stored, as Kubernetes' own API constants are.
 *   <li>Fields are described once, here; {@code kubectl explain} shows these words, and {@code manifests/crds} is generated
 *       from them.
 * </ul>
 */
@NullMarked
package io.wavegate.api;

import org.jspecify.annotations.NullMarked;
