/** Assay's exceptions and version, digests and printable text: what every other package may use. */
@NullMarked
package dev.assay;

import org.jspecify.annotations.NullMarked;
