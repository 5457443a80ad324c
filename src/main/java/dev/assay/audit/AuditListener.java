package dev.assay.audit;

/** Hears how an audit goes. Calls may come from any thread, one at a time. */
public interface AuditListener {
    /** Hears nothing. */
    AuditListener SILENT = new AuditListener() {};

    /** The number of tasks still to come, or 0 when it is not known yet; fewer run when a scheme does not apply. */
    default void planned(int tasks) {}

    /** A task starts. */
    default void started(String task) {}

    /** A running task has come so far. */
    default void progressed(String task, Progress progress) {}

    /**
     * A task is over.
     *
     * @param how why it failed, whether its result was there already, or that it is done, in words
     */
    default void ended(String task, String how) {}
}
