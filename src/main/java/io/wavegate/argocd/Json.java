package io.wavegate.argocd;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Values of an object that anybody may have written: what is not of the type that is expected is taken as absent. */
final class Json {
    private Json() {}

    /** An object; empty where there is none. */
    static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    /** A text that is not empty, or null. */
    static @Nullable String text(@Nullable Object value) {
        return value instanceof String text && !text.isEmpty() ? text : null;
    }

    /** A text; empty where there is none. */
    static String orEmpty(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }

    /** The objects of a list; none where there is no list. */
    static Stream<? extends Map<?, ?>> list(@Nullable Object value) {
        return value instanceof Collection<?> items ? items.stream().map(Json::map) : Stream.empty();
    }

    /** A number; 0 where there is none. */
    static int number(@Nullable Object value) {
        return value instanceof Number number ? number.intValue() : 0;
    }
}
