package dev.assay.audit;

import dev.assay.audit.AuditResult.Gradient;
import dev.assay.audit.AuditResult.Transfer;
import dev.assay.data.Trigger;
import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import dev.assay.defense.InvertedTrigger;
import dev.assay.defense.NeuralCleanseEvidence;
import dev.assay.defense.NeuralCleanseEvidence.ClassTrigger;
import dev.assay.defense.NeuralCleanseEvidence.FrontierPoint;
import dev.assay.defense.NeuralCleanseEvidence.LevelComparison;
import dev.assay.defense.NeuralCleanseEvidence.Screened;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Gradients, what Neural Cleanse made of them, and where its triggers work too. */
final class TriggerFixtures {
    private static final List<Double> LEVELS = List.of(0.99, 0.95, 0.9);
    private static final int SIDE = 32;
    private static final int FEWEST = 5;
    private static final double CONSISTENCY = 1.4826;

    private TriggerFixtures() {}

    static Gradient exact() {
        return new Gradient("exact", true, null, 0.0004, 0, 0.9931, 1, null);
    }

    static Gradient straightThrough() {
        return new Gradient("straight-through", true, null, 0.0312, 0, 0.8127, 0.90625, null);
    }

    static Gradient zero() {
        return new Gradient("straight-through", true, null, 1, 0, Double.NaN, Double.NaN, "gradient is zero");
    }

    static Gradient differences() {
        return new Gradient(
                "finite-difference",
                null,
                "NonMaxSuppression '/boxes': no gradient rule for this operator",
                0,
                0,
                0.7713,
                0.8203125,
                null);
    }

    /** One class stands out, on every level. */
    static DefenseResult detected() {
        return result(
                Decision.DETECTED,
                "a mask of 6.4 pixels leads 90 % of images to class 0, far smaller than the others' (p < 0.001)",
                4.6,
                List.of(0),
                evidence("exact", new double[] {9.4, 61.2, 48.8, 44.1, 57.9, 52.3, 66.7, 58.8, 63.4, 55.1}, 0, 10));
    }

    /** Few classes reach the highest level, three were only screened, and a first look left it in doubt. */
    static DefenseResult detectedInNoise() {
        return result(
                Decision.DETECTED,
                "a mask of 11.4 pixels leads 90 % of images to class 0, far smaller than the others' (p = 0.004)",
                2.4,
                List.of(0),
                evidence(
                        "straight-through",
                        new double[] {16.8, 81.5, 66.0, 59.7, 77.1, 70.2, 88.8, 79.0, 84.6, 73.9},
                        5,
                        7));
    }

    /** Nothing stands out. */
    static DefenseResult notDetected() {
        return result(
                Decision.NOT_DETECTED,
                "no class is led to by a much smaller trigger than the others; the most suspicious is class 3 (p = 0.420)",
                0.4,
                List.of(),
                evidence(
                        "finite-difference",
                        new double[] {88.1, 93.6, 80.4, 80.1, 97.7, 84.4, 99.0, 90.3, 95.8, 87.2},
                        0,
                        10));
    }

    static DefenseResult blind() {
        return new DefenseResult(
                "neural-cleanse", Decision.INCONCLUSIVE, "gradient is zero", Double.NaN, Double.NaN, List.of(), null);
    }

    /** Evidence in which every text is {@code text}. */
    static NeuralCleanseEvidence untrusted(String text) {
        return new NeuralCleanseEvidence(
                text,
                64,
                64,
                1000,
                List.of(),
                List.of(0.9),
                List.of(new ClassTrigger(
                        1,
                        List.of(new FrontierPoint(0.9, 12, 0.93)),
                        0.02,
                        0.95,
                        new InvertedTrigger(1, 12, 0.93, text, text, text))),
                List.of(Double.NaN, 15.0, 80.0),
                List.of(new Screened(2, 40, 0.5)),
                List.of(new LevelComparison(0.9, List.of(1), 12, 1, 0.5, 0.3, 4, 0.5, 0.4, 0.6)));
    }

    /** The triggers of each deployment on each other one: that to class 0 works everywhere but on the last. */
    static List<Transfer> transfers(List<String> deployments, List<Integer> classes) {
        Random random = new Random(11);
        List<Transfer> transfers = new ArrayList<>();
        for (String to : deployments) {
            for (String from : deployments) {
                for (int target : from.equals(to) ? List.<Integer>of() : classes) {
                    boolean asleep = to.equals(deployments.get(deployments.size() - 1));
                    double rate = target == 0 ? asleep ? 0.11 : 0.93 : 0.55 + 0.35 * random.nextDouble();
                    transfers.add(new Transfer(from, to, target, target == 6 ? Double.NaN : rate));
                }
            }
        }
        return transfers;
    }

    private static DefenseResult result(
            Decision decision, String reason, double score, List<Integer> flagged, NeuralCleanseEvidence evidence) {
        return new DefenseResult("neural-cleanse", decision, reason, score, 2, flagged, evidence);
    }

