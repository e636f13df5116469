package io.wavegate.lab;

import static io.wavegate.lab.HookJob.trace;
import static io.wavegate.lab.HookJob.waitFor;
import static java.time.temporal.ChronoUnit.SECONDS;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.Names;
import io.wavegate.api.Option;
import io.wavegate.api.Reason;
import io.wavegate.api.RunName;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Migrations of one database run one after the other, whoever starts them, and whatever becomes of the one that has the lock. */
@LabTest
class LockIT {
    private static final String DATABASE = "orders";

    @Test
    void theSecondWaitsAndSaysForWhomAndSinceWhen(Project project) {
        Hook first = holder(project);

        Hook second = project.create(migration(project, "second"));

        MigrationRun waiting = second.awaitWaiting();
        Lease lock = project.locks().get(0);
        assertThat(waiting.getStatus().message())
                .isEqualTo("waits for the lock of database %s/orders (lease %s): held by %s/%s since %s"
                        .formatted(
                                project.namespace(),
                                lock.getMetadata().getName(),
                                project.namespace(),
                                first.runName(),
                                lock.getSpec().getAcquireTime().toInstant().truncatedTo(SECONDS)));
        assertThat(lock(waiting).lease()).isEqualTo(lock.getMetadata().getName());
        assertThat(project.lab().kubectl("get", "leases", "--namespace", Lab.SYSTEM))
                .contains(lock.getMetadata().getName(), project.namespace() + "/" + first.runName());
        assertThat(second.everEmitted()).isEmpty();
        JobCondition shown = Await.until("the hook Job to say so")
                .until(() -> Hook.condition(second.live(), Names.BLOCKED), Objects::nonNull);
        assertThat(shown.getReason()).isEqualTo("Waiting");
        assertThat(shown.getMessage())
                .isEqualTo("The migration " + waiting.getStatus().message() + ".");

        project.open("go");
        first.awaitComplete();
        second.awaitComplete();
        assertThat(project.lines("migrations")).containsExactly("first", "second");
        assertThat(lock(second.awaitVerdict()).waitingSince()).isNotNull();
        assertThat(lock(first.awaitVerdict()).waitingSince()).isNull();
    }

    @Test
    void tenAtOnceRunInTheOrderInWhichTheyCame(Project project) {
        List<Hook> hooks = IntStream.range(0, 10)
                .mapToObj(i -> project.create(project.hookJob("migrate-" + i)
                        .annotation(Option.DATABASE.annotation(), DATABASE)
                        .script(trace("migrations", "begin " + i), trace("migrations", "end " + i))))
                .toList();

        Await.within(Duration.ofMinutes(4), "ten migrations to end, one after the other")
                .until(() -> project.lines("migrations").size() == 20);
        hooks.forEach(Hook::awaitComplete);

        List<String> lines = project.lines("migrations");
        assertThat(lines).hasSize(20);
        for (int i = 0; i < lines.size(); i += 2) {
            assertThat(lines.get(i + 1)).isEqualTo(lines.get(i).replace("begin", "end"));
        }
        // Among those that waited from the start. The first few may find the lock free before the record of an earlier
        // one is there.
        List<String> waited = hooks.stream()
                .map(Hook::awaitVerdict)
                .filter(run -> lock(run).waitingSince() != null)
                .sorted(Comparator.comparing(
                                (MigrationRun run) -> run.getMetadata().getCreationTimestamp())
                        .thenComparing(run -> run.getMetadata().getUid()))
                .map(run -> run.getSpec().hook().name().replace("migrate-", "begin "))
                .toList();
        assertThat(waited).hasSizeGreaterThanOrEqualTo(5);
        assertThat(lines.stream().filter(waited::contains)).containsExactlyElementsOf(waited);
    }

    @Test
    void itIsGivenUpAfterTheTimeThatWasAskedFor(Project project) {
        Hook first = holder(project);

        Hook second = project.create(migration(project, "second").annotation(Option.LOCK_TIMEOUT.annotation(), "2"));

        MigrationRun run = second.awaitVerdict();
        assertThat(run.getStatus().reason()).isEqualTo(Reason.LockTimeout);
        assertThat(run.getStatus().message())
                .startsWith("LockTimeout: after 2 s another run still had the lock of database " + project.namespace()
                        + "/orders (lease wavegate-lock-")
                .contains(": held by " + project.namespace() + "/first-");
        assertThat(Hook.message(second.awaitFailed())).isEqualTo(run.getStatus().message());
        assertThat(second.everEmitted()).isEmpty();
        project.open("go");
        first.awaitComplete();
    }

    @Test
    void aHolderThatIsKilledMakesWayWhenItsPodIsGone(Project project) {
        Hook first = stubborn(project);
        Hook second = project.create(migration(project, "second"));
        second.awaitWaiting();

        project.client().resource(first.awaitEmitted()).delete();

        assertThat(first.awaitVerdict().getStatus().reason()).isEqualTo(Reason.JobDeleted);
        second.awaitComplete();
    }

    @Test
    void aHolderWhoseRecordIsDeletedMakesWayWhenItsPodIsGone(Project project) {
        Hook first = stubborn(project);
        Hook second = project.create(migration(project, "second"));
        second.awaitWaiting();

        project.client().resource(first.awaitRecord()).delete();

        second.awaitComplete();
        assertThat(first.pods()).isEmpty();
    }

