package io.wavegate.mark;

import io.wavegate.api.Line;
import io.wavegate.api.Times;
import io.wavegate.argocd.WatchedApplication;
import io.wavegate.ledger.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The one next step for an Application, and why: a pure function of where it stands and of the records that claim it. */
public sealed interface Marking {
    /** Characters of one hook in a message, and of a whole message; a status is read by people, and stored for each Application. */
    int LONGEST_PART = 1_500;

    /** See {@link #LONGEST_PART}. */
    int LONGEST = 6_000;

    /** Why this step, for the log. */
    String why();

    /** Nothing to do until something changes. */
    record Rest(String why) implements Marking {}

    /**
     * Note on a record that the Application confirms it.
     *
     * @param run the record
     * @param revisions what its release is, resolved, where the Application still shows that operation; else as it was
     */
    record Verify(String why, Entry run, Set<String> revisions) implements Marking {}

    /**
     * Write the Application's conditions, then tell of it.
     *
     * @param conditions all of them, others' too
     * @param told the Events
     * @param skipped whether the warning of a skipped migration is new
     */
    record Write(String why, List<Map<String, Object>> conditions, List<Told> told, boolean skipped)
            implements Marking {
        /** What is ours of it, without times: the same again is a rewrite. */
        List<String> ours() {
            return conditions.stream()
                    .filter(condition -> Condition.isOurs(condition.get("type")))
                    .map(condition -> condition.get("type") + ": " + condition.get("message"))
                    .toList();
        }
    }

    /**
     * An Event on the Application.
     *
     * @param warning whether its type is Warning, or else Normal
     * @param reason one word
     * @param message a sentence
     * @param about what makes it this Event: told twice, it is the same
     */
    record Told(boolean warning, String reason, String message, String about) {}

    /** The rules, first match wins; MarkingTest is their table. */
    static Marking decide(WatchedApplication application, List<Entry> claiming, Instant now) {
        Optional<Entry> due =
                claiming.stream().filter(run -> isDue(run, application)).findFirst();
        if (due.isPresent()) {
            return new Verify("the Application lists the hook", due.get(), revisions(application, due.get()));
        }
        if (application.deleting()) {
            return new Rest("the Application is being deleted");
        }
        var own = OwnRuns.of(application, claiming);
        List<Entry> failing = own.failing();
        String error = failing.isEmpty()
                ? null
                : fit(failing.stream().map(Marking::part).toList());
        String errorBefore = Condition.message(application, Condition.ERROR);
        String skippedBefore = Condition.message(application, Condition.SKIPPED);
        String skipped = own.skipped().orElse(null);
        if (Objects.equals(error, errorBefore) && Objects.equals(skipped, skippedBefore)) {
            return new Rest("the Application shows its migrations as they are");
        }
        var conditions = new ArrayList<Map<String, Object>>();
        application.conditions().stream()
                .filter(condition -> !Condition.isOurs(condition.get("type")))
                .forEach(conditions::add);
        add(conditions, application, Condition.ERROR, error, now);
        add(conditions, application, Condition.SKIPPED, skipped, now);
        return new Write(
                error == null
                        ? skipped == null ? "nothing is wrong any more" : "a migration was skipped"
                        : "a migration has failed",
                List.copyOf(conditions),
                told(failing, own, errorBefore, skipped, skippedBefore, application),
                skipped != null && skippedBefore == null);
    }

    /** Once something of the run is there: until then the gate writes its record. */
    private static boolean isDue(Entry run, WatchedApplication application) {
        return !run.verified() && (run.emitted() || run.terminal()) && OwnRuns.isConfirmed(run, application);
    }

    private static Set<String> revisions(WatchedApplication application, Entry run) {
        return application
                .sync()
                .filter(sync -> sync.startedAt().equals(run.operation())
                        && !sync.revisions().isEmpty())
                .map(WatchedApplication.Sync::revisions)
                .orElse(run.revisions());
    }

    private static String part(Entry run) {
        return Line.cut("%s: %s".formatted(run.hookPath(), run.message()), LONGEST_PART) + reference(run);
    }

    private static String reference(Entry run) {
        return " (migrationrun/" + run.name() + ")";
    }

    private static String fit(List<String> parts) {
        var text = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            if (i > 0 && text.length() + parts.get(i).length() > LONGEST) {
                return text.append(" And ")
                        .append(parts.size() - i)
                        .append(" more.")
                        .toString();
            }
            text.append(i == 0 ? "" : " ").append(parts.get(i));
        }
        return text.toString();
    }

    private static void add(
            List<Map<String, Object>> conditions,
            WatchedApplication application,
            String type,
            @Nullable String message,
            Instant now) {
        if (message != null) {
            conditions.add(application
                    .condition(type)
                    .filter(condition -> message.equals(condition.get("message")))
                    .orElseGet(() -> Map.of("type", type, "message", message, "lastTransitionTime", Times.text(now))));
        }
    }

    private static List<Told> told(
            List<Entry> failing,
            OwnRuns own,
            @Nullable String errorBefore,
            @Nullable String skipped,
            @Nullable String skippedBefore,
            WatchedApplication application) {
        var told = new ArrayList<Told>();
        failing.stream()
                .filter(run -> errorBefore == null || !errorBefore.contains(reference(run)))
                .forEach(run -> told.add(new Told(true, String.valueOf(run.reason()), part(run), run.uid())));
        if (failing.isEmpty() && errorBefore != null) {
            told.add(own.all().stream()
                    .filter(Entry::terminal)
                    .max(Entry.LATEST)
                    .filter(Entry::succeeded)
                    .map(run -> new Told(
                            false,
                            "MigrationRepaired",
                            "%s: the migration has succeeded%s.".formatted(run.hookPath(), reference(run)),
                            run.uid()))
                    .orElseGet(() -> new Told(
                            false,
                            "MigrationRepaired",
                            "A full sync has succeeded since a migration had failed.",
                            application
                                    .sync()
                                    .map(WatchedApplication.Sync::startedAt)
                                    .orElse("no sync"))));
        }
        if (skipped != null && !skipped.equals(skippedBefore)) {
            told.add(new Told(true, "MigrationSkipped", skipped, skipped));
        }
        return List.copyOf(told);
    }
}
