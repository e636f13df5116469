package io.wavegate.lab;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * All that happened to the objects of one kind in a namespace, as the API server told it: what existed only for a moment is in it
 * too, so "never" can be asserted after the fact.
 */
final class Chronicle<T extends HasMetadata> implements ResourceEventHandler<T>, AutoCloseable {
    private final List<Sighting<T>> sightings = new ArrayList<>();
    private final SharedIndexInformer<T> informer;

    Chronicle(KubernetesClient client, Class<T> kind, String namespace) {
        this(client.resources(kind).inNamespace(namespace));
    }

    /** Of all that the request would list. */
    Chronicle(Informable<T> objects) {
        informer = objects.inform(this);
    }

    /** One version of an object, or its last one when it was deleted. */
    record Sighting<T extends HasMetadata>(Instant at, T object, boolean deleted) {
        String uid() {
            return object.getMetadata().getUid();
        }

        /** Its place in the one sequence of all writes to the cluster. */
        long version() {
            return Long.parseLong(object.getMetadata().getResourceVersion());
        }
    }

    synchronized List<Sighting<T>> sightings() {
        return List.copyOf(sightings);
    }

    /** Whether these objects, as somebody else has read them, are in it: watches of two kinds come by two ways. */
    boolean has(List<T> objects) {
        return objects.stream()
                .allMatch(object -> of(object.getMetadata().getUid()).stream()
                        .anyMatch(sighting -> sighting.version()
                                >= Long.parseLong(object.getMetadata().getResourceVersion())));
    }

    /** Everything that ever existed, each as it was last seen, in the order of appearance. */
    List<T> everSeen() {
        Map<String, T> last = new LinkedHashMap<>();
        sightings().forEach(sighting -> last.put(sighting.uid(), sighting.object()));
        return List.copyOf(last.values());
    }

    /** Everything that ever happened to one object. */
    List<Sighting<T>> of(String uid) {
        return sightings().stream()
                .filter(sighting -> sighting.uid().equals(uid))
                .toList();
    }

    /** An object as it first was like this. */
    Optional<Sighting<T>> first(String uid, Predicate<T> like) {
        return of(uid).stream().filter(sighting -> like.test(sighting.object())).findFirst();
    }

    /** An object as it was last, where it has been deleted. */
    Optional<Sighting<T>> deletion(String uid) {
        return of(uid).stream().filter(Sighting::deleted).findFirst();
    }

    @Override
    public synchronized void onAdd(T object) {
        sightings.add(new Sighting<>(Instant.now(), object, false));
    }

    @Override
    public synchronized void onUpdate(T before, T object) {
        sightings.add(new Sighting<>(Instant.now(), object, false));
    }

    @Override
    public synchronized void onDelete(T object, boolean stateUnknown) {
        sightings.add(new Sighting<>(Instant.now(), object, true));
    }

    @Override
    public void close() {
        informer.close();
    }
}