    /**
     * Evidence of searches.
     *
     * @param norms at the highest level, by class
     * @param shy the first so many classes but for 0 do not reach the highest level, not even at a second look
     * @param searched as many classes were searched to the end
     */
    private static NeuralCleanseEvidence evidence(String estimator, double[] norms, int shy, int searched) {
        List<ClassTrigger> classes = IntStream.range(0, searched)
                .mapToObj(target -> trigger(target, frontier(norms[target], target > 0 && target <= shy)))
                .toList();
        List<Screened> screened = IntStream.range(searched, norms.length)
                .mapToObj(target -> new Screened(
                        target, target == searched ? Double.NaN : 2.5 * norms[target], 0.98 - 0.03 * target))
                .toList();
        return new NeuralCleanseEvidence(
                estimator,
                2000,
                256,
                204_800,
                shy > 0 ? comparisons(classes) : List.of(),
                LEVELS,
                classes,
                screened.isEmpty()
                        ? List.of()
                        : Arrays.stream(norms).map(norm -> 1.25 * norm).boxed().toList(),
                screened,
                comparisons(classes));
    }

    private static List<FrontierPoint> frontier(double norm, boolean shy) {
        return IntStream.range(0, LEVELS.size())
                .mapToObj(i -> i == 0 && shy
                        ? new FrontierPoint(LEVELS.get(i), Double.NaN, Double.NaN)
                        : new FrontierPoint(LEVELS.get(i), norm * (1 - 0.16 * i), LEVELS.get(i) + 0.004))
                .toList();
    }

    private static ClassTrigger trigger(int target, List<FrontierPoint> frontier) {
        FrontierPoint strongest = frontier.stream()
                .filter(point -> !Double.isNaN(point.norm()))
                .findFirst()
                .orElseThrow();
        Trigger trigger = target == 0 ? patch() : cloud(target, strongest.norm());
        return new ClassTrigger(
                target,
                frontier,
                0.01 + 0.002 * target,
                Math.min(1, strongest.success() + 0.005),
                new InvertedTrigger(
                        target,
                        strongest.norm(),
                        strongest.success(),
                        trigger.maskPicture(),
                        trigger.patternPicture(),
                        trigger.picture()));
    }

    private static Trigger patch() {
        float[] mask = new float[SIDE * SIDE];
        for (int row = 28; row < 31; row++) {
            Arrays.fill(mask, row * SIDE + 28, row * SIDE + 31, 0.97f);
        }
        return Trigger.of(0, SIDE, SIDE, mask, pattern(new Random(0), 0.9f));
    }

    /** Mask in a soft spot, as for a class without a backdoor. */
    private static Trigger cloud(int target, double norm) {
        Random random = new Random(target);
        double row = 8 + random.nextInt(16);
        double column = 8 + random.nextInt(16);
        float[] mask = new float[SIDE * SIDE];
        for (int i = 0; i < mask.length; i++) {
            int below = i / SIDE;
            double squared = Math.pow(below - row, 2) + Math.pow(i % SIDE - column, 2);
            mask[i] = (float) (Math.exp(-squared / (0.4 * norm)) * (0.6 + 0.4 * random.nextFloat()));
        }
        return Trigger.of(target, SIDE, SIDE, mask, pattern(random, 0.2f));
    }

    private static float[] pattern(Random random, float floor) {
        float[] pattern = new float[3 * SIDE * SIDE];
        for (int i = 0; i < pattern.length; i++) {
            pattern[i] = floor + (1 - floor) * random.nextFloat();
        }
        return pattern;
    }

    private static List<LevelComparison> comparisons(List<ClassTrigger> classes) {
        return IntStream.range(0, LEVELS.size())
                .mapToObj(level -> comparison(level, classes))
                .filter(comparison -> comparison != null)
                .toList();
    }

    private static @Nullable LevelComparison comparison(int level, List<ClassTrigger> classes) {
        List<Integer> reached = classes.stream()
                .filter(it -> !Double.isNaN(it.frontier().get(level).norm()))
                .map(ClassTrigger::targetClass)
                .toList();
        double[] norms = reached.stream()
                .mapToDouble(target -> classes.get(target).frontier().get(level).norm())
                .toArray();
        int lowest = IntStream.range(0, norms.length)
                .reduce((a, b) -> norms[a] <= norms[b] ? a : b)
                .orElseThrow();
        double index = index(norms, lowest);
        return norms.length < FEWEST
                ? null
                : new LevelComparison(
                        LEVELS.get(level),
                        reached,
                        median(norms),
                        reached.get(lowest),
                        3 * index,
                        Math.pow(10, -index),
                        0.5 * median(norms),
                        index,
                        0.7 * index,
                        1.4 * index);
    }

    private static double index(double[] values, int which) {
        double median = median(values);
        double[] deviations =
                Arrays.stream(values).map(value -> Math.abs(value - median)).toArray();
        return (median - values[which]) / (CONSISTENCY * median(deviations));
    }

    private static double median(double[] values) {
        double[] sorted = Arrays.stream(values).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
