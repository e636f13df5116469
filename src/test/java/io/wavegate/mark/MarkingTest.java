package io.wavegate.mark;

import static io.wavegate.mark.Draft.application;
import static io.wavegate.mark.Draft.applyOnly;
import static io.wavegate.mark.Draft.at;
import static io.wavegate.mark.Draft.condition;
import static io.wavegate.mark.Draft.dryRun;
import static io.wavegate.mark.Draft.entry;
import static io.wavegate.mark.Draft.run;
import static io.wavegate.mark.Draft.selfHeal;
import static io.wavegate.mark.Draft.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.argocd.WatchedApplication;
import io.wavegate.ledger.Entry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What an Application is told, row by row. */
class MarkingTest {
    private static final Instant NOW = Instant.parse(at(59));
    private static final Entry GOOD = run("migrate-1", 1, Phase.Succeeded, Reason.Migrated);
    private static final Entry BAD = run("migrate-2", 2, Phase.Failed, Reason.MigrationFailed);
    private static final Entry REPAIR = run("migrate-3", 3, Phase.Succeeded, Reason.Migrated);
    private static final String SAID = "shop/migrate: MigrationFailed: said. (migrationrun/migrate-2)";
    private static final Map<String, Object> THEIRS = condition("SyncError", "no");
    private static final Map<String, Object> OURS = condition("MigrationError", SAID);

    /**
     * A row.
     *
     * @param error the message of MigrationError that is written; null where nothing is to be written, empty where it goes
     */
    private record Row(
            String given,
            WatchedApplication application,
            List<Entry> runs,
            @Nullable String error) {}

    private static final List<Row> TABLE = List.of(
            new Row("nothing ever ran", application(sync(1, "Succeeded"), List.of()), List.of(), null),
            new Row("all is well", application(sync(1, "Succeeded", "migrate"), List.of()), List.of(GOOD), null),
            new Row("the last run has failed", application(sync(2, "Running"), List.of()), List.of(GOOD, BAD), SAID),
            new Row(
                    "it has been told so",
                    application(sync(2, "Failed", "migrate"), List.of(THEIRS, OURS)),
                    List.of(GOOD, BAD),
                    null),
            new Row(
                    "Argo CD dropped it",
                    application(sync(2, "Failed", "migrate"), List.of(THEIRS)),
                    List.of(GOOD, BAD),
                    SAID),
            new Row(
                    "the next one is at work",
                    application(sync(3, "Running"), List.of(OURS)),
                    List.of(BAD, entry("migrate-3", "migrate", 3, Phase.Running, null, true, Set.of(), Set.of())),
                    null),
            new Row(
                    "the next one has succeeded",
                    application(sync(3, "Running"), List.of(OURS)),
                    List.of(BAD, REPAIR),
                    ""),
            new Row(
                    "a full sync has succeeded without it",
                    application(sync(3, "Succeeded"), List.of(OURS)),
                    List.of(BAD),
                    ""),
            new Row(
                    "its own sync has succeeded all the same",
                    application(
                            sync(2, "Succeeded", "migrate"),
                            List.of(),
                            List.of(new WatchedApplication.Deployment(at(2), Set.of())),
                            Set.of(),
                            true,
                            Set.of()),
                    List.of(GOOD, BAD),
                    SAID),
            new Row(
                    "a full sync had succeeded before it",
                    application(
                            sync(2, "Failed", "migrate"),
                            List.of(OURS),
                            List.of(new WatchedApplication.Deployment(at(1), Set.of())),
                            Set.of(),
                            true,
                            Set.of()),
                    List.of(BAD),
                    null),
            new Row(
                    "a full sync had succeeded since, and another is running",
                    application(
                            sync(4, "Running"),
                            List.of(OURS),
                            List.of(new WatchedApplication.Deployment(at(3), Set.of())),
                            Set.of(),
                            true,
                            Set.of()),
                    List.of(BAD),
                    ""),
            new Row(
                    "a self-heal has succeeded since",
                    application(selfHeal(3, "Succeeded"), List.of(OURS)),
                    List.of(BAD),
                    null),
            new Row(
                    "a rollback that only applies has succeeded since",
                    application(
                            applyOnly(3),
                            List.of(OURS),
                            List.of(new WatchedApplication.Deployment(at(3), Set.of())),
                            Set.of(),
                            true,
                            Set.of()),
                    List.of(BAD),
                    null),
            new Row("a dry run has succeeded since", application(dryRun(3), List.of(OURS)), List.of(BAD), null),
            new Row("its record is gone", application(sync(2, "Failed"), List.of(OURS)), List.of(), ""),
            new Row(
                    "somebody else's claim",
                    application(sync(2, "Failed"), List.of()),
                    List.of(entry(
                            "forged-1", "forged", 2, Phase.Failed, Reason.MigrationFailed, false, Set.of(), Set.of())),
                    null),
            new Row(
                    "two hooks have failed",
                    application(sync(2, "Failed", "migrate", "seed"), List.of()),
                    List.of(
                            BAD,
                            entry("seed-1", "seed", 2, Phase.Failed, Reason.LockTimeout, true, Set.of(), Set.of())),
                    SAID + " shop/seed: LockTimeout: said. (migrationrun/seed-1)"));

