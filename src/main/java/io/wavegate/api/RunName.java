package io.wavegate.api;

/** The name shared by a record and its emitted Job. */
public final class RunName {
    private static final int DIGITS = 10;
    /** Kubernetes' limit for a label's value, and so for the name of a Job, which its pods carry as a label. */
    public static final int LIMIT = 63;

    private RunName() {}

    /**
     * {@code <hook>-<10 hex>}, the hook's name cut so that the whole has at most 63 characters. The same object always gives
     * the same name, which is what makes "create or exists" mean exactly one run.
     *
     * @param hookName metadata.name of the front-door object
     * @param hookUid metadata.uid of the front-door object: a recreated hook is another run
     */
    public static String of(String hookName, String hookUid) {
        String head = withoutEnd(hookName.substring(0, Math.min(hookName.length(), LIMIT - DIGITS - 1)));
        return head + "-" + Digest.of(hookUid).substring(0, DIGITS);
    }

    /** Without what a name or a label may not end with. */
    static String withoutEnd(String text) {
        int end = text.length();
        while (end > 0 && !Character.isLetterOrDigit(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }
}
