package dev.assay.grad;

import static java.util.Map.entry;

import dev.assay.ir.Attribute;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Normalizations: BatchNormalization-15 with given statistics and those of its batch, LayerNormalization-17,
 * InstanceNormalization-6, GroupNormalization-18 and -21, MeanVarianceNormalization-13, LpNormalization-1 and LRN-13.
 * What an operator computes on the way, its statistics, is computed again. Gradients of its running statistics, where
 * it updates them, are not taken: only that of its first output counts.
 */
final class NormalizationGradients {
    static final Map<String, Rule> RULES = Map.ofEntries(
            entry(
                    "BatchNormalization",
                    Rule.of(
                            NormalizationGradients::batchInput,
                            NormalizationGradients::scaleGradient,
                            s -> overBatch(s, s.dy()),
                            NormalizationGradients::givenMean,
                            NormalizationGradients::givenVariance)),
            entry(
                    "LayerNormalization",
                    Rule.of(
                            NormalizationGradients::layerInput,
                            s -> toParameter(s, 1, s.mul(s.dy(), layer(s).normalized())),
                            s -> toParameter(s, 2, s.dy()))),
            entry(
                    "InstanceNormalization",
                    Rule.of(
                            s -> instance(s).pulledBack(s.mul(s.dy(), perChannel(s, s.x(1)))),
                            s -> overBatch(s, s.mul(s.dy(), instance(s).normalized())),
                            s -> overBatch(s, s.dy()))),
            entry(
                    "GroupNormalization",
                    Rule.of(
                            NormalizationGradients::groupInput,
                            s -> toGroupParameter(s, s.mul(s.dy(), groupNormalized(s))),
                            s -> toGroupParameter(s, s.dy()))),
            entry("MeanVarianceNormalization", Rule.of(NormalizationGradients::meanVariance)),
            entry("LpNormalization", Rule.of(NormalizationGradients::lp)),
            entry("LRN", Rule.of(NormalizationGradients::acrossChannels)));

    private NormalizationGradients() {}

    private static double epsilon(Step s) {
        return s.node().floatAttribute("epsilon", 1e-5f);
    }

    private static long[] from(Step s, int axis) {
        return LongStream.range(axis, s.shape(0).rank()).toArray();
    }

    /** A value of shape [C], to be broadcast to [N, C, …]. */
    private static String perChannel(Step s, String value) {
        long[] target = LongStream.generate(() -> 1).limit(s.shape(0).rank()).toArray();
        target[1] = -1;
        return s.call("Reshape", value, s.longs(target));
    }

    private static long[] allButChannels(Step s) {
        return LongStream.range(0, s.shape(0).rank()).filter(axis -> axis != 1).toArray();
    }

    private static String overBatch(Step s, String value) {
        return s.sum(value, false, allButChannels(s));
    }

    // BatchNormalization

    private static boolean trains(Step s) {
        return s.node().intAttribute("training_mode", 0) != 0;
    }

    /** What x was centered by, of shape [C]: given, or in training the batch's own mean. */
    private static String batchMean(Step s) {
        if (!trains(s)) {
            return s.x(3);
        }
        return tellsStatistics(s) ? s.y(1) : Statistics.of(s).mean();
    }

    /** The variance that x was scaled by, of shape [C]. */
    private static String batchVariance(Step s) {
        if (!trains(s)) {
            return s.x(4);
        }
        return tellsStatistics(s) ? s.y(2) : Statistics.of(s).variance();
    }

    /**
     * With a momentum of 0 the running statistics that the operator puts out are the batch's own. The runtime writes them
     * where it read those given, which for constants may be where other operators write too (measured).
     */
    private static boolean tellsStatistics(Step s) {
        return s.node().outputs().size() == 3
                && s.node().floatAttribute("momentum", 0.9f) == 0
                && s.constant(3).isEmpty()
                && s.constant(4).isEmpty();
    }

    /** The batch's statistics, computed again, of shape [C]. */
    private record Statistics(String mean, String variance) {
        static Statistics of(Step s) {
            String mean = s.call("ReduceMean", s.x(0), s.longs(allButChannels(s)));
            String centered = s.sub(s.x(0), mean);
            String variance = s.mean(s.square(centered), allButChannels(s));
            return new Statistics(s.call("Reshape", mean, s.longs(-1)), s.call("Reshape", variance, s.longs(-1)));
        }
    }

    /** 1 / √(var + ε), of shape [C]. */
    private static String batchScale(Step s) {
        return s.call("Reciprocal", s.call("Sqrt", s.add(batchVariance(s), s.scalar(epsilon(s)))));
    }

    private static String batchInput(Step s) {
        String slope = s.mul(s.x(1), batchScale(s));
        return trains(s) ? batchInputInTraining(s, slope) : s.mul(s.dy(), perChannel(s, slope));
    }

    /**
     * slope · (dy - mean dy - normalized · mean (dy · normalized)), which is linear in dy and x for each channel: two
     * products with channels and a sum, with no value of x's size but those.
     */
    private static String batchInputInTraining(Step s, String slope) {
        String count = s.div(s.asNumbers(s.call("Size", s.x(0))), s.asNumbers(s.call("Size", s.x(1))));
        String ofX = s.neg(s.div(s.mul(s.mul(slope, batchScale(s)), scaleGradient(s)), count));
        String ofOne = s.add(s.mul(ofX, batchMean(s)), s.div(s.mul(slope, overBatch(s, s.dy())), count));
        return s.add(s.mul(s.dy(), perChannel(s, slope)), affine(s, s.x(0), ofX, s.neg(ofOne)));
    }

