package io.wavegate.loop;

import org.jboss.logging.Logger;

/** A task that is done again and again whatever it throws: an executor ends one at its first exception, and tells nobody. */
public final class Unending implements Runnable {
    private static final Logger LOG = Logger.getLogger(Unending.class);

    private final String what;
    private final Runnable task;
    private boolean failing;

    /**
     * A task.
     *
     * @param what it does, as the subject of a sentence
     */
    public Unending(String what, Runnable task) {
        this.what = what;
        this.task = task;
    }

    @Override
    public void run() {
        try {
            task.run();
            failing = false;
        } catch (RuntimeException e) {
            // Each second the same would tell no more.
            if (!failing) {
                LOG.errorf(e, "%s has failed, and is tried again.", what);
            }
            failing = true;
        }
    }
}
