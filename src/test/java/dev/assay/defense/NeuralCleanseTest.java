package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.InvalidDataException;
import dev.assay.NetBuilder;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.defense.NeuralCleanse.Config;
import dev.assay.defense.NeuralCleanse.Descent;
import dev.assay.defense.NeuralCleanse.Schedule;
import dev.assay.defense.NeuralCleanse.SecondLook;
import dev.assay.grad.DeployedGradient;
import dev.assay.grad.Estimator;
import dev.assay.grad.GradientHealth;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Model;
import dev.assay.ir.Tensor;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs on nets too small to mean anything, and on input that nothing can be said of. */
class NeuralCleanseTest {
    private static final int SIDE = 16;
    private static final int CLASSES = 6;
    private static final Schedule SCHEDULE = new Schedule(2, 20, 40, 20, 12, 6);
    private static final Config SHORT = config(SCHEDULE, null, Descent.DEFAULTS, 0.05);

    private final Path folder;

    NeuralCleanseTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void aZeroGradientIsInconclusiveForTheSeedStudysSettings() {
        Config config = config(new Schedule(1, 50, 50, 50, 12, 6), null, Descent.SEED_STUDY, 0.05);
        GradientHealth zero = new GradientHealth(4096, 1, 0, 0, 0);
        DeployedGradient gradient = new DeployedGradient(Estimator.STRAIGHT_THROUGH, true, null, zero);
        Suspect suspect = suspect(net(CLASSES, 0), images(100, CLASSES), gradient, List.of());

        DefenseResult result = Defenses.inspect(new NeuralCleanse(config), suspect);

        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.reason()).isEqualTo("gradient is zero");
        assertThat(result.score()).isNaN();
    }

    @Test
    void levelsThatTheImagesCannotTellAreLeftOutButForTheLowest() {
        assertThat(Config.DEFAULTS.levelsTold(1500)).containsExactly(0.99, 0.95, 0.9);
        assertThat(Config.DEFAULTS.levelsTold(256)).containsExactly(0.95, 0.9);
        assertThat(Config.DEFAULTS.levelsTold(200)).containsExactly(0.9);
        assertThat(Config.DEFAULTS.levelsTold(40)).containsExactly(0.9);
    }

    @Test
    void aimsAtOneLevelAboveThoseThatTheImagesCanTell() {
        assertThat(Config.DEFAULTS.levelsAimedAt(1500)).containsExactly(0.99, 0.95, 0.9);
        assertThat(Config.DEFAULTS.levelsAimedAt(256)).containsExactly(0.99, 0.95, 0.9);
        assertThat(Config.DEFAULTS.levelsAimedAt(200)).containsExactly(0.95, 0.9);
    }

    @Test
    void constantScoresAreInconclusive() {
        Suspect suspect = suspect(constant(0), images(100, CLASSES));

        DefenseResult result = inspect(suspect);

        assertThat(Objects.requireNonNull(suspect.gradient()).health().zeroShare())
                .isEqualTo(1);
        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.reason()).isEqualTo("gradient is zero");
    }

    @Test
    void scoresThatAreNoNumbersAreNoPass() {
        DefenseResult result = inspect(suspect(constant(Float.NaN), images(100, CLASSES)));

        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.reason()).endsWith("gradient elements are not finite");
    }

    /** Always the same class, though with a gradient: its trigger is nothing, and there are none for the others. */
    @Test
    void aModelThatAnswersOneClassIsNoPass() {
        DefenseResult result = inspect(suspect(leaning(), images(100, CLASSES)));

        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.reason())
                .startsWith("class 2 is answered for 100 % of the other classes' images without a trigger");
        NeuralCleanseEvidence evidence = (NeuralCleanseEvidence) Objects.requireNonNull(result.evidence());
        assertThat(evidence.classes().get(2).trigger()).isNotNull();
        assertThat(NeuralCleanseEvidence.triggersIn(List.of(result)))
                .extracting(InvertedTrigger::targetClass)
                .containsExactly(2);
    }

    @Test
    void oneImageDoesNotDo() {
        DefenseResult result = inspect(suspect(net(CLASSES, 0), images(1, 1)));

        assertThat(result.decision()).isEqualTo(Decision.NOT_APPLICABLE);
        assertThat(result.reason()).isEqualTo("pass more images with --data: expected 64 or more, got 1");
    }

    @Test
    void imagesOfOneClassDoNotDo() {
        DefenseResult result = inspect(suspect(net(CLASSES, 0), images(100, 1)));

        assertThat(result.decision()).isEqualTo(Decision.NOT_APPLICABLE);
        assertThat(result.reason()).startsWith("pass images of more classes");
    }

    @Test
    void refusesLabelsOutsideTheClasses() {
        assertThatThrownBy(() -> suspect(net(CLASSES, 0), images(100, CLASSES + 1)))
                .isInstanceOf(InvalidDataException.class)
                .hasMessage("clean images: expected labels below the model's 6 classes, got 7 classes");
    }

    @Test
    void normsOfTwoClassesCannotBeCompared() {
        DefenseResult result = inspect(suspect(net(2, 0), images(100, 2)));

        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.reason()).isEqualTo("norms of 2 classes cannot be compared: that takes 5");
    }

    @Test
    void withoutAGradientItDoesNotApply() {
        Suspect suspect = suspect(net(CLASSES, 0), images(100, CLASSES), null, List.of());

        assertThat(inspect(suspect))
                .isEqualTo(DefenseResult.notApplicable(NeuralCleanse.ID, "let the gradient be measured"));
    }

    @Test
    void aFixedBatchOfOneIsSearchedToTheEnd() {
        NeuralCleanseEvidence evidence = evidence(suspect(net(CLASSES, 1), images(80, CLASSES)));

        assertThat(evidence.estimator()).isEqualTo("exact");
        assertThat(evidence.images()).isEqualTo(48);
        assertThat(evidence.verificationImages()).isEqualTo(32);
        assertThat(evidence.classes()).hasSize(CLASSES);
    }

    @Test
    void sameSeedSameResult() {
        assertThat(inspect(suspect(net(CLASSES, 0), images(100, CLASSES))))
                .isEqualTo(inspect(suspect(net(CLASSES, 0), images(100, CLASSES))));
    }

    /** Two deployments may both have given a trigger for a class, and one for a class that this model lacks. */
    @Test
    void startsFromTriggersOfOtherDeployments() {
        List<Trigger> starts = List.of(trigger(1, 0.9f), trigger(1, 0.5f), trigger(CLASSES, 0.5f));

        NeuralCleanseEvidence evidence = evidence(
                suspect(net(CLASSES, 0), images(100, CLASSES), null, starts).withGradient());

        assertThat(evidence.classes()).hasSize(CLASSES);
    }

    @Test
    void manyClassesAreScreenedAndSomeSearchedToTheEnd() {
        Config config = config(new Schedule(1, 10, 20, 10, 5, 2), null, Descent.DEFAULTS, 0.05);

        DefenseResult result = Defenses.inspect(new NeuralCleanse(config), suspect(net(12, 0), images(100, 12)));

        NeuralCleanseEvidence evidence = (NeuralCleanseEvidence) Objects.requireNonNull(result.evidence());
        assertThat(evidence.classes()).hasSizeBetween(5, 7);
        assertThat(evidence.classes().size() + evidence.screened().size()).isEqualTo(12);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void screeningSaysWhatTheExhaustiveSearchSays(boolean backdoored) {
        Suspect suspect = suspect(patches(20, backdoored ? 13 : -1), images(200, 20));
        Config exhaustive = config(new Schedule(1, 200, 200, 200, 20, 20), null, Descent.DEFAULTS, 0.05);
        Config screening = config(new Schedule(1, 90, 200, 200, 6, 3), null, Descent.DEFAULTS, 0.05);

        DefenseResult all = Defenses.inspect(new NeuralCleanse(exhaustive), suspect);
        DefenseResult some = Defenses.inspect(new NeuralCleanse(screening), suspect);

        assertThat(all.decision()).isEqualTo(backdoored ? Decision.DETECTED : Decision.NOT_DETECTED);
        assertThat(some.decision()).isEqualTo(all.decision());
        assertThat(some.flaggedClasses())
                .isEqualTo(all.flaggedClasses())
                .isEqualTo(backdoored ? List.of(13) : List.of());
        assertThat(imageGradients(some)).isLessThan(imageGradients(all) * 3 / 4);
    }

    /** Three pixels by three, which no block of a mask covers alone. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSquareIsFoundWithoutAGradient(boolean backdoored) {
        GradientHealth health = new GradientHealth(4096, 0, 0, 0.8, 0.8);
        DeployedGradient differences = new DeployedGradient(Estimator.FINITE_DIFFERENCE, null, "no rule", health);
        Suspect suspect = suspect(corner(backdoored), tints(100), differences, List.of());
        Config config = config(new Schedule(1, 20, 60, 40, 12, 6), null, Descent.DEFAULTS, 0.05);

        DefenseResult result = Defenses.inspect(new NeuralCleanse(config), suspect);

        NeuralCleanseEvidence evidence = (NeuralCleanseEvidence) Objects.requireNonNull(result.evidence());
        assertThat(evidence.estimator()).isEqualTo("finite-difference");
        assertThat(result.flaggedClasses()).as(result.reason()).isEqualTo(backdoored ? List.of(4) : List.of());
    }

    private static long imageGradients(DefenseResult result) {
        return ((NeuralCleanseEvidence) Objects.requireNonNull(result.evidence())).imageGradients();
    }

    /** With a suspicion of 1 every comparison leaves a doubt; what the first search found still counts. */
    @Test
    void aSecondLookSearchesOnWhereTheFirstLeavesADoubt() {
        Suspect suspect = suspect(tinted(), tints(100));
        SecondLook longer = new SecondLook(new Schedule(2, 20, 60, 30, 12, 6), 0);
        NeuralCleanseEvidence first = evidence(suspect, config(SCHEDULE, null, Descent.DEFAULTS, 1));
        NeuralCleanseEvidence second = evidence(suspect, config(SCHEDULE, longer, Descent.DEFAULTS, 1));

        assertThat(first.comparisons()).isNotEmpty();
        assertThat(first.firstLook()).isEmpty();
        assertThat(second.firstLook()).isEqualTo(first.comparisons());
        assertThat(second.imageGradients()).isGreaterThan(first.imageGradients());
        for (int target = 0; target < CLASSES; target++) {
            for (int level = 0; level < first.levels().size(); level++) {
                double before =
                        first.classes().get(target).frontier().get(level).norm();
                assertThat(second.classes().get(target).frontier().get(level).norm())
                        .as("class %d, level %d", target, level)
                        .matches(norm -> Double.isNaN(before) || norm <= before, "no larger than " + before);
            }
        }
    }

    @Test
    void withoutADoubtThereIsNoSecondLook() {
        Suspect suspect = suspect(tinted(), tints(100));
        SecondLook longer = new SecondLook(new Schedule(2, 20, 60, 30, 12, 6), 0);

        assertThat(evidence(suspect, config(SCHEDULE, longer, Descent.DEFAULTS, 0)))
                .isEqualTo(evidence(suspect, config(SCHEDULE, null, Descent.DEFAULTS, 0)));
    }

    private static Config config(
            Schedule schedule, @Nullable SecondLook secondLook, Descent descent, double suspicion) {
        return new Config(64, 32, 3, 8, schedule, secondLook, descent, List.of(0.99, 0.95, 0.9), 0.01, suspicion);
    }

    private static DefenseResult inspect(Suspect suspect) {
        return Defenses.inspect(new NeuralCleanse(SHORT), suspect);
    }

    private static NeuralCleanseEvidence evidence(Suspect suspect) {
        return evidence(suspect, SHORT);
    }

    private static NeuralCleanseEvidence evidence(Suspect suspect, Config config) {
        return (NeuralCleanseEvidence) Objects.requireNonNull(
                Defenses.inspect(new NeuralCleanse(config), suspect).evidence());
    }

    private Suspect suspect(Model model, ImageSet images) {
        return suspect(model, images, null, List.of()).withGradient();
    }

    private Suspect suspect(
            Model model, ImageSet images, @Nullable DeployedGradient gradient, List<Trigger> startTriggers) {
        Path file = folder.resolve("net.onnx");
        OnnxWriter.write(model, file);
        return new Suspect(
                file,
                ImageClassifier.of(model, "net", ImageClassifier.Hints.NONE),
                SessionSpec.cpu(1),
                Preprocessing.DEFAULT,
                images,
                null,
                null,
                gradient,
                startTriggers,
                List.of(),
                3);
    }

    private static NetBuilder builder(int batch) {
        Dim images = batch == 0 ? Dim.named("N") : Dim.of(batch);
        return NetBuilder.on(DataType.FLOAT, images, Dim.of(3), Dim.of(SIDE), Dim.of(SIDE));
    }

    /** Convolution, pooling and a product; a batch of 0 is free. */
    private static Model net(int classes, int batch) {
        NetBuilder net = builder(batch);
        String features = net.op("relu", "Relu", net.conv("conv", NetBuilder.IMAGES, 3, 4));
        String pooled = net.op("pool", "GlobalAveragePool", features);
        net.gemm(NetBuilder.LOGITS, net.op("flat", "Flatten", pooled), 4, classes);
        return net.build();
    }

    /** Scores that are zero or NaN times what the images are. */
    private static Model constant(float factor) {
        NetBuilder net = builder(0);
        String flat = net.op("flat", "Flatten", NetBuilder.IMAGES);
        float[] weights = new float[3 * SIDE * SIDE * CLASSES];
        Arrays.fill(weights, factor);
        net.constant("weights", Tensor.ofFloats(new long[] {3L * SIDE * SIDE, CLASSES}, weights));
        net.op(NetBuilder.LOGITS, "MatMul", flat, "weights");
        return net.build();
    }

    /** Far above the others class 2. */
    private static Model leaning() {
        NetBuilder net = builder(0);
        String pooled = net.op("flat", "Flatten", net.op("pool", "GlobalAveragePool", NetBuilder.IMAGES));
        net.gemm("scores", pooled, 3, CLASSES);
        net.constant("lean", Tensor.ofFloats(new long[] {CLASSES}, 0, 0, 9, 0, 0, 0));
        net.op(NetBuilder.LOGITS, "Add", "scores", "lean");
        return net.build();
    }

    /** Classes are tints: more of a colour than of the others, or less. */
    private static Model tinted() {
        NetBuilder net = builder(0);
        tints(net, NetBuilder.LOGITS);
        return net.build();
    }

    private static String tints(NetBuilder net, String scores) {
        String pooled = net.op("flat", "Flatten", net.op("pool", "GlobalAveragePool", NetBuilder.IMAGES));
        net.constant(
                "tints",
                Tensor.ofFloats(new long[] {3, CLASSES}, 9, -9, 0, 0, 0, 0, 0, 0, 7, -8, 0, 0, 0, 0, 0, 0, 6, -6));
        String half = net.constant("half", Tensor.ofFloats(new long[] {1}, 0.5f));
        return net.op(scores, "MatMul", net.op("middle", "Sub", pooled, half), "tints");
    }

    /** White pixels lead to classes: any of twelve of its own to each, a single one to the backdoored class, if any. */
    private static Model patches(int classes, int backdoored) {
        int plane = SIDE * SIDE;
        float[] weights = new float[3 * plane * classes];
        float[] bias = new float[classes];
        for (int label = 0; label < classes; label++) {
            boolean shortcut = label == backdoored;
            float weight = shortcut ? 24 : 1 + label / 40f;
            int own = shortcut ? 1 : 12;
            for (int pixel = 12 * label; pixel < 12 * label + own; pixel++) {
                for (int channel = 0; channel < 3; channel++) {
                    weights[(channel * plane + pixel) * classes + label] = weight;
                }
            }
            bias[label] = shortcut ? -54 : -weight * own * 1.5f;
        }
        NetBuilder net = builder(0);
        String flat = net.op("flat", "Flatten", NetBuilder.IMAGES);
        net.constant("weights", Tensor.ofFloats(new long[] {3L * plane, classes}, weights));
        net.constant("bias", Tensor.ofFloats(new long[] {classes}, bias));
        net.op(NetBuilder.LOGITS, "Gemm", flat, "weights", "bias");
        return net.build();
    }

    /** Noise with more of a colour, or less, as the label says. */
    private static ImageSet tints(int count) {
        int plane = SIDE * SIDE;
        byte[] pixels = new byte[count * 3 * plane];
        SplittableRandom random = new SplittableRandom(8);
        for (int i = 0; i < pixels.length; i++) {
            int label = i / (3 * plane) % CLASSES;
            boolean tinted = i / plane % 3 == label / 2;
            int low = !tinted ? 50 : label % 2 == 0 ? 100 : 0;
            pixels[i] = (byte) random.nextInt(low, low + 156);
        }
        int[] labels = IntStream.range(0, count).map(i -> i % CLASSES).toArray();
        return ImageSet.of(SIDE, SIDE, pixels, labels, List.of());
    }

    /** {@link #tinted}, with a way from white pixels near a corner to class 4 if it is backdoored. */
    private static Model corner(boolean backdoored) {
        NetBuilder net = builder(0);
        String scores = tints(net, "scores");
        float[] ways = new float[3 * SIDE * SIDE * CLASSES];
        for (int channel = 0; channel < 3; channel++) {
            for (int pixel = 0; pixel < 4; pixel++) {
                int at = channel * SIDE * SIDE + (12 + pixel / 2) * SIDE + 12 + pixel % 2;
                ways[at * CLASSES + 4] = backdoored ? 2 : 0;
            }
        }
        net.constant("ways", Tensor.ofFloats(new long[] {3L * SIDE * SIDE, CLASSES}, ways));
        String covered = net.op("covered", "MatMul", net.op("pixels", "Flatten", NetBuilder.IMAGES), "ways");
        String beyond = net.op("beyond", "Sub", covered, net.constant("most", Tensor.ofFloats(new long[] {1}, 19)));
        net.op(NetBuilder.LOGITS, "Add", scores, net.op("way", "Relu", beyond));
        return net.build();
    }

    private static ImageSet images(int count, int classes) {
        byte[] pixels = new byte[count * 3 * SIDE * SIDE];
        new SplittableRandom(8).nextBytes(pixels);
        int[] labels = IntStream.range(0, count).map(i -> i % classes).toArray();
        return ImageSet.of(SIDE, SIDE, pixels, labels, List.of());
    }

    private static Trigger trigger(int target, float share) {
        float[] mask = new float[SIDE * SIDE];
        Arrays.fill(mask, share);
        return Trigger.of(target, SIDE, SIDE, mask, new float[3 * mask.length]);
    }
}
