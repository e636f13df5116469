package io.wavegate.flyway;

/** How the process ends. */
enum Exit {
    /** Done. */
    DONE(0),
    /** A migration failed, or what was applied is not what the files say, or the engine met what it does not know. */
    FAILED(1),
    /** A setting or a file is not what it must be; the database was not touched. */
    REFUSED(2),
    /** The database could not be reached, or let nobody in. */
    NOT_CONNECTED(3),
    /** SIGTERM came: 128 + 15, as a shell has it. */
    STOPPED(143);

    private final int code;

    Exit(int code) {
        this.code = code;
    }

    /** The exit code. */
    int code() {
        return code;
    }
}