    /** {@code value · scale + offset}, both of shape [C], in one operator. */
    private static String affine(Step s, String value, String scale, String offset) {
        String zeros = s.zeros(1);
        String ones = s.add(zeros, s.scalar(1));
        return s.call("BatchNormalization", Map.of("epsilon", Attribute.of(0f)), value, scale, offset, zeros, ones);
    }

    /** Σ dy · normalized, as scale · (Σ dy · x - mean · Σ dy). */
    private static String scaleGradient(Step s) {
        String along = overBatch(s, s.mul(s.dy(), s.x(0)));
        return s.mul(batchScale(s), s.sub(along, s.mul(batchMean(s), overBatch(s, s.dy()))));
    }

    /** In training the output does not depend on the statistics given. */
    private static String givenMean(Step s) {
        return trains(s) ? s.zeros(3) : s.neg(s.mul(overBatch(s, s.dy()), s.mul(s.x(1), batchScale(s))));
    }

    private static String givenVariance(Step s) {
        String slope = s.times(s.mul(s.x(1), s.square(batchScale(s))), -0.5);
        return trains(s) ? s.zeros(4) : s.mul(scaleGradient(s), slope);
    }

    // The others

    private static Normalized instance(Step s) {
        return Normalized.of(s, s.x(0), epsilon(s), from(s, 2));
    }

    private static Normalized layer(Step s) {
        int axis = s.shape(0).axis(s.node().intAttribute("axis", -1));
        return Normalized.of(s, s.x(0), epsilon(s), from(s, axis));
    }

    private static String layerInput(Step s) {
        return layer(s).pulledBack(s.mul(s.dy(), s.x(1)));
    }

    private static String toParameter(Step s, int input, String value) {
        return s.sumTo(value, s.outputShape(0), s.shape(input));
    }

    /** x as [N, groups, …], and back. */
    private static String grouped(Step s, String value) {
        return s.call("Reshape", value, s.longs(0, s.node().intAttribute("num_groups", 1), -1));
    }

    private static Normalized group(Step s) {
        return Normalized.of(s, grouped(s, s.x(0)), epsilon(s), 2);
    }

    private static String groupNormalized(Step s) {
        return s.reshapedAs(group(s).normalized(), s.node().input(0));
    }

    /** Until opset 20 there is one scale a group, later one a channel. */
    private static boolean isPerGroup(Step s) {
        return s.shape(1).size(0) != s.shape(0).size(1);
    }

    private static String groupInput(Step s) {
        String scale = s.x(1);
        String dy = isPerGroup(s)
                ? s.mul(grouped(s, s.dy()), s.call("Reshape", scale, s.longs(1, -1, 1)))
                : grouped(s, s.mul(s.dy(), perChannel(s, scale)));
        return s.reshapedAs(group(s).pulledBack(dy), s.node().input(0));
    }

    private static String toGroupParameter(Step s, String value) {
        return isPerGroup(s) ? s.sum(grouped(s, value), false, 0, 2) : overBatch(s, value);
    }

    /** The 1e-9 that the operator adds to the deviation is left out. */
    private static String meanVariance(Step s) {
        long[] axes = s.node().ints("axes").orElse(new long[] {0, 2, 3});
        return Normalized.of(s, s.x(0), 0, axes).pulledBack(s.dy());
    }

    /** Of x / n: (dy - n'(x) · Σ dy · y) / n, where n' is sign x for p = 1 and y for p = 2. */
    private static String lp(Step s) {
        long axis = s.node().intAttribute("axis", -1);
        boolean first = s.node().intAttribute("p", 2) == 1;
        String norm = s.call(first ? "ReduceL1" : "ReduceL2", s.x(0), s.longs(axis));
        String slope = first ? s.call("Sign", s.x(0)) : s.y();
        return s.div(s.sub(s.dy(), s.mul(slope, s.sum(s.mul(s.dy(), s.y()), true, axis))), norm);
    }

    /** Of x · d^-β, where d = bias + α / size · Σ x² over neighbouring channels: dy · d^-β - 2αβ / size · x · Σ dy · y / d. */
    private static String acrossChannels(Step s) {
        double size = s.node().intAttribute("size", 1);
        double beta = s.node().floatAttribute("beta", 0.75f);
        double alpha = s.node().floatAttribute("alpha", 1e-4f) / size;
        double bias = s.node().floatAttribute("bias", 1);
        int before = (int) (size - 1) / 2;
        int after = (int) size - 1 - before;
        String d = s.add(s.times(neighbours(s, before, after, s.square(s.x(0))), alpha), s.scalar(bias));
        String direct = s.mul(s.dy(), s.call("Pow", d, s.scalar(-beta)));
        String pulled = neighbours(s, after, before, s.div(s.mul(s.dy(), s.y()), d));
        return s.sub(direct, s.mul(s.times(s.x(0), 2 * alpha * beta), pulled));
    }

    /** For each channel the sum over it and its neighbours. */
    private static String neighbours(Step s, int before, int after, String value) {
        int channels = (int) s.shape(0).size(1);
        double[] reads = new double[channels * channels];
        for (int i = 0; i < reads.length; i++) {
            int offset = i % channels - i / channels;
            reads[i] = offset >= -before && offset <= after ? 1 : 0;
        }
        String matrix = s.numbers(new long[] {channels, channels}, reads);
        return new AxisMap(1, channels, channels, matrix).apply(s, value, s.shape(0));
    }
}