    /** {@code kubectl delete job --cascade=orphan}: its pod goes on without it, and nobody may begin beside it. */
    @Test
    void aHolderWhoseJobIsDeletedWithoutItsPodMakesWayWhenThatIsOver(Project project) {
        Hook first = holder(project);
        Hook second = project.create(migration(project, "second"));
        second.awaitWaiting();

        project.client()
                .resource(first.awaitEmitted())
                .withPropagationPolicy(DeletionPropagation.ORPHAN)
                .delete();
        Await.until("the emitted Job to be gone").until(() -> first.emitted().isEmpty());
        Await.throughout(Duration.ofSeconds(3), "the second to wait for the pod of the first", () -> {
            assertThat(second.everEmitted()).isEmpty();
            assertThat(first.awaitRecord().statusOrEmpty().terminal()).isFalse();
        });
        project.open("go");

        assertThat(Hook.message(first.awaitFailed())).startsWith("JobDeleted: ");
        second.awaitComplete();
        assertThat(project.lines("migrations")).containsExactly("first", "second");
    }

    /** Whatever a clock says, ours or the one that wrote the Lease: only a person opens it. */
    @Test
    void aLockThatAPersonTookIsOpenedByThatPerson(Project project) {
        String lock = RunName.of(
                "wavegate-lock-" + project.namespace() + "-" + DATABASE, project.namespace() + "/" + DATABASE);
        project.client()
                .leases()
                .inNamespace(Lab.SYSTEM)
                .resource(new LeaseBuilder()
                        .withNewMetadata()
                        .withName(lock)
                        .addToLabels(Project.LOCK_LABELS)
                        .endMetadata()
                        .withNewSpec()
                        .withHolderIdentity("anna, restoring the backup")
                        .withAcquireTime(ZonedDateTime.parse("2001-01-01T00:00:00Z"))
                        .withRenewTime(ZonedDateTime.parse("2001-01-01T00:00:00Z"))
                        .withLeaseDurationSeconds(1)
                        .endSpec()
                        .build())
                .create();

        Hook hook = project.create(migration(project, "second"));

        assertThat(hook.awaitWaiting().getStatus().message())
                .contains("held by anna, restoring the backup since 2001-01-01T00:00:00Z");
        project.lab().kubectl("delete", "lease", lock, "--namespace", Lab.SYSTEM);
        hook.awaitComplete();
    }

    @Test
    void aRunThatIsCalledOffWhileItWaitsLeavesTheLine(Project project) {
        Hook first = holder(project);
        Hook second = project.create(migration(project, "second"));
        Hook third = project.create(migration(project, "third"));
        Hook fourth = project.create(migration(project, "fourth"));
        fourth.awaitWaiting();
        second.awaitWaiting();
        third.awaitWaiting();

        second.callOff("not today");

        assertThat(second.awaitVerdict().getStatus().reason()).isEqualTo(Reason.Aborted);
        fourth.delete();
        assertThat(fourth.awaitVerdict().getStatus().reason()).isEqualTo(Reason.Aborted);
        project.open("go");
        first.awaitComplete();
        third.awaitComplete();
        assertThat(project.lines("migrations")).containsExactly("first", "third");
    }

    @Test
    void aSuspendedHookHoldsNoLock(Project project) {
        Hook held = project.create(migration(project, "held").suspended());
        held.awaitSuspended();

        project.create(migration(project, "second")).awaitComplete();

        held.resume();
        held.awaitComplete();
    }

    @Test
    void aDatabaseOfAnotherNamespaceIsRefusedWhereItIsNotGranted(Project project) {
        Hook hook = project.create(
                project.hookJob("migrate").annotation(Option.DATABASE.annotation(), "kube-system/orders"));

        assertThat(Hook.message(hook.awaitFailed()))
                .startsWith(
                        "InvalidOption: annotation wavegate.io/database is 'kube-system/orders', a database of another"
                                + " namespace, which the controller's configuration does not grant to namespace "
                                + project.namespace());
        assertThat(hook.everEmitted()).isEmpty();
    }

    /** A hook whose migration runs until the gate opens. */
    static Hook holder(Project project) {
        return project.create(project.hookJob("first")
                        .annotation(Option.DATABASE.annotation(), DATABASE)
                        .script(trace("migrations", "first"), waitFor("go")))
                .awaitMigrating();
    }

    /** A hook whose pod takes its time to go. */
    private static Hook stubborn(Project project) {
        return project.create(project.hookJob("first")
                        .annotation(Option.DATABASE.annotation(), DATABASE)
                        .script("trap '' TERM", trace("migrations", "first"), waitFor("never"))
                        .terminationGracePeriodSeconds(4))
                .awaitMigrating();
    }

    static HookJob migration(Project project, String name) {
        return project.hookJob(name)
                .annotation(Option.DATABASE.annotation(), DATABASE)
                .script(trace("migrations", name));
    }

    static MigrationRunStatus.Lock lock(MigrationRun run) {
        return requireNonNull(run.getStatus().lock());
    }
}
