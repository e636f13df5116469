package io.wavegate.ledger;

import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.wavegate.api.ApplicationName;
import io.wavegate.api.MigrationRun;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** All records, as {@link Entry}s. Thread-safe; as current as the watch is. */
@ApplicationScoped
public class Ledger {
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Map<ApplicationName, Set<String>> byApplication = new ConcurrentHashMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** Hears of each change, in the thread of the watch: it is not to wait for anything. */
    public interface Listener {
        /**
         * A record is there, changed or gone.
         *
         * @param before as it was; null where it is new, or was read for the first time
         * @param now as it is; null where it is gone
         */
        void changed(@Nullable Entry before, @Nullable Entry now);
    }

    /** Has a listener hear of what comes. */
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /** Each record of each namespace. */
    public Collection<Entry> all() {
        return List.copyOf(entries.values());
    }

    /** One record. */
    public Optional<Entry> find(String namespace, String name) {
        return Optional.ofNullable(entries.get(Cache.namespaceKeyFunc(namespace, name)));
    }

    /** The records that claim an Application, rightly or not. */
    public List<Entry> claiming(ApplicationName application) {
        return byApplication.getOrDefault(application, Set.of()).stream()
                .map(entries::get)
                .filter(entry -> entry != null)
                .toList();
    }

    /** The records that an Application has confirmed. */
    public List<Entry> verified(ApplicationName application) {
        return claiming(application).stream().filter(Entry::verified).toList();
    }

    /** The Applications that some record claims. */
    public Set<ApplicationName> claimed() {
        return Set.copyOf(byApplication.keySet());
    }

    /** The cache of the loop of the records, through which each of them passes. */
    public ItemStore<MigrationRun> store() {
        return new BasicItemStore<>(Cache::metaNamespaceKeyFunc) {
            @Override
            public MigrationRun put(String key, MigrationRun run) {
                MigrationRun before = super.put(key, run);
                // One that the API server would not have stored, and that some etcd restore brought back, has no spec.
                if (run.getSpec() != null) {
                    change(key, Entry.of(run));
                }
                return before;
            }

            @Override
            public MigrationRun remove(String key) {
                MigrationRun before = super.remove(key);
                change(key, null);
                return before;
            }
        };
    }

    private void change(String key, @Nullable Entry now) {
        Entry before = now == null ? entries.remove(key) : entries.put(key, now);
        if (before != null
                && before.application() != null
                && (now == null || !before.application().equals(now.application()))) {
            byApplication.computeIfPresent(before.application(), (application, keys) -> {
                keys.remove(key);
                return keys.isEmpty() ? null : keys;
            });
        }
        if (now != null && now.application() != null) {
            byApplication.compute(now.application(), (application, keys) -> {
                Set<String> grown = keys == null ? ConcurrentHashMap.newKeySet() : keys;
                grown.add(key);
                return grown;
            });
        }
        if (!(before == null && now == null) && (before == null || !before.equals(now))) {
            listeners.forEach(listener -> listener.changed(before, now));
        }
    }
}
