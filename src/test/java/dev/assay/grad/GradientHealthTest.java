package dev.assay.grad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.data.Preprocessing.Layout;
import dev.assay.ir.DataType;
import dev.assay.runtime.ClassifierPorts;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class GradientHealthTest {
    private static final int SIDE = 16;
    private static final int PLANE = SIDE * SIDE;
    private static final ClassifierPorts PORTS = new ClassifierPorts(
            "x", DataType.FLOAT, Layout.NCHW, SIDE, SIDE, "y", 5, false, "y", null, OptionalLong.empty());

    @Test
    void aGradientThatAgreesIsHealthy() {
        GradientHealth health = measure(Estimator.EXACT, batch -> {});

        assertThat(health.defect()).isNull();
        assertThat(health.elements()).isEqualTo(32 * 4 * PLANE);
        assertThat(health.zeroShare()).isLessThan(0.01);
        assertThat(health.notFinite()).isZero();
        assertThat(health.cosine()).isCloseTo(1, within(1e-3));
        assertThat(health.signAgreement()).isGreaterThan(0.95);
    }

    @Test
    void aZeroGradientIsADefect() {
        GradientHealth health = measure(Estimator.STRAIGHT_THROUGH, batch -> scale(batch, 0));

        assertThat(health.zeroShare()).isEqualTo(1);
        assertThat(health.defect()).isEqualTo("gradient is zero");
        assertThat(measure(Estimator.FINITE_DIFFERENCE, batch -> scale(batch, 0))
                        .defect())
                .isEqualTo("gradient is zero");
    }

    @Test
    void anAlmostZeroGradientIsADefect() {
        GradientHealth health = measure(Estimator.EXACT, batch -> {
            float[] kept = Arrays.copyOf(batch.maskGradients(), 3);
            scale(batch, 0);
            System.arraycopy(kept, 0, batch.maskGradients(), 0, kept.length);
        });

        assertThat(health.zeroShare()).isBetween(GradientHealth.MOST_ZEROS, 1.0);
        assertThat(health.defect()).isEqualTo("99.9 % of the gradient is exactly zero");
    }

    @Test
    void aGradientThatIsNotFiniteIsADefect() {
        for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            GradientHealth health = measure(Estimator.EXACT, batch -> batch.patternGradients()[7] = bad);

            assertThat(health.notFinite()).isEqualTo(16);
            assertThat(health.defect()).isEqualTo("16 of 32768 gradient elements are not finite");
        }
    }

    @Test
    void aGradientThatPointsElsewhereIsADefect() {
        GradientHealth flipped = measure(Estimator.STRAIGHT_THROUGH, batch -> scale(batch, -1));

        assertThat(flipped.cosine()).isCloseTo(-1, within(1e-3));
        assertThat(flipped.signAgreement()).isLessThan(0.05);
        assertThat(flipped.defect())
                .isEqualTo("gradient disagrees with central differences of the deployed loss: cosine -1.00");
    }

    /** A loss that stands still has no slope, whatever a graph says. */
    @Test
    void aGradientOfALossThatDoesNotMoveIsADefect() {
        GradientHealth health = measure(Estimator.STRAIGHT_THROUGH, batch -> Arrays.fill(batch.losses(), 1.5f));

        assertThat(health.defect()).endsWith("cosine 0.00");
    }

    /** Nothing is known of how two vectors of zeros agree. */
    @Test
    void aZeroGradientOfALossThatDoesNotMoveIsComparedWithNothing() {
        GradientHealth health = measure(Estimator.EXACT, batch -> {
            scale(batch, 0);
            Arrays.fill(batch.losses(), 1.5f);
        });

        assertThat(health.cosine()).isNaN();
        assertThat(health.signAgreement()).isNaN();
        assertThat(health.defect()).isEqualTo("gradient is zero");
    }

    @Test
    void aLossThatIsNotFiniteIsADefect() {
        GradientHealth health = measure(Estimator.EXACT, batch -> batch.losses()[1] = Float.POSITIVE_INFINITY);

        assertThat(health.defect()).endsWith("cosine NaN");
    }

    /** Three times the gradient, then the gradient backwards, and so on. */
    @Test
    void estimatesAreAveraged() {
        AtomicInteger evaluations = new AtomicInteger();

        GradientHealth health = measure(
                Estimator.FINITE_DIFFERENCE, batch -> scale(batch, evaluations.getAndIncrement() % 2 == 0 ? 3 : -1));

        assertThat(health.defect()).isNull();
        assertThat(health.elements()).isEqualTo(4 * 4 * PLANE);
        assertThat(health.cosine()).isCloseTo(1, within(1e-3));
        assertThat(health.signAgreement()).isGreaterThan(0.95);
    }

    @Test
    void estimatesThatPointElsewhereAreADefect() {
        assertThat(measure(Estimator.FINITE_DIFFERENCE, batch -> scale(batch, -1))
                        .defect())
                .isEqualTo("gradient disagrees with central differences of the deployed loss: cosine -1.00");
    }

    @Test
    void sameSeedSameHealth() {
        assertThat(measure(Estimator.EXACT, batch -> {})).isEqualTo(measure(Estimator.EXACT, batch -> {}));
    }

    private static void scale(TriggerBatch batch, float factor) {
        for (float[] gradients : new float[][] {batch.maskGradients(), batch.patternGradients()}) {
            for (int i = 0; i < gradients.length; i++) {
                gradients[i] *= factor;
            }
        }
    }

    private static GradientHealth measure(Estimator estimator, Consumer<TriggerBatch> change) {
        return GradientHealth.measure(new Quadratic(estimator, change), PORTS, 3, 9);
    }

    /** Σ of weighted squares of mask and pattern, two triggers at once, with a change to what comes out. */
    private record Quadratic(Estimator estimator, Consumer<TriggerBatch> change) implements TriggerLoss {
        @Override
        public int slots() {
            return 2;
        }

        @Override
        public int imagesPerSlot() {
            return 4;
        }

        @Override
        public void evaluate(TriggerBatch batch) {
            for (int slot = 0; slot < slots(); slot++) {
                double loss = quadratic(batch.masks(), batch.maskGradients(), slot, PLANE)
                        + quadratic(batch.patterns(), batch.patternGradients(), slot, 3 * PLANE);
                batch.losses()[slot] = (float) loss;
            }
            change.accept(batch);
        }

        private static double quadratic(float[] at, float[] gradients, int slot, int length) {
            double sum = 0;
            for (int i = slot * length; i < (slot + 1) * length; i++) {
                double weight = Math.sin(i) / PLANE;
                sum += weight * at[i] * at[i] / 2;
                gradients[i] = (float) (weight * at[i]);
            }
            return sum;
        }

        @Override
        public void close() {}
    }
}