    @TestFactory
    Stream<DynamicTest> table() {
        return TABLE.stream()
                .map(row -> DynamicTest.dynamicTest(row.given(), () -> {
                    Marking next = Marking.decide(row.application(), row.runs(), NOW);
                    if (row.error() == null) {
                        assertThat(next).isInstanceOf(Marking.Rest.class);
                        return;
                    }
                    assertThat(next).isInstanceOf(Marking.Write.class);
                    List<Map<String, Object>> written = ((Marking.Write) next).conditions();
                    assertThat(written.stream()
                                    .filter(one -> "MigrationError".equals(one.get("type")))
                                    .map(one -> one.get("message")))
                            .isEqualTo(row.error().isEmpty() ? List.of() : List.of(row.error()));
                    assertThat(written.contains(THEIRS))
                            .isEqualTo(row.application().conditions().contains(THEIRS));
                }));
    }

    @Test
    void whatTheApplicationListsIsVerifiedFirst() {
        Entry claim =
                entry("migrate-2", "migrate", 2, Phase.Failed, Reason.MigrationFailed, false, Set.of("main"), Set.of());
        assertThat(Marking.decide(application(sync(2, "Running", "migrate"), List.of()), List.of(claim), NOW))
                .isEqualTo(new Marking.Verify("the Application lists the hook", claim, Set.of("r2")));
        assertThat(Marking.decide(application(sync(3, "Running", "migrate"), List.of()), List.of(claim), NOW))
                .isEqualTo(new Marking.Verify("the Application lists the hook", claim, Set.of("main")));
    }

    @Test
    void aRecordThatTheGateStillOpensIsLeftAlone() {
        Entry opening = entry("migrate-2", "migrate", 2, Phase.Pending, null, false, Set.of(), Set.of());
        assertThat(Marking.decide(application(sync(2, "Running", "migrate"), List.of()), List.of(opening), NOW))
                .isInstanceOf(Marking.Rest.class);
    }

    @Test
    void aFailureIsToldOnceAndItsRepairToo() {
        var failed = (Marking.Write) Marking.decide(application(sync(2, "Running"), List.of()), List.of(BAD), NOW);
        assertThat(failed.told()).containsExactly(new Marking.Told(true, "MigrationFailed", SAID, "uid-migrate-2"));
        var repaired = (Marking.Write)
                Marking.decide(application(sync(3, "Running"), List.of(OURS)), List.of(BAD, REPAIR), NOW);
        assertThat(repaired.told())
                .containsExactly(new Marking.Told(
                        false,
                        "MigrationRepaired",
                        "shop/migrate: the migration has succeeded (migrationrun/migrate-3).",
                        "uid-migrate-3"));
    }

    @Test
    void aFailureThatIsToldAlreadyIsNotToldAgainWithTheNext() {
        Entry seed = entry("seed-1", "seed", 2, Phase.Failed, Reason.LockTimeout, true, Set.of(), Set.of());
        var both =
                (Marking.Write) Marking.decide(application(sync(2, "Failed"), List.of(OURS)), List.of(BAD, seed), NOW);
        assertThat(both.told())
                .containsExactly(new Marking.Told(
                        true, "LockTimeout", "shop/seed: LockTimeout: said. (migrationrun/seed-1)", "uid-seed-1"));
        assertThat(both.why()).isEqualTo("a migration has failed");
    }

    @Test
    void whatIsMadeGoodByASyncWithoutTheHookIsToldToo() {
        var over = (Marking.Write)
                Marking.decide(application(sync(3, "Succeeded"), List.of(THEIRS, OURS)), List.of(BAD), NOW);
        assertThat(over.told())
                .containsExactly(new Marking.Told(
                        false, "MigrationRepaired", "A full sync has succeeded since a migration had failed.", at(3)));
        assertThat(over.why()).isEqualTo("nothing is wrong any more");
        assertThat(over.conditions()).containsExactly(THEIRS);
        assertThat(over.ours()).isEmpty();
    }

