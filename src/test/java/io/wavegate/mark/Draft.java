package io.wavegate.mark;

import static java.util.stream.Collectors.toSet;

import io.wavegate.api.ApplicationName;
import io.wavegate.api.Phase;
import io.wavegate.api.Reason;
import io.wavegate.argocd.WatchedApplication;
import io.wavegate.ledger.Entry;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Applications and records for the tables, in few words. Times are minutes of one hour. */
public final class Draft {
    public static final ApplicationName SHOP = new ApplicationName("argocd", "shop");

    private Draft() {}

    public static String at(int minute) {
        return "2026-01-01T00:%02d:00Z".formatted(minute);
    }

    /** A verified run of hook shop/migrate, of the operation that began at that minute. */
    public static Entry run(String name, int minute, Phase phase, Reason reason) {
        return entry(name, "migrate", minute, phase, reason, true, Set.of("r" + minute), Set.of("shop/web:" + minute));
    }

    public static Entry entry(
            String name,
            String hook,
            int minute,
            @Nullable Phase phase,
            @Nullable Reason reason,
            boolean verified,
            Set<String> revisions,
            Set<String> images) {
        boolean ended = phase != null && phase.terminal();
        return new Entry(
                "shop",
                name,
                "uid-" + name,
                "1",
                hook,
                hook,
                SHOP,
                "app",
                "app/" + at(minute),
                at(minute),
                revisions,
                null,
                phase,
                reason,
                reason == null ? null : reason + ": said.",
                verified,
                phase == Phase.Running || ended,
                Instant.parse(at(minute)),
                null,
                ended ? Instant.parse(at(minute)) : null,
                null,
                images);
    }

    /** The same claimed of the Application of that uid, and with that message. */
    public static Entry claiming(Entry run, @Nullable String applicationUid, @Nullable String message) {
        return new Entry(
                run.namespace(),
                run.name(),
                run.uid(),
                run.resourceVersion(),
                run.hook(),
                run.hookName(),
                run.application(),
                applicationUid,
                run.release(),
                run.operation(),
                run.revisions(),
                run.event(),
                run.phase(),
                run.reason(),
                message,
                run.verified(),
                run.emitted(),
                run.created(),
                run.started(),
                run.ended(),
                run.waitingSince(),
                run.images());
    }

    public static WatchedApplication application(
            WatchedApplication.@Nullable Sync sync, List<Map<String, Object>> conditions) {
        return application(sync, conditions, List.of(), Set.of(), true, Set.of());
    }

    public static WatchedApplication application(
            WatchedApplication.@Nullable Sync sync,
            List<Map<String, Object>> conditions,
            List<WatchedApplication.Deployment> deployments,
            Set<String> images,
            boolean healthy,
            Set<String> compared) {
        return new WatchedApplication(
                SHOP,
                "app",
                "7",
                false,
                Optional.ofNullable(sync),
                deployments,
                compared,
                true,
                healthy,
                images,
                sync == null ? Set.of() : sync.jobs(),
                conditions,
                Set.of(),
                true);
    }

    /** The same of one folder in its repository. */
    static WatchedApplication folder(WatchedApplication root) {
        return but(root, root.name(), root.deleting(), root.synced(), root.sources(), false);
    }

    /** The same while it is being deleted. */
    static WatchedApplication deleting(WatchedApplication one) {
        return but(one, one.name(), true, one.synced(), one.sources(), one.whole());
    }

    /** The same, and whether what it was compared with is what is live. */
    public static WatchedApplication synced(WatchedApplication one, boolean synced) {
        return but(one, one.name(), one.deleting(), synced, one.sources(), one.whole());
    }

    /** The same of another Application, whose manifests come from there. */
    public static WatchedApplication from(WatchedApplication one, String name, WatchedApplication.Source source) {
        return but(
                one,
                new ApplicationName(SHOP.namespace(), name),
                one.deleting(),
                one.synced(),
                Set.of(source),
                one.whole());
    }

    private static WatchedApplication but(
            WatchedApplication one,
            ApplicationName name,
            boolean deleting,
            boolean synced,
            Set<WatchedApplication.Source> sources,
            boolean whole) {
        return new WatchedApplication(
                name,
                one.uid(),
                one.resourceVersion(),
                deleting,
                one.sync(),
                one.deployments(),
                one.compared(),
                synced,
                one.healthy(),
                one.images(),
                one.jobs(),
                one.conditions(),
                sources,
                whole);
    }

    public static WatchedApplication.Sync sync(int minute, String phase, String... jobs) {
        return new WatchedApplication.Sync(
                phase, at(minute), Set.of("r" + minute), false, false, false, false, jobs(jobs), "");
    }

    public static WatchedApplication.Sync selfHeal(int minute, String phase) {
        return new WatchedApplication.Sync(
                phase, at(minute), Set.of("r" + minute), true, true, false, false, Set.of(), "");
    }

    public static WatchedApplication.Sync dryRun(int minute) {
        return new WatchedApplication.Sync(
                "Succeeded", at(minute), Set.of("r" + minute), false, false, false, true, Set.of(), "");
    }

    public static WatchedApplication.Sync applyOnly(int minute) {
        return new WatchedApplication.Sync(
                "Succeeded", at(minute), Set.of("r" + minute), false, false, true, false, Set.of(), "");
    }

    private static Set<WatchedApplication.JobName> jobs(String... names) {
        return Arrays.stream(names)
                .map(name -> new WatchedApplication.JobName("shop", name))
                .collect(toSet());
    }

    public static Map<String, Object> condition(String type, String message) {
        return Map.of("type", type, "message", message, "lastTransitionTime", at(0));
    }
}
