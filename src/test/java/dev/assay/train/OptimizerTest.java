package dev.assay.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.ir.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two steps of each optimizer, reckoned by hand from its formula. */
class OptimizerTest {
    private static final List<Parameter> PARAMETERS = List.of(
            new Parameter("weight", Tensor.ofFloats(new long[] {1}, 1), true),
            new Parameter("bias", Tensor.ofFloats(new long[] {1}, 1), false));

    private static float[] afterTwoSteps(Optimizer optimizer, int parameter) {
        float[] values = {1};
        optimizer.update(parameter, values, new float[] {0.5f}, 0.1, 0);
        optimizer.update(parameter, values, new float[] {-0.25f}, 0.1, 1);
        return values;
    }

    @Test
    void sgdHasNesterovsMomentumAndDecaysWeightsOnly() {
        // g = 0.5, v = 0.5, w = 1 - 0.1 (0.5 + 0.45) = 0.905; g = -0.25, v = 0.2, w = 0.905 - 0.1 (-0.25 + 0.18)
        assertThat(afterTwoSteps(new Sgd(PARAMETERS, 0.9, 0.2), 1)[0]).isCloseTo(0.912f, within(1e-6f));
        // g = 0.7, v = 0.7, w = 1 - 0.133 = 0.867; g = -0.0766, v = 0.5534, w = 0.867 - 0.1 (-0.0766 + 0.49806)
        assertThat(afterTwoSteps(new Sgd(PARAMETERS, 0.9, 0.2), 0)[0]).isCloseTo(0.824854f, within(1e-6f));
    }

    @Test
    void adamWTakesStepsOfTheRateAndDecaysWeightsApart() {
        // First step: mean / share is g and the root of square / share is |g|: w = 1 - 0.1.
        // Second: mean (0.045 - 0.025) / 0.19, square (0.00024975 + 0.0000625) / 0.001999: w = 0.9 - 0.1 · 0.266338
        assertThat(afterTwoSteps(new AdamW(PARAMETERS, 0.2), 1)[0]).isCloseTo(0.8733662f, within(1e-5f));
        // Each step starts from 0.98 of the weight: 0.98 · (0.98 - 0.1) - 0.0266338
        assertThat(afterTwoSteps(new AdamW(PARAMETERS, 0.2), 0)[0]).isCloseTo(0.8357662f, within(1e-5f));
    }
}
