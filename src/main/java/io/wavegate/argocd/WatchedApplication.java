package io.wavegate.argocd;

import io.wavegate.api.ApplicationName;
import io.wavegate.api.Fields;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An Application as {@link ApplicationWatch} keeps it: what of it the marker and the API look at, and no more, since an Application can
 * list thousands of resources. Fields that are missing or of another type than Argo CD writes are taken as absent.
 *
 * @param name which Application
 * @param uid metadata.uid
 * @param resourceVersion of the object that this was read from
 * @param deleting it is being deleted
 * @param sync the sync operation that runs or ran last
 * @param deployments {@code status.history}: each full sync that succeeded, those too that only applied, oldest first
 * @param compared {@code status.sync.revision}, or {@code revisions}: what it was compared with last
 * @param synced {@code status.sync.status} is Synced
 * @param healthy {@code status.health.status} is Healthy
 * @param images {@code status.summary.images}: what its pods run, those of hooks too
 * @param jobs the Jobs that are its own doing: what its sync operation made, and what it has in Git
 * @param conditions {@code status.conditions}, as stored
 * @param sources {@code spec.source} or {@code sources}
 * @param whole each of its sources is a whole repository, or a chart: with folders of a repository that others share, a new revision
 *     says little of what is new in them
 */
public record WatchedApplication(
        ApplicationName name,
        String uid,
        String resourceVersion,
        boolean deleting,
        Optional<Sync> sync,
        List<Deployment> deployments,
        Set<String> compared,
        boolean synced,
        boolean healthy,
        Set<String> images,
        Set<JobName> jobs,
        List<Map<String, Object>> conditions,
        Set<Source> sources,
        boolean whole) {
    private static final Set<String> COMPARED = Set.of("Synced", "OutOfSync");
    /** What the address of a repository may end in. */
    private static final String GIT = ".git";
    /** How people name the root of a repository. */
    private static final Set<String> ROOT = Set.of("", ".", "./", "/");

    /**
     * A sync operation.
     *
     * @param phase Running, Terminating, Succeeded, Failed or Error
     * @param startedAt RFC 3339; the same through all retries
     * @param revisions what it syncs, resolved: one, or one for each source
     * @param partial it is of selected resources only, as a self-heal is: Argo CD runs no hook then
     * @param selfHeal it is Argo CD's own, to undo a change in the cluster
     * @param applyOnly its strategy is {@code apply}, as a rollback's: Argo CD runs no hook then
     * @param dryRun it only tries what it would do: nothing is deployed, and no hook is run
     * @param jobs the Jobs that it lists as its doing, hooks or not
     * @param message Argo CD's sentence on how it goes
     */
    public record Sync(
            String phase,
            String startedAt,
            Set<String> revisions,
            boolean partial,
            boolean selfHeal,
            boolean applyOnly,
            boolean dryRun,
            Set<JobName> jobs,
            String message) {
        /** Whether it goes on. */
        public boolean running() {
            return phase.equals("Running") || phase.equals("Terminating");
        }

        /** Whether it has ended well. */
        public boolean succeeded() {
            return phase.equals("Succeeded");
        }

        /** Whether Argo CD runs the hooks of an operation like this. */
        public boolean runsHooks() {
            return !partial && !applyOnly && !dryRun;
        }
    }

    /**
     * A full sync that succeeded.
     *
     * @param startedAt when its operation started, RFC 3339
     * @param revisions what it deployed
     */
    public record Deployment(String startedAt, Set<String> revisions) {}

    /** A Job. */
    public record JobName(String namespace, String name) {}

    /**
     * Where its manifests come from.
     *
     * @param repository {@code repoURL}, without what does not tell two apart: case, a closing slash, {@code .git}
     * @param revision {@code targetRevision}: a branch, a tag, a version range
     */
    public record Source(String repository, String revision) {}

    /** Whether it says itself that this Job is its own: what turns a claim into a fact. */
    public boolean owns(String namespace, String job) {
        return jobs.contains(new JobName(namespace, job));
    }

    /** Whether it shows this commit anywhere: compared, being synced, or deployed. */
    public boolean shows(String revision) {
        return compared.contains(revision)
                || sync.filter(last -> !last.dryRun() && last.revisions().contains(revision))
                        .isPresent()
                || deployments.stream().anyMatch(one -> one.revisions().contains(revision));
    }

    /**
     * The full syncs that succeeded and ran hooks, as far as that is told. The history has those too that only applied, as a rollback
     * does, and does not tell them apart: the one that the operation still tells of is left out. The last may be there twice.
     */
    public List<Deployment> migratingSyncs() {
        return Stream.concat(
                        deployments.stream()
                                .filter(one -> sync.filter(last -> !last.runsHooks()
                                                && last.startedAt().equals(one.startedAt()))
                                        .isEmpty()),
                        sync.filter(last -> last.succeeded() && last.runsHooks()).stream()
                                .map(last -> new Deployment(last.startedAt(), last.revisions())))
                .toList();
    }

    /** The condition of this type, as stored. */
    public Optional<Map<String, Object>> condition(String type) {
        return conditions.stream()
                .filter(condition -> type.equals(condition.get("type")))
                .findFirst();
    }

    /** Reads an Application from the object's raw fields. */
    public static WatchedApplication of(
            ApplicationName name, String uid, String resourceVersion, boolean deleting, Map<String, Object> fields) {
        Map<?, ?> spec = Fields.map(fields.get("spec"));
        Map<?, ?> status = Fields.map(fields.get("status"));
        Map<?, ?> state = Fields.map(status.get("operationState"));
        Map<?, ?> compared = Fields.map(status.get("sync"));
        Set<JobName> made = jobs(Fields.list(Fields.map(state.get("syncResult")).get("resources"))
                .filter(WatchedApplication::isMade));
        var jobs = new HashSet<>(made);
        jobs.addAll(jobs(Fields.list(status.get("resources")).filter(WatchedApplication::isInGit)));
        return new WatchedApplication(
                name,
                uid,
                resourceVersion,
                deleting,
                sync(state, made),
                Fields.list(status.get("history"))
                        .map(entry -> new Deployment(Fields.orEmpty(entry.get("deployStartedAt")), revisions(entry)))
                        .toList(),
                revisions(compared),
                "Synced".equals(compared.get("status")),
                "Healthy".equals(Fields.map(status.get("health")).get("status")),
                texts(Fields.map(status.get("summary")).get("images")),
                Set.copyOf(jobs),
                conditions(status),
                sources(spec),
                Stream.concat(Stream.of(Fields.map(spec.get("source"))), Fields.list(spec.get("sources")))
                        .allMatch(source -> ROOT.contains(Fields.orEmpty(source.get("path")))));
    }

    /**
     * {@code status.resources} lists also what is live and merely bears the Application's tracking id, which anybody can write: such an
     * object is to be pruned, or is a hook, or has no sync status where its tracking id is a copy of another object's (argo-cd
     * controller/state.go, CompareAppState: RequiresPruning, Hook, isSelfReferencedObj). What a hook's tracking id claims, only the sync
     * operation's own list confirms.
     */
    private static boolean isInGit(Map<?, ?> resource) {
        return COMPARED.contains(Fields.orEmpty(resource.get("status")))
                && !Boolean.TRUE.equals(resource.get("requiresPruning"))
                && !Boolean.TRUE.equals(resource.get("hook"));
    }

    /** A sync lists what it pruned too, or would have (gitops-engine pkg/sync/common, ResultCode). */
    private static boolean isMade(Map<?, ?> result) {
        return !Fields.orEmpty(result.get("status")).startsWith("Prune");
    }

    private static Set<JobName> jobs(Stream<? extends Map<?, ?>> resources) {
        var jobs = new HashSet<JobName>();
        resources
                .filter(resource -> "batch".equals(resource.get("group")) && "Job".equals(resource.get("kind")))
                .forEach(resource -> jobs.add(
                        new JobName(Fields.orEmpty(resource.get("namespace")), Fields.orEmpty(resource.get("name")))));
        return Set.copyOf(jobs);
    }

    private static Optional<Sync> sync(Map<?, ?> state, Set<JobName> made) {
        String startedAt = Fields.text(state.get("startedAt"));
        if (startedAt == null) {
            return Optional.empty();
        }
        Map<?, ?> operation = Fields.map(state.get("operation"));
        Map<?, ?> asked = Fields.map(operation.get("sync"));
        Set<String> resolved = revisions(Fields.map(state.get("syncResult")));
        Map<?, ?> strategy = Fields.map(asked.get("syncStrategy"));
        return Optional.of(new Sync(
                Fields.orEmpty(state.get("phase")),
                startedAt,
                resolved.isEmpty() ? revisions(asked) : resolved,
                asked.get("resources") instanceof Collection<?> selected && !selected.isEmpty(),
                Fields.number(asked.get("autoHealAttemptsCount")) > 0,
                strategy.get("apply") != null && strategy.get("hook") == null,
                Boolean.TRUE.equals(asked.get("dryRun")),
                made,
                Fields.orEmpty(state.get("message"))));
    }

    private static Set<String> revisions(Map<?, ?> of) {
        Set<String> several = texts(of.get("revisions"));
        String one = Fields.text(of.get("revision"));
        return several.isEmpty() && one != null ? Set.of(one) : several;
    }

    private static Set<String> texts(@Nullable Object list) {
        var texts = new HashSet<String>();
        if (list instanceof Collection<?> items) {
            for (Object item : items) {
                if (item instanceof String text && !text.isEmpty()) {
                    texts.add(text);
                }
            }
        }
        return Set.copyOf(texts);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> conditions(Map<?, ?> status) {
        return Fields.list(status.get("conditions"))
                // Not Map.copyOf, which throws where a value is null.
                .map(condition -> Collections.unmodifiableMap(new LinkedHashMap<>((Map<String, Object>) condition)))
                .toList();
    }

    private static Set<Source> sources(Map<?, ?> spec) {
        var sources = new HashSet<Source>();
        Stream.concat(Stream.of(Fields.map(spec.get("source"))), Fields.list(spec.get("sources")))
                .filter(source -> Fields.text(source.get("repoURL")) != null)
                .forEach(source -> sources.add(new Source(
                        repository(Fields.orEmpty(source.get("repoURL"))),
                        Fields.orEmpty(source.get("targetRevision")))));
        return Set.copyOf(sources);
    }

    private static String repository(String url) {
        String lower = url.toLowerCase(Locale.ROOT);
        // No pattern: a million slashes, which anybody may write, would take it hours.
        int end = lower.length();
        while (end > 0 && lower.charAt(end - 1) == '/') {
            end--;
        }
        String bare = lower.substring(0, end);
        return bare.endsWith(GIT) ? bare.substring(0, bare.length() - GIT.length()) : bare;
    }
}
