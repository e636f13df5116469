package io.wavegate.lab;

/** What brings a chart into the cluster. Each step returns what it told its user: {@link #SUCCESS}, or how it failed. */
interface Deployer {
    String SUCCESS = "success";

    String install(Chart chart);

    String upgrade(Chart chart);

    /** Back to the first release. */
    String rollback();

    /** Runs the hooks of the event {@code test}. */
    String test();

    String uninstall();
}
