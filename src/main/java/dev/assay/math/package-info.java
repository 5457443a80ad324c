/** Pure statistics of arrays: nothing here knows of models, images or files. */
@NullMarked
package dev.assay.math;

import org.jspecify.annotations.NullMarked;
