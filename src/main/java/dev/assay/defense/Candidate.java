package dev.assay.defense;

import dev.assay.data.Trigger;
import java.util.function.ToDoubleFunction;

/**
 * A trigger met on the way of an optimization.
 *
 * @param trigger towards the class that was optimized for
 * @param success share of the images that it led to its target
 */
record Candidate(Trigger trigger, double success) {
    /** Σ of the mask, in pixels. */
    double norm() {
        return trigger.norm();
    }

    /** The same trigger in 256 levels, with the success that is measured of it. */
    Candidate measured(ToDoubleFunction<Trigger> measure) {
        Trigger rounded = trigger.rounded();
        return new Candidate(rounded, measure.applyAsDouble(rounded));
    }
}
