package io.wavegate.api;

import java.util.Map;

/** A change of an object's status as a merge patch, for the object as it was read. */
public final class StatusPatch {
    private StatusPatch() {}

    /**
     * The patch. The API server answers 409 where the object is not the one that was read any more.
     *
     * @param uid metadata.uid, as read: an object that was made anew has another
     * @param resourceVersion metadata.resourceVersion, as read
     * @param status the fields to be written; lists are replaced whole, null takes a field away, what is not named stays
     */
    public static Map<String, Object> of(String uid, String resourceVersion, Map<String, ?> status) {
        return Map.of("metadata", Map.of("uid", uid, "resourceVersion", resourceVersion), "status", status);
    }
}
