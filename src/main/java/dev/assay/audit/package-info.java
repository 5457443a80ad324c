/** An audit: its tasks and who runs them, checks and findings, the verdict, and the result that is written. */
@NullMarked
package dev.assay.audit;

import org.jspecify.annotations.NullMarked;
