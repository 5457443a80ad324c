/** Benchmarks, run by {@code mvn -Pbench}; nothing else depends on them. */
@NullMarked
package dev.assay.bench;

import org.jspecify.annotations.NullMarked;
