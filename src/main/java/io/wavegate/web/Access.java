package io.wavegate.web;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.wavegate.api.Digest;
import io.wavegate.api.Names;
import io.wavegate.api.WavegateConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, and what they may see: whoever may {@code get migrationruns} in a namespace by Kubernetes' own rules sees its runs, their
 * messages and logs. The API server says so (TokenReview, SubjectAccessReview); its answers are kept for half a minute. A token is kept
 * nowhere, but for a digest of it.
 */
@ApplicationScoped
class Access {
    private static final Duration KEPT = Duration.ofSeconds(30);
    private static final int MOST = 10_000;
    private static final String BEARER = "bearer ";

    private final KubernetesClient client;
    private final Clock clock;
    private final boolean anonymousVerdicts;
    private final RateLimit limit;
    /** By the token's digest; empty where it is nobody's. */
    private final Kept<String, Optional<UserInfo>> users = new Kept<>();

    private final Kept<Right, Boolean> rights = new Kept<>();

    /**
     * To see the runs of a namespace.
     *
     * @param token its digest
     * @param namespace null for all of them, which is none that somebody could make
     */
    private record Right(String token, @Nullable String namespace) {}

    private record Answer<T>(T value, Instant until) {}

    /** Answers of the API server, each for half a minute; where they are too many, the oldest goes. */
    private final class Kept<K, T> {
        private final Map<K, Answer<T>> answers = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Answer<T>> eldest) {
                return size() > MOST;
            }
        };

        T get(K key, Supplier<T> question) {
            Instant now = clock.instant();
            synchronized (answers) {
                Answer<T> answer = answers.get(key);
                if (answer != null && answer.until().isAfter(now)) {
                    return answer.value();
                }
            }
            T value = question.get();
            synchronized (answers) {
                answers.remove(key);
                answers.put(key, new Answer<>(value, now.plus(KEPT)));
            }
            return value;
        }
    }

    Access(KubernetesClient client, Clock clock, WavegateConfig config) {
        this.client = client;
        this.clock = clock;
        this.anonymousVerdicts = config.apiAnonymous() == WavegateConfig.Anonymous.VERDICTS;
        this.limit = new RateLimit(clock);
    }

    /** Somebody who asks: whom the API server says it is, or nobody where there is no token. */
    final class Caller {
        private final @Nullable UserInfo user;
        private final String key;

        private Caller(@Nullable UserInfo user, String key) {
            this.user = user;
            this.key = key;
        }

        /** Whether there is a token behind it: only then is there more than a verdict. */
        boolean isKnown() {
            return user != null;
        }

        /**
         * Whether it may see the runs of a namespace.
         *
         * @param namespace null for all of them
         */
        boolean mayRead(@Nullable String namespace) {
            UserInfo known = user;
            return known == null
                    ? anonymousVerdicts
                    : rights.get(new Right(key, namespace), () -> review(known, namespace));
        }

        /**
         * Insists on it.
         *
         * @throws jakarta.ws.rs.WebApplicationException 403 with what is missing
         */
        void mustRead(String namespace) {
            if (!mayRead(namespace)) {
                throw Problem.exception(
                        403,
                        ("%s may not get migrationruns.%s in namespace %s. A RoleBinding there to a Role with that verb gives it"
                                        + " (docs/ci.md).")
                                .formatted(user == null ? "nobody" : user.getUsername(), Names.GROUP, namespace));
            }
        }
    }

    /**
     * Who asks. Sends requests to the API server.
     *
     * @param authorization the header, or null
     * @param address where the request came from
     * @throws jakarta.ws.rs.WebApplicationException 401 without a token that is good, 429 when a caller without one asks too often, 503
     *     when the API server can not be asked
     */
    Caller caller(@Nullable String authorization, String address) {
        if (authorization == null || authorization.isBlank()) {
            if (!anonymousVerdicts) {
                throw Problem.exception(
                        401,
                        "A Kubernetes token is needed: Authorization: Bearer $(kubectl create token ..). Verdicts alone can be opened to"
                                + " everybody by WAVEGATE_API_ANONYMOUS=verdicts.");
            }
            if (!limit.admits(address)) {
                throw Problem.exception(429, "Too many requests without a token: ask again in a second, or with one.");
            }
            return new Caller(null, "");
        }
        if (!authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            throw Problem.exception(401, "The header Authorization is to be: Bearer, and a Kubernetes token.");
        }
        String token = authorization.substring(BEARER.length()).strip();
        String key = Digest.of(token);
        UserInfo user = users.get(key, () -> review(token))
                .orElseThrow(() -> Problem.exception(401, "Kubernetes does not know this token, or it has expired."));
        return new Caller(user, key);
    }

    private Optional<UserInfo> review(String token) {
        return asked(() -> {
            TokenReview review = client.tokenReviews()
                    .create(new TokenReviewBuilder()
                            .withNewSpec()
                            .withToken(token)
                            .endSpec()
                            .build());
            return Boolean.TRUE.equals(review.getStatus().getAuthenticated())
                    ? Optional.of(review.getStatus().getUser())
                    : Optional.empty();
        });
    }

    private boolean review(UserInfo user, @Nullable String namespace) {
        return asked(() -> {
            SubjectAccessReview review = client.authorization()
                    .v1()
                    .subjectAccessReview()
                    .create(new SubjectAccessReviewBuilder()
                            .withNewSpec()
                            .withUser(user.getUsername())
                            .withUid(user.getUid())
                            .withGroups(user.getGroups())
                            // What a token may do less than its owner, as OpenShift's scopes have it.
                            .withExtra(user.getExtra())
                            .withNewResourceAttributes()
                            .withGroup(Names.GROUP)
                            .withResource("migrationruns")
                            .withVerb("get")
                            .withNamespace(namespace)
                            .endResourceAttributes()
                            .endSpec()
                            .build());
            return Boolean.TRUE.equals(review.getStatus().getAllowed());
        });
    }

    private static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (KubernetesClientException e) {
            throw Problem.exception(
                    503, "The API server can not say now who this is and what they may see: " + e.getMessage());
        }
    }
}
