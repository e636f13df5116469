/**
 * Argo CD as we see it: which Application a hook belongs to and which sync operation is running ({@link
 * io.wavegate.argocd.Applications}, asked live), where each Application stands ({@link io.wavegate.argocd.ApplicationWatch}, followed), in
 * this cluster or in a hub; and the one thing that we write there, the conditions.
 *
 * <p>Knows: tracking ids, the Application's fields. Must not know: hook Jobs' lives, records, pods, what a condition says.
 *
 * <p>Rules kept here:
 *
 * <ul>
 *   <li>A tracking id is a claim that anyone can write. It becomes verified only when the Application itself lists the hook.
 *   <li>Where Argo CD is not installed, not readable or the Application is gone, there is no Application; a release works
 *       without one.
 *   <li>What is kept of each Application is a {@link io.wavegate.argocd.WatchedApplication}. What the watch brings stands before the
 *       answer to a write of ours, and a write names the resourceVersion that was read: nobody's is overwritten.
 *   <li>A hub cluster that is configured and does not answer is waited for; there, not knowing is never taken for none.
 * </ul>
 */
@NullMarked
package io.wavegate.argocd;

import org.jspecify.annotations.NullMarked;
