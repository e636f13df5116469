/**
 * The suite on a real cluster with a real Argo CD. The controller under test is the one that users install, or a process of the JVM
 * build beside the cluster ({@link io.wavegate.lab.Controller}); hooks come from Git through Argo CD's sync, or straight into the cluster as from Helm or kubectl.
 *
 * <p>Knows: the cluster's API, Argo CD's Application, and of Wavegate only what users see ({@code io.wavegate.api}). Must not know
 * the controller's classes: what is asserted here is what a person sees in the cluster.
 *
 * <p>Rules kept here:
 *
 * <ul>
 *   <li>Each test has a {@link io.wavegate.lab.Project} of its own, so tests run beside each other and beside other users of the lab.
 *   <li>Nothing sleeps: tests wait for a condition with a deadline ({@link io.wavegate.lab.Await}), and scripts in pods wait for the
 *       test. What must not happen is asserted on everything that did happen ({@link io.wavegate.lab.Chronicle}).
 *   <li>What holds always is asserted after every test ({@link io.wavegate.lab.Invariants}), not in each.
 *   <li>A failed test leaves its evidence under {@code target/lab/<class>/<method>} ({@link io.wavegate.lab.Evidence}).
 * </ul>
 */
@NullMarked
package io.wavegate.lab;

import org.jspecify.annotations.NullMarked;
