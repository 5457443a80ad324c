package dev.assay.train;

import java.util.List;

/**
 * How to train.
 *
 * @param method the optimizer
 * @param rate peak learning rate, above 0
 * @param momentum of {@link Method#SGD}, in [0, 1)
 * @param weightDecay of the weights of products; norms, biases and positions have none
 * @param labelSmoothing share of a label that goes to all classes alike, in [0, 1)
 * @param schedule of the learning rate
 * @param epochs passes over the images; a batch that is not full is left out
 * @param batch images a step
 * @param augmentation of the images
 * @param seed of order and augmentation
 */
public record TrainingConfig(
        Method method,
        double rate,
        double momentum,
        double weightDecay,
        double labelSmoothing,
        Schedule schedule,
        int epochs,
        int batch,
        Augmentation augmentation,
        long seed) {
    /** What the zoo's small photographs are trained with. */
    public static final TrainingConfig DEFAULTS = new TrainingConfig(
            Method.SGD, Method.SGD.usualRate, 0.9, 5e-4, 0, Schedule.ONE_CYCLE, 15, 128, Augmentation.DEFAULT, 7);

    private static final double TUNING_SHARE = 0.01;

    public TrainingConfig {
        require(rate > 0 && Double.isFinite(rate), "rate above 0", rate);
        require(momentum >= 0 && momentum < 1, "momentum in [0, 1)", momentum);
        require(weightDecay >= 0 && Double.isFinite(weightDecay), "weight decay of at least 0", weightDecay);
        require(labelSmoothing >= 0 && labelSmoothing < 1, "label smoothing in [0, 1)", labelSmoothing);
        require(epochs >= 1, "one epoch or more", epochs);
        require(batch >= 2, "batch of at least 2, for its variance", batch);
    }

    private static void require(boolean holds, String expected, Object got) {
        if (!holds) {
            throw new IllegalArgumentException("expected a %s, got %s".formatted(expected, got));
        }
    }

    /** An optimizer. */
    public enum Method {
        /** With Nesterov's momentum. */
        SGD("sgd", 0.1),
        /** Adam with weight decay apart. */
        ADAMW("adamw", 1e-3);

        private final String id;
        private final double usualRate;

        Method(String id, double usualRate) {
            this.id = id;
            this.usualRate = usualRate;
        }

        /** The name on the command line. */
        public String id() {
            return id;
        }

        /** The peak learning rate that suits small networks and batches of 128. */
        public double usualRate() {
            return usualRate;
        }
    }

    /** For going on with a trained classifier: a small share of the peak, falling to 0. */
    TrainingConfig tuning(int newEpochs) {
        return new TrainingConfig(
                method,
                TUNING_SHARE * rate,
                momentum,
                weightDecay,
                labelSmoothing,
                Schedule.COSINE,
                newEpochs,
                batch,
                augmentation,
                seed);
    }

    Optimizer optimizer(List<Parameter> parameters) {
        return switch (method) {
            case SGD -> new Sgd(parameters, momentum, weightDecay);
            case ADAMW -> new AdamW(parameters, weightDecay);
        };
    }
}