    /** A self-heal brought another image than was migrated; of the hook seed the last run had failed before. */
    @Test
    void aSkippedMigrationIsWarnedOfBesideAFailure() {
        Entry seed = entry("seed-1", "seed", 1, Phase.Failed, Reason.LockTimeout, true, Set.of(), Set.of());
        Map<String, Object> failed = condition("MigrationError", "shop/seed: LockTimeout: said. (migrationrun/seed-1)");
        var write = (Marking.Write) Marking.decide(selfHealed(List.of(failed)), List.of(seed, REPAIR), NOW);

        String warning = String.valueOf(write.conditions().get(1).get("message"));
        assertThat(warning).startsWith("Image shop/web:4 was deployed by a self-heal");
        assertThat(write.conditions())
                .as("what stands is left as it is stored")
                .containsExactly(
                        failed,
                        Map.of("type", "MigrationSkippedWarning", "message", warning, "lastTransitionTime", at(59)));
        assertThat(write.ours())
                .containsExactly("MigrationError: " + failed.get("message"), "MigrationSkippedWarning: " + warning);
        assertThat(write.told()).containsExactly(new Marking.Told(true, "MigrationSkipped", warning, warning));
        assertThat(write.skipped()).isTrue();

        var alone = (Marking.Write) Marking.decide(selfHealed(List.of(THEIRS)), List.of(REPAIR), NOW);
        assertThat(alone.why()).isEqualTo("a migration was skipped");
        assertThat(alone.ours()).containsExactly("MigrationSkippedWarning: " + warning);

        var another = (Marking.Write) Marking.decide(
                selfHealed(List.of(condition("MigrationSkippedWarning", "before"))), List.of(REPAIR), NOW);
        assertThat(another.skipped()).as("it was counted before").isFalse();
        assertThat(another.told()).hasSize(1);
        assertThat(another.ours()).containsExactly("MigrationSkippedWarning: " + warning);

        assertThat(Marking.decide(
                        selfHealed(List.of(condition("MigrationSkippedWarning", warning))), List.of(REPAIR), NOW))
                .isEqualTo(new Marking.Rest("the Application shows its migrations as they are"));
    }

    private static WatchedApplication selfHealed(List<Map<String, Object>> conditions) {
        return application(selfHeal(4, "Succeeded"), conditions, List.of(), Set.of("shop/web:4"), true, Set.of("r4"));
    }

    @Test
    void anApplicationThatIsBeingDeletedIsLeftAlone() {
        WatchedApplication deleting = Draft.deleting(application(sync(2, "Failed"), List.of()));
        assertThat(Marking.decide(deleting, List.of(BAD), NOW))
                .isEqualTo(new Marking.Rest("the Application is being deleted"));
    }

    @Test
    void aRecordOfAnApplicationThatHadTheNameBeforeIsNotItsOwn() {
        WatchedApplication failed = application(sync(2, "Failed", "migrate"), List.of());
        Entry claim = entry("migrate-2", "migrate", 2, Phase.Failed, Reason.MigrationFailed, false, Set.of(), Set.of());
        assertThat(Marking.decide(failed, List.of(Draft.claiming(BAD, "before", "said")), NOW))
                .isInstanceOf(Marking.Rest.class);
        assertThat(Marking.decide(failed, List.of(Draft.claiming(claim, "before", "said")), NOW))
                .isInstanceOf(Marking.Rest.class);
        assertThat(Marking.decide(failed, List.of(Draft.claiming(BAD, null, "said")), NOW))
                .as("where the uid could not be read, the name has to do")
                .isInstanceOf(Marking.Write.class);
        assertThat(Marking.decide(failed, List.of(Draft.claiming(claim, null, "said")), NOW))
                .isInstanceOf(Marking.Verify.class);
    }

    @Test
    void oneHooksPartHasALimitToo() {
        int room = Marking.LONGEST_PART - "shop/migrate: ".length();
        for (int over : List.of(0, 1)) {
            Entry run = Draft.claiming(BAD, "app", "x".repeat(room + over));
            var write = (Marking.Write) Marking.decide(application(sync(2, "Failed"), List.of()), List.of(run), NOW);
            assertThat(String.valueOf(write.conditions().get(0).get("message")))
                    .isEqualTo(
                            "shop/migrate: " + "x".repeat(room) + (over > 0 ? ".." : "") + " (migrationrun/migrate-2)");
        }
    }

    /** Half a character would be stored as another, and the Application told of it again and again. */
    @Test
    void noCharacterOfAPartIsHalved() {
        int room = Marking.LONGEST_PART - "shop/migrate: ".length();
        Entry run = Draft.claiming(BAD, "app", "x".repeat(room - 1) + "\uD83D\uDE00");
        var write = (Marking.Write) Marking.decide(application(sync(2, "Failed"), List.of()), List.of(run), NOW);
        assertThat(String.valueOf(write.conditions().get(0).get("message")))
                .isEqualTo("shop/migrate: " + "x".repeat(room - 1) + ".. (migrationrun/migrate-2)");
    }

    @Test
    void aMessageHasALimit() {
        List<Entry> many = IntStream.range(0, 2_000)
                .mapToObj(i -> entry(
                        "hook-%04d-1".formatted(i),
                        "hook-%04d".formatted(i),
                        2,
                        Phase.Failed,
                        Reason.MigrationFailed,
                        true,
                        Set.of(),
                        Set.of()))
                .toList();
        var write = (Marking.Write) Marking.decide(application(sync(2, "Failed"), List.of()), many, NOW);
        String message = String.valueOf(write.conditions().get(0).get("message"));
        int part = "shop/hook-0000: MigrationFailed: said. (migrationrun/hook-0000-1) ".length();
        int fit = (Marking.LONGEST + 1) / part;
        assertThat(message).hasSizeLessThan(Marking.LONGEST + 100).endsWith(") And " + (2_000 - fit) + " more.");
    }
}
