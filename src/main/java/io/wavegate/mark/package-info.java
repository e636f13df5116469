/**
 * The marker: tells an Argo CD Application how its migrations went, where its people look.
 *
 * <p>Knows: records as {@link io.wavegate.ledger} has them, Applications as {@link io.wavegate.argocd} follows them. Must not know: hook
 * Jobs, emitted Jobs, pods. It decides nothing about a run.
 *
 * <p>Rules kept here:
 *
 * <ol>
 *   <li>A tracking id is a claim. {@link io.wavegate.mark.Marking} has a record verified once the Application lists the hook, and what
 *       is not verified marks nobody.
 *   <li>{@code MigrationError} stands while the last run of a hook has failed; it goes when the hook succeeds, and when a later
 *       full sync succeeds without it. {@code MigrationSkippedWarning} stands while what is deployed has not been migrated
 *       ({@link io.wavegate.mark.Skipped}).
 *   <li>Only these two conditions are ours. Others are written back as they were read, and an Application that changed meanwhile is
 *       read again first.
 *   <li>Nothing is written where nothing changed. What Argo CD's own writes drop is written again; against a writer that keeps
 *       dropping it, ever more seldom ({@link io.wavegate.mark.Rewrites}).
 *   <li>Events are told after the condition is written, each under a name of its own, so that it is told once.
 *   <li>The controller that leads marks, and only when it has seen all records and all Applications.
 * </ol>
 */
@NullMarked
package io.wavegate.mark;

import org.jspecify.annotations.NullMarked;
