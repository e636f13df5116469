package io.wavegate.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The name shared by a record and its emitted Job. */
public final class RunName {
    private static final int DIGITS = 10;
    /** Kubernetes' limit for the name of a Job, which its pods carry as a label. */
    private static final int LIMIT = 63;

    private RunName() {}

    /**
     * {@code <hook>-<10 hex>}, the hook's name cut so that the whole has at most 63 characters. The same object always gives
     * the same name, which is what makes "create or exists" mean exactly one run.
     *
     * @param hookName metadata.name of the front-door object
     * @param hookUid metadata.uid of the front-door object: a recreated hook is another run
     */
    public static String of(String hookName, String hookUid) {
        String head = hookName.substring(0, Math.min(hookName.length(), LIMIT - DIGITS - 1));
        while (!head.isEmpty() && !Character.isLetterOrDigit(head.charAt(head.length() - 1))) {
            head = head.substring(0, head.length() - 1);
        }
        return head + "-" + hex(hookUid).substring(0, DIGITS);
    }

    private static String hex(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
