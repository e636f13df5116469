package io.wavegate.web;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.http.HttpServerRequest;
import io.wavegate.api.ApplicationName;
import io.wavegate.api.MigrationRun;
import io.wavegate.api.MigrationRunStatus;
import io.wavegate.api.WavegateConfig;
import io.wavegate.argocd.ApplicationWatch;
import io.wavegate.ledger.Entry;
import io.wavegate.ledger.Ledger;
import io.wavegate.loop.Loop;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1}: how migrations went. Every replica answers, from what it has in memory; a log is read from the API server. Only what an
 * Application confirms is told of it.
 */
@Path("/api/v1")
@Produces({MediaType.APPLICATION_JSON, Problem.JSON})
@SecurityScheme(
        securitySchemeName = "kubernetes",
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        description =
                "A Kubernetes token of someone who may get migrationruns.wavegate.io in the namespace of the hook.")
@SecurityRequirement(name = "kubernetes")
public class Api {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");
    private static final Pattern REVISION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z._/+-]{0,127}");
    private static final int MOST_RUNS = 500;

    private final Ledger ledger;
    private final ApplicationWatch watch;
    private final Access access;
    private final Waiters waiters;
    private final Loop loop;
    private final KubernetesClient client;
    private final WavegateConfig config;
    private final AllRead applications;

    Api(
            Ledger ledger,
            ApplicationWatch watch,
            Access access,
            Waiters waiters,
            Loop loop,
            KubernetesClient client,
            WavegateConfig config) {
        this.ledger = ledger;
        this.watch = watch;
        this.access = access;
        this.waiters = waiters;
        this.loop = loop;
        this.client = client;
        this.config = config;
        this.applications = new AllRead(watch::synced);
    }

    /** How the migrations of an Application stand: 200, 202, 404 or 424. */
    @GET
    @Path("/applications/{namespace}/{name}")
    @Operation(operationId = "application", summary = "How the migrations of an Application stand")
    @APIResponse(
            responseCode = "200",
            description = "The last run of each hook has succeeded.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = View.Application.class),
                            examples = @ExampleObject(name = "migrated", value = Examples.MIGRATED)))
    @APIResponse(responseCode = "202", description = "A run is under way.")
    @APIResponse(
            responseCode = "424",
            description = "The last run of a hook has failed.",
            content =
                    @Content(
                            mediaType = Problem.JSON,
                            schema = @Schema(implementation = Problem.class),
                            examples = @ExampleObject(name = "failed", value = Examples.FAILED)))
    @APIResponse(responseCode = "404", description = "No such Application, or none of its hooks ever ran.")
    @APIResponse(responseCode = "503", description = "Not now; the sentence says why, and that one asks again.")
    public Uni<Response> application(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable @Parameter(hidden = true) String authorization,
            @Context HttpServerRequest request) {
        return answer(authorization, request, caller -> {
            var application = new ApplicationName(named("namespace", namespace), named("application", name));
            Releases.Progress progress = applications
                    .whole(() -> Releases.now(watch.find(application), ledger.claiming(application)))
                    .orElseThrow(AllRead::notYet);
            return new Reply(watch::find, ledger::verified, caller).of(application, progress);
        });
    }

    /** How far a commit has come: 200, 202, 404, 409 or 424; after waiting 504 too. */
    @GET
    @Path("/releases/{commit}")
    @Operation(
            operationId = "release",
            summary = "How far a commit has come, and wait for it",
            description =
                    "For CI, after or before git push. With wait the answer comes when it is final or the time is over; a commit that nobody"
                            + " has seen yet is waited for too.")
    @APIResponse(
            responseCode = "200",
            description =
                    "Every Application in question has migrated the commit: its full sync has succeeded, and each migration with it.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = View.Release.class),
                            examples = @ExampleObject(name = "migrated", value = Examples.RELEASED)))
    @APIResponse(responseCode = "202", description = "Without wait: it is under way.")
    @APIResponse(responseCode = "404", description = "Without wait: no Application shows the commit.")
    @APIResponse(responseCode = "409", description = "A newer commit took its place before it was migrated.")
    @APIResponse(
            responseCode = "424",
            description = "A migration of it has failed, or the sync.",
            content =
                    @Content(
                            mediaType = Problem.JSON,
                            schema = @Schema(implementation = Problem.class),
                            examples = @ExampleObject(name = "failed", value = Examples.FAILED)))
    @APIResponse(responseCode = "503", description = "Not now; the sentence says why, and that one asks again.")
    @APIResponse(responseCode = "504", description = "wait has ended, and it is not migrated yet.")
    public Uni<Response> release(
            @PathParam("commit")
                    @Parameter(
                            description = "A commit in full, or the version of a Helm chart.",
                            example = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567")
                    String commit,
            @QueryParam("wait") @Nullable @Parameter(description = "How long to wait, at most 30m.", example = "10m")
                    String wait,
            @QueryParam("applications")
                    @DefaultValue("")
                    @Parameter(
                            description =
                                    "The Applications in question, <namespace>/<name>, with commas between; without it all with migrations"
                                            + " whose manifests come from where the commit was seen.",
                            example = "argocd/shop,argocd/billing")
                    String applications,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable @Parameter(hidden = true) String authorization,
            @Context HttpServerRequest request) {
        return caller(authorization, request).chain(caller -> {
            Duration time = Wait.parse(wait);
            if (!REVISION.matcher(commit).matches()) {
                throw Problem.exception(
                        400, "commit %s is neither a commit nor a version.".formatted(Wait.quoted(commit)));
            }
            var question = new Question(commit, named(applications));
            return waiters.answer(question, time)
                    .emitOn(Infrastructure.getDefaultWorkerPool())
                    .map(last -> new Reply(watch::find, ledger::verified, caller)
                            .of(question.commit(), last, !time.isZero()));
        });
    }

    /** Runs, the newest first. */
    @GET
    @Path("/runs")
    @Operation(operationId = "runs", summary = "Runs, the newest first")
    @APIResponse(
            responseCode = "200",
            description = "At most 500.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = View.Runs.class)))
    @APIResponse(responseCode = "403", description = "Not for this caller; whoever may not see all names a namespace.")
    public Uni<Response> runs(
            @QueryParam("namespace") @Nullable @Parameter(description = "Only those of this namespace.")
                    String namespace,
            @QueryParam("application")
                    @Nullable @Parameter(description = "Only those of this Application, <namespace>/<name>.")
                    String application,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable @Parameter(hidden = true) String authorization,
            @Context HttpServerRequest request) {
        return answer(authorization, request, caller -> {
            if (namespace != null) {
                caller.mustRead(named("namespace", namespace));
            } else if (!caller.mayRead(null)) {
                throw Problem.exception(
                        403, "This token may not see the runs of all namespaces: name one, ?namespace=shop.");
            }
            Set<ApplicationName> of = application == null ? Set.of() : named(application);
            return Response.ok(new View.Runs(ledger.all().stream()
                            .filter(Entry::counts)
                            .filter(run -> namespace == null || run.namespace().equals(namespace))
                            .filter(run ->
                                    of.isEmpty() || (run.application() != null && of.contains(run.application())))
                            .sorted(Entry.LATEST.reversed())
                            .limit(MOST_RUNS)
                            .map(run -> View.of(run, caller.isKnown(), null))
                            .toList()))
                    .build();
        });
    }

    /** One run, with the end of its log. */
    @GET
    @Path("/runs/{namespace}/{name}")
    @Operation(operationId = "run", summary = "One run, with the end of its log and what the built-in engine said")
    @APIResponse(
            responseCode = "200",
            description = "The run.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = View.Run.class),
                            examples = @ExampleObject(name = "failed", value = Examples.RUN)))
    @APIResponse(responseCode = "404", description = "There is no such run.")
    public Uni<Response> run(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable @Parameter(hidden = true) String authorization,
            @Context HttpServerRequest request) {
        return answer(authorization, request, caller -> {
            caller.mustRead(named("namespace", namespace));
            Entry run = ledger.find(namespace, named("run", name))
                    .filter(found -> found.counts() || caller.isKnown())
                    .orElseThrow(() -> Problem.exception(
                            404,
                            "There is no migrationrun/%s in namespace %s. The oldest go when a hook has more than %d."
                                    .formatted(name, namespace, config.historyLimit())));
            return Response.ok(View.of(run, caller.isKnown(), caller.isKnown() ? record(run) : null))
                    .build();
        });
    }

    /** What is too much to be kept in memory: the log, and what the built-in engine said. Null where the record has just gone. */
    private @Nullable MigrationRunStatus record(Entry run) {
        try {
            return Optional.ofNullable(client.resources(MigrationRun.class)
                            .inNamespace(run.namespace())
                            .withName(run.name())
                            .get())
                    .map(MigrationRun::statusOrEmpty)
                    .orElse(null);
        } catch (KubernetesClientException e) {
            throw Problem.exception(503, "The API server can not be asked for the record now: " + e.getMessage());
        }
    }

    private Uni<Response> answer(
            @Nullable String authorization, HttpServerRequest request, Function<Access.Caller, Response> answer) {
        return caller(authorization, request).map(answer);
    }

    /** On a thread that may wait, since the API server may have to be asked. */
    private Uni<Access.Caller> caller(@Nullable String authorization, HttpServerRequest request) {
        String address = request.remoteAddress() == null
                ? ""
                : String.valueOf(request.remoteAddress().hostAddress());
        return Uni.createFrom()
                .item(() -> {
                    Access.Caller caller = access.caller(authorization, address);
                    loop.obstacle().ifPresent(sentence -> {
                        throw Problem.exception(503, sentence);
                    });
                    return caller;
                })
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    private static String named(String what, String text) {
        if (!NAME.matcher(text).matches()) {
            throw Problem.exception(400, "%s %s is no name that Kubernetes knows.".formatted(what, Wait.quoted(text)));
        }
        return text;
    }

    private Set<ApplicationName> named(String applications) {
        return Arrays.stream(applications.split(","))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(text -> {
                    int part = text.indexOf('/');
                    return new ApplicationName(
                            named("namespace", part < 0 ? config.argocdNamespace() : text.substring(0, part)),
                            named("application", text.substring(part + 1)));
                })
                .collect(Collectors.toUnmodifiableSet());
    }
}
