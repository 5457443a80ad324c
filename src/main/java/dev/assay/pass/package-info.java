/** Rewrites of graphs: each pass says what it changed and what it left, with the reason. Free of native code. */
@NullMarked
package dev.assay.pass;

import org.jspecify.annotations.NullMarked;
