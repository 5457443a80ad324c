package dev.assay.audit;

import dev.assay.runtime.SessionSpec;

/**
 * What deployments are compared with.
 *
 * @param subject its model
 * @param session how it is run
 * @param scores what it answers
 * @param isSimulation whether it is the audited artifact itself with optimization off, for want of a float model
 */
record Reference(Subject subject, SessionSpec session, ReferenceTask.Result scores, boolean isSimulation) {}
