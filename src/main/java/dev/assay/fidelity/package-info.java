/** How far a deployment's answers are from those of the FP32 model, image by image and layer by layer. */
@NullMarked
package dev.assay.fidelity;

import org.jspecify.annotations.NullMarked;
