package io.wavegate.gate;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.wavegate.api.HookLabel;
import io.wavegate.api.Option;
import io.wavegate.api.Options;
import io.wavegate.api.WavegateConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Which database a hook Job is for, and whether it may use that database's lock. */
@Singleton
class Databases {
    private static final Pattern GRANT = Pattern.compile("[^/=\\s]+/[^/=\\s]+=[^/=\\s]+");

    private final Set<String> grants;

    @Inject
    Databases(WavegateConfig config) {
        this(config.databaseGrants().orElse(List.of()));
    }

    /** @throws IllegalArgumentException a grant can not be read */
    Databases(List<String> given) {
        given.stream()
                .filter(grant -> !GRANT.matcher(grant).matches())
                .findFirst()
                .ifPresent(wrong -> {
                    throw new IllegalArgumentException(
                            "WAVEGATE_DATABASE_GRANTS has '" + wrong
                                    + "': a grant is <namespace>/<key>=<namespace that may use it too>, as in shop/orders=billing");
                });
        grants = Set.copyOf(given);
    }

    /**
     * The key of a hook's database.
     *
     * @return {@code <namespace>/<name>}
     */
    String key(ObjectMeta hook, Options options) {
        String asked = options.database();
        if (asked != null && asked.contains("/")) {
            return asked;
        }
        return hook.getNamespace() + "/"
                + (asked != null ? asked : HookLabel.of(hook.getName(), hook.getGenerateName()));
    }

    /**
     * A sentence, without a full stop, where a hook may not use its key; empty where it may. A key blocks all who share it: whose
     * namespace it is has to be asked.
     */
    Optional<String> refusal(ObjectMeta hook, Options options) {
        String key = key(hook, options);
        String namespace = hook.getNamespace();
        return key.startsWith(namespace + "/") || grants.contains(key + "=" + namespace)
                ? Optional.empty()
                : Optional.of(
                        "annotation %s is '%s', a database of another namespace, which the controller's configuration does not grant to namespace %s: an administrator can add %s=%s to WAVEGATE_DATABASE_GRANTS"
                                .formatted(Option.DATABASE.annotation(), key, namespace, key, namespace));
    }
}
