package io.wavegate.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import org.jspecify.annotations.Nullable;

/** Annotations of an object, which may have none. */
public final class Annotations {
    private Annotations() {}

    /** The value; null where the object has no annotation of that name. */
    public static @Nullable String of(HasMetadata object, String name) {
        return of(object.getMetadata(), name);
    }

    /** The same, by the object's metadata. */
    public static @Nullable String of(ObjectMeta metadata, String name) {
        return metadata.getAnnotations() == null
                ? null
                : metadata.getAnnotations().get(name);
    }
}
