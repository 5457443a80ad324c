/**
 * What can be said without an audit: what is in a model file, whether it runs, what is odd about it, and what this
 * machine can run. Severities are the audit's business; here is only what is there.
 */
@NullMarked
package dev.assay.inspect;

import org.jspecify.annotations.NullMarked;
