package dev.assay.audit;

import java.util.List;

/** Looks for one sort of thing worth reporting. Stateless; its ids are stable and never reused. */
@FunctionalInterface
interface Check {
    /** What it finds, in the order of the deployments; empty when there is nothing to report. */
    List<Finding> run(CheckContext context);
}
