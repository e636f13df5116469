package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static io.wavegate.lab.HookJob.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.wavegate.api.Reason;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** When the pod that works goes, another one goes on where it was: nothing is lost, nothing is done twice. */
@InstalledTest
@Execution(ExecutionMode.SAME_THREAD)
class FailoverIT {
    private static final String PROBLEM = "no such column: colour";

    @Test
    void aLeaderThatIsStoppedGivesTheLeaseUp(Lab lab, Project project, InstalledController controller) {
        try (Chronicle<Lease> leases = leases(lab)) {
            Hook hook = migrating(project, "true");
            Pod leader = controller.leader();

            controller.endLeader(Controller.End.SIGTERM);

            Handover handover = awaitHandover(leases, leader);
            assertThat(handover.between()).as("who held the Lease in between").contains("");
            assertThat(handover.next().object().getSpec().getAcquireTime())
                    .as("when the next leader began, against the end that the Lease had while the last one worked")
                    .isBefore(end(handover.last()));

            project.open("go");
            hook.awaitComplete();
            ranOnce(project, hook);
        }
    }

    @Test
    void aLeaderThatIsKilledIsFollowedWhenItsLeaseHasEnded(Lab lab, Project project, InstalledController controller) {
        try (Chronicle<Lease> leases = leases(lab)) {
            Hook hook = migrating(project, "true");
            Pod leader = controller.leader();

            controller.endLeader(Controller.End.SIGKILL);

            Handover handover = awaitHandover(leases, leader);
            assertThat(handover.between()).as("who held the Lease in between").isEmpty();
            // Not by its acquireTime, for which it reads the clock before it looks at the Lease.
            assertThat(handover.next().at())
                    .as("when the next leader was seen, against the end of the Lease of the one that was killed")
                    .isAfterOrEqualTo(end(handover.last()).toInstant());

            project.open("go");
            hook.awaitComplete();
            ranOnce(project, hook);
        }
    }

    @Test
    void aMigrationThatFailsWhileNobodyLeadsIsShownByTheNextLeader(
            Lab lab, Project project, InstalledController controller) {
        try (Chronicle<Lease> leases = leases(lab)) {
            Hook hook = migrating(project, "echo " + PROBLEM, "exit 1");
            Pod leader = controller.leader();

            controller.killLeader(() -> project.open("go"));

            failedOnce(project, hook);
            long next = awaitHandover(leases, leader).next().version();
            assertThat(firstFinished(
                            project, hook.everEmitted().get(0).getMetadata().getUid()))
                    .as("resource version in which the emitted Job failed, before the next leader's first one")
                    .isLessThan(next);
            assertThat(firstFinished(project, hook.uid()))
                    .as("resource version of the verdict, after the next leader's first one")
                    .isGreaterThan(next);
        }
    }

    @Test
    void aLeaderThatCrashesGoesOnInItsOwnPod(Project project, InstalledController controller) {
        Hook hook = migrating(project, "echo " + PROBLEM, "exit 1");

        controller.crashLeader();
        project.open("go");

        failedOnce(project, hook);
    }

    /** A hook Job whose migration has begun, waits for {@code go} and then does the rest. */
    private static Hook migrating(Project project, String... rest) {
        String[] script = new String[rest.length + 2];
        script[0] = trace("migrations", "once");
        script[1] = waitFor("go");
        System.arraycopy(rest, 0, script, 2, rest.length);
        return project.create(project.hookJob("migrate").script(script)).awaitMigrating();
    }

    private static void failedOnce(Project project, Hook hook) {
        assertThat(Hook.verdict(hook.awaitFailed()).getMessage())
                .contains(Reason.MigrationFailed.name())
                .contains(PROBLEM);
        ranOnce(project, hook);
    }

    private static long firstFinished(Project project, String uid) {
        return project.jobs().first(uid, Hook::finished).orElseThrow().version();
    }

    private static void ranOnce(Project project, Hook hook) {
        assertThat(project.lines("migrations")).containsExactly("once");
        assertThat(hook.everEmitted()).as("Jobs ever emitted").hasSize(1);
        assertThat(project.runs().everSeen()).as("records ever written").hasSize(1);
    }

    /** Of the leader; the locks of databases are Leases of the same namespace. */
    private static Chronicle<Lease> leases(Lab lab) {
        return new Chronicle<>(lab.client().leases().inNamespace(Lab.SYSTEM).withName(InstalledController.LEASE));
    }

    /** The Lease as the old leader last wrote it, who held it in between, and as the new one first wrote it. */
    private record Handover(LeaseSpec last, List<String> between, Chronicle.Sighting<Lease> next) {}

    private static Handover awaitHandover(Chronicle<Lease> leases, Pod old) {
        String name = old.getMetadata().getName();
        List<Chronicle.Sighting<Lease>> versions = Await.until("another than " + name + " to lead")
                .until(
                        leases::sightings,
                        seen -> !holder(seen.get(seen.size() - 1)).isEmpty()
                                && !holder(seen.get(seen.size() - 1)).equals(name));
        List<String> holders = versions.stream().map(FailoverIT::holder).toList();
        int last = holders.lastIndexOf(name);
        int next = last + 1;
        while (holders.get(next).isEmpty()) {
            next++;
        }
        assertThat(holders.subList(next, holders.size()))
                .as("who held the Lease since it changed hands")
                .containsOnly(holders.get(next));
        return new Handover(versions.get(last).object().getSpec(), holders.subList(last + 1, next), versions.get(next));
    }

    private static String holder(Chronicle.Sighting<Lease> version) {
        return Objects.requireNonNullElse(version.object().getSpec().getHolderIdentity(), "");
    }

    private static ZonedDateTime end(LeaseSpec lease) {
        return lease.getRenewTime().plusSeconds(lease.getLeaseDurationSeconds());
    }
}
