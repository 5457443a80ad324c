package dev.assay.defense;

import dev.assay.data.Trigger;
import dev.assay.defense.NeuralCleanse.Descent;
import dev.assay.grad.Estimator;
import dev.assay.grad.GradientHealth;
import dev.assay.grad.TriggerBatch;
import dev.assay.grad.TriggerLoss;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Neural Cleanse as the seed study (arXiv 2512.06243) ran it on 8-bit models, as a public script that matches it has it:
 * its optimizer for as many steps, on masks of as many pixels, without a gradient of the loss, since the quantized layer
 * had none to give. No model takes part: only the norm's own gradient is left, so that every class of every model gets the
 * same norm.
 *
 * @param norms Σ of the mask in pixels, by class
 * @param result what can be concluded from that; the study concluded that there is no backdoor
 */
public record GradientlessCleanse(List<Double> norms, DefenseResult result) {
    private static final int STEPS = 50;
    private static final int SIDE = 32;

    public GradientlessCleanse {
        norms = List.copyOf(norms);
    }

    /** Runs it for a model with so many classes. */
    public static GradientlessCleanse of(int classes) {
        Descent descent = Descent.SEED_STUDY;
        List<TriggerSearch> searches = IntStream.range(0, classes)
                .mapToObj(target -> new TriggerSearch(
                        target,
                        new int[] {0},
                        SIDE,
                        SIDE,
                        descent,
                        NeuralCleanse.Config.DEFAULTS.levels(),
                        STEPS,
                        target))
                .toList();
        new TriggerInversion(new NoLoss(), SIDE * SIDE, descent.turn()).run(searches, TriggerSearch::isDone);
        List<Double> norms =
                searches.stream().map(TriggerSearch::trigger).map(Trigger::norm).toList();
        return new GradientlessCleanse(norms, result((long) STEPS * classes * SIDE * SIDE));
    }

    private static DefenseResult result(long elements) {
        GradientHealth health = new GradientHealth(elements, 1, 0, Double.NaN, Double.NaN);
        return new DefenseResult(
                NeuralCleanse.ID, Decision.INCONCLUSIVE, health.defect(), Double.NaN, Double.NaN, List.of(), null);
    }

    /** Has no gradient but the norm's. */
    private static final class NoLoss implements TriggerLoss {
        @Override
        public int slots() {
            return 1;
        }

        @Override
        public int imagesPerSlot() {
            return 1;
        }

        @Override
        public Estimator estimator() {
            return Estimator.EXACT;
        }

        @Override
        public void evaluate(TriggerBatch batch) {
            Arrays.fill(batch.maskGradients(), batch.normWeights()[0]);
        }

        @Override
        public void close() {}
    }
}
