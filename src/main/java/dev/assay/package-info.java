/** Assay's exceptions and version: what every other package may use. */
@NullMarked
package dev.assay;

import org.jspecify.annotations.NullMarked;
