package io.wavegate.lab;

/** The ways in which one and the same chart is released. Its Jobs differ in one line, {@code managedBy}. */
enum Way {
    HELM("Helm", false, false),
    HELM_WITH_WAVEGATE("Helm + Wavegate", false, true),
    ARGO_CD("Argo CD alone", true, false),
    ARGO_CD_WITH_WAVEGATE("Argo CD + Wavegate", true, true);

    private final String title;
    private final boolean argoCd;
    private final boolean managed;

    Way(String title, boolean argoCd, boolean managed) {
        this.title = title;
        this.argoCd = argoCd;
        this.managed = managed;
    }

    /** What the page calls it. */
    String title() {
        return title;
    }

    /** By an Application, else by the Helm CLI. */
    boolean byArgoCd() {
        return argoCd;
    }

    /** Whether the hook Jobs are Wavegate's. */
    boolean managed() {
        return managed;
    }
}
