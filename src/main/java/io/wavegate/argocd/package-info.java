/**
 * Argo CD as we see it: which Application a hook belongs to and which sync operation is running.
 *
 * <p>Knows: tracking ids, the Application's fields. Must not know: hook Jobs' lives, records, pods.
 *
 * <p>Rules kept here:
 *
 * <ul>
 *   <li>A tracking id is a claim that anyone can write. It becomes verified only when the Application itself lists the hook.
 *   <li>Where Argo CD is not installed, not readable or the Application is gone, there is no Application; a release works
 *       without one.
 *   <li>A hub cluster that is configured and does not answer is waited for; there, not knowing is never taken for none.
 * </ul>
 */
@NullMarked
package io.wavegate.argocd;

import org.jspecify.annotations.NullMarked;
