package dev.assay.audit;

import dev.assay.audit.AuditResult.Deployment;

/** A deployment and how far measuring it came. */
record Measured(Deployment deployment, Status status) {
    /** How far measuring came; but for the first, {@link Deployment#error} says why not further. */
    enum Status {
        /** All that was asked for is there. */
        COMPLETE,
        /** Its answers are not numbers: there is evidence of its kernels, and nothing else. */
        NOT_FINITE,
        /** Its scheme does not apply to the model. */
        NOT_APPLICABLE,
        /** A task failed. */
        FAILED
    }

    /** The same beside a control, which judges the silence of its defenses. */
    Measured with(Control control) {
        return new Measured(deployment.with(control), status);
    }
}
