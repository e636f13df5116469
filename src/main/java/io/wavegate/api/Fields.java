package io.wavegate.api;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Values of an object that anybody may have written: what is not of the type that is expected is taken as absent. */
public final class Fields {
    private Fields() {}

    /** An object; empty where there is none. */
    public static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    /** An object to be changed; empty where there is none. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> copy(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? new LinkedHashMap<>((Map<String, Object>) map) : new LinkedHashMap<>();
    }

    /** The spec of a Job's pods, of the Job's own spec. */
    public static Map<?, ?> pod(Map<?, ?> jobSpec) {
        return map(map(jobSpec.get("template")).get("spec"));
    }

    /** A text that is not empty, or null. */
    public static @Nullable String text(@Nullable Object value) {
        return value instanceof String text && !text.isEmpty() ? text : null;
    }

    /** A text; empty where there is none. */
    public static String orEmpty(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }

    /** The objects of a list; none where there is no list. */
    public static Stream<? extends Map<?, ?>> list(@Nullable Object value) {
        return value instanceof Collection<?> items ? items.stream().map(Fields::map) : Stream.empty();
    }

    /** A number; 0 where there is none. */
    public static int number(@Nullable Object value) {
        return value instanceof Number number ? number.intValue() : 0;
    }
}
