package dev.assay.audit;

/**
 * What deployments are compared with.
 *
 * @param subject its model
 * @param scores what it answers
 * @param isSimulation whether it is the audited artifact itself with optimization off, for want of a float model
 */
record Reference(Subject subject, ReferenceTask.Result scores, boolean isSimulation) {}
