/**
 * Reports of one {@link dev.assay.audit.AuditResult}: a self-contained page for people and a table for the terminal.
 * Sections read the result and lay it out; whatever has to be computed is computed before.
 */
@NullMarked
package dev.assay.report;

import org.jspecify.annotations.NullMarked;
