package io.wavegate.run;

import io.wavegate.api.Line;
import io.wavegate.api.Reason;
import io.wavegate.api.StartStep;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a pod from starting.
 *
 * @param reason the verdict when it lasts
 * @param object what is missing, as {@code secret/db}, {@code key url of configmap/settings}; null where nothing is named
 * @param message which container or pod, and Kubernetes' own words; at most {@value #LONGEST} characters and without passwords
 * @param step how far the start has come
 */
record Obstacle(Reason reason, @Nullable String object, String message, StartStep step) {
    /** Characters of a message that are kept. */
    static final int LONGEST = 512;

    /** More than this is not even looked at: an event's message can be as large as etcd's limit. */
    private static final int READ = 4096;

    /** The kubelet's words for an image that it can not get (kubernetes pkg/kubelet/images/types.go). */
    private static final Set<String> IMAGE_WORDS = Set.of(
            "ErrImagePull",
            "ImagePullBackOff",
            "InvalidImageName",
            "ErrImageNeverPull",
            "RegistryUnavailable",
            "ImageInspectError",
            "SignatureValidationFailed");

    private static final Pattern MISSING = Pattern.compile(
            "(?i)\\b(secret|configmap|serviceaccount|persistentvolumeclaim) \"([^\"]{1,253})\" not found");
    private static final Pattern MISSING_KEY =
            Pattern.compile("couldn't find key (\\S{1,253}) in (Secret|ConfigMap) [^/\\s]{1,63}/(\\S{1,253})");
    private static final Pattern MISSING_IN_VOLUME = Pattern.compile(
            "for volume \"([^\"]{1,253})\" : references non-existent (?:secret|config) key: (\\S{1,253})");

    /**
     * A container that waits, or that ended without having run.
     *
     * @param container "container migrate"
     * @param word the kubelet's reason; null where it gave none
     * @return null where the word is no error, as ContainerCreating and CrashLoopBackOff are none
     */
    static @Nullable Obstacle ofContainer(String container, @Nullable String word, @Nullable String text) {
        if (word == null
                || !(IMAGE_WORDS.contains(word) || word.endsWith("Error") || word.equals("ContainerCannotRun"))) {
            return null;
        }
        String message = message(container, word, text);
        return IMAGE_WORDS.contains(word)
                ? new Obstacle(Reason.ImagePullFailed, null, message, StartStep.Start)
                : named(Reason.StartFailed, message, StartStep.Start);
    }

    /** A pod that finds no node. A claim that does not exist is no matter of nodes. */
    static Obstacle ofScheduling(String pod, @Nullable String text) {
        return named(Reason.Unschedulable, message("pod " + pod, "Unschedulable", text), StartStep.Schedule);
    }

    /** A pod that failed before any container ran: evicted, refused by its node. */
    static Obstacle ofFailedPod(String pod, @Nullable String word, @Nullable String text) {
        return named(Reason.StartFailed, message("pod " + pod, word == null ? "Failed" : word, text), StartStep.Start);
    }

    /** An event of the emitted Job, which can not create its pod, or of a pod whose node can not prepare it. */
    static Obstacle ofEvent(StartStep step, String object, String word, @Nullable String text) {
        return named(
                step == StartStep.Create ? Reason.JobRejected : Reason.StartFailed, message(object, word, text), step);
    }

    private static Obstacle named(Reason otherwise, String message, StartStep step) {
        String object = object(message);
        Reason reason = object == null
                ? otherwise
                : object.startsWith("persistentvolumeclaim/") ? Reason.StartFailed : Reason.ConfigMissing;
        return new Obstacle(reason, object, message, step);
    }

    private static @Nullable String object(String message) {
        Matcher key = MISSING_KEY.matcher(message);
        if (key.find()) {
            return "key " + key.group(1) + " of " + key.group(2).toLowerCase(Locale.ROOT) + "/" + key.group(3);
        }
        Matcher inVolume = MISSING_IN_VOLUME.matcher(message);
        if (inVolume.find()) {
            return "key " + inVolume.group(2) + " of volume " + inVolume.group(1);
        }
        Matcher missing = MISSING.matcher(message);
        return missing.find() ? missing.group(1).toLowerCase(Locale.ROOT) + "/" + missing.group(2) : null;
    }

    private static String message(String where, String word, @Nullable String text) {
        String read = text == null ? "" : text.substring(0, Math.min(text.length(), READ));
        String line = Line.of(LogTail.masked("%s: %s: %s".formatted(where, word, read)));
        String whole = Line.withoutStop(line);
        return whole.length() <= LONGEST ? whole : Line.cut(whole, LONGEST - 2);
    }
}
