package dev.assay.grad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.data.Trigger;
import dev.assay.grad.TriggerCase.End;
import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.Scores;
import dev.assay.runtime.Session;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GraphTriggerLossTest {
    private static final int IMAGES = 40;
    private static final int IMAGES_PER_SLOT = 8;
    private static final double STEP = 0.002;

    private final Path folder;

    GraphTriggerLossTest(@TempDir Path folder) {
        this.folder = folder;
    }

    static Stream<TriggerCase> cases() {
        return Stream.of(
                TriggerCase.of("NCHW"),
                TriggerCase.of("NCHW, 3 slots").slots(3),
                TriggerCase.of("NHWC").with(p -> p.withLayout("nhwc")),
                TriggerCase.of("NHWC, BGR, 3 slots")
                        .with(p -> p.withLayout("nhwc").withOrder("bgr"))
                        .slots(3),
                TriggerCase.of("BGR, mean and std")
                        .with(p -> p.withOrder("bgr").withMean("0.1,0.4,0.7").withStd("0.2,0.3,0.5")),
                TriggerCase.of("range -1..1, mean and std, 3 slots")
                        .with(p -> p.withRange("-1..1").withMean("0.1,0.4,0.7").withStd("0.2,0.3,0.5"))
                        .slots(3),
                TriggerCase.of("UINT8").on(DataType.UINT8),
                TriggerCase.of("UINT8, NHWC, BGR, 3 slots")
                        .on(DataType.UINT8)
                        .with(p -> p.withLayout("nhwc").withOrder("bgr").withRange("0..255"))
                        .slots(3),
                TriggerCase.of("Softmax").with(End.SOFTMAX),
                TriggerCase.of("Softmax, 3 slots").with(End.SOFTMAX).slots(3),
                TriggerCase.of("batch 1").batch(1),
                TriggerCase.of("batch 4, 3 slots").batch(4).slots(3));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void lossAndSuccessAreThoseOfStampedImages(TriggerCase each) {
        Deployed deployed = each.deployed(folder, IMAGES);
        try (GraphTriggerLoss loss = GraphTriggerLoss.open(deployed, each.slots(), IMAGES_PER_SLOT);
                Classifier classifier = Classifier.open(deployed.artifact(), deployed.model(), deployed.spec())) {
            assertThat(loss.isBitIdentical()).isTrue();
            assertThat(loss.slots()).isEqualTo(each.slots());
            assertThat(loss.imagesPerSlot()).isEqualTo(IMAGES_PER_SLOT);
            assertThat(loss.estimator())
                    .isEqualTo(each.type() == DataType.UINT8 ? Estimator.STRAIGHT_THROUGH : Estimator.EXACT);
            TriggerBatch batch = TriggerCase.batch(loss, IMAGES, 1);
            loss.evaluate(batch);
            for (int slot = 0; slot < loss.slots(); slot++) {
                Reference reference = Reference.of(deployed, classifier, batch, slot);
                assertThat(batch.losses()[slot]).isCloseTo((float) reference.loss(), within(1e-3f));
                assertThat(batch.successes()[slot]).isCloseTo((float) reference.success(), within(1e-6f));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsAgreeWithCentralDifferences(TriggerCase each) {
        SplittableRandom random = new SplittableRandom(2);
        boolean rounded = each.type() == DataType.UINT8;
        double step = rounded ? 25 * STEP : STEP;
        try (GraphTriggerLoss loss =
                GraphTriggerLoss.open(each.deployed(folder, IMAGES), each.slots(), IMAGES_PER_SLOT)) {
            TriggerBatch batch = TriggerCase.batch(loss, IMAGES, 1);
            loss.evaluate(batch);
            for (float[] inputs : List.of(batch.masks(), batch.patterns())) {
                float[] gradients =
                        (inputs == batch.masks() ? batch.maskGradients() : batch.patternGradients()).clone();
                float[] at = inputs.clone();
                int length = inputs.length / loss.slots();
                for (int direction = 0; direction < 4; direction++) {
                    double[] u = random.doubles(inputs.length, -1, 1).toArray();
                    float[] above = losses(loss, batch, inputs, at, u, step);
                    float[] below = losses(loss, batch, inputs, at, u, -step);
                    for (int slot = 0; slot < loss.slots(); slot++) {
                        double along = 0;
                        double size = 0;
                        for (int i = slot * length; i < (slot + 1) * length; i++) {
                            along += gradients[i] * u[i];
                            size += (double) gradients[i] * gradients[i];
                        }
                        assertThat(size).isPositive();
                        double difference = (above[slot] - below[slot]) / (2 * step);
                        double tolerance = rounded ? 0.25 : 0.01;
                        assertThat(difference).isCloseTo(along, within(tolerance * Math.sqrt(size)));
                    }
                }
                System.arraycopy(at, 0, inputs, 0, at.length);
            }
        }
    }

    /** To the mask its weight at every pixel; to pattern and loss nothing. */
    @ParameterizedTest
    @MethodSource("cases")
    void theNormIsInTheGradientOnly(TriggerCase each) {
        try (GraphTriggerLoss loss =
                GraphTriggerLoss.open(each.deployed(folder, IMAGES), each.slots(), IMAGES_PER_SLOT)) {
            TriggerBatch batch = TriggerCase.batch(loss, IMAGES, 1);
            loss.evaluate(batch);
            float[] losses = batch.losses().clone();
            float[] ofMask = batch.maskGradients().clone();
            float[] ofPattern = batch.patternGradients().clone();
            for (int slot = 0; slot < loss.slots(); slot++) {
                batch.normWeights()[slot] = 0.5f + slot;
                for (int pixel = 0; pixel < TriggerCase.PLANE; pixel++) {
                    ofMask[slot * TriggerCase.PLANE + pixel] += 0.5f + slot;
                }
            }
            loss.evaluate(batch);
            assertThat(batch.losses()).containsExactly(losses, within(1e-6f));
            assertThat(batch.maskGradients()).containsExactly(ofMask, within(1e-5f));
            assertThat(batch.patternGradients()).containsExactly(ofPattern, within(1e-6f));
        }
    }

    private static float[] losses(
            TriggerLoss loss, TriggerBatch batch, float[] inputs, float[] at, double[] direction, double step) {
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (float) (at[i] + step * direction[i]);
        }
        loss.evaluate(batch);
        return batch.losses().clone();
    }

    /** What the graph does before the artifact and what Java does, which divides in double precision, is the same float. */
    @ParameterizedTest
    @MethodSource("cases")
    void aMaskOfZerosLeavesScoresBitForBit(TriggerCase each) {
        Deployed deployed = each.deployed(folder, IMAGES);
        int images = each.batch() == 0 ? IMAGES_PER_SLOT : each.batch();
        DifferentiatedTrigger graph = DifferentiatedTrigger.of(deployed, images);
        Map<String, Tensor> feeds = GraphTriggerLoss.untriggered(graph, deployed.images(), images);
        String output = deployed.model().ports().output();
        try (Session session = graph.open(each.name(), deployed.spec());
                Classifier classifier = Classifier.open(deployed.artifact(), deployed.model(), deployed.spec())) {
            float[] joint = session.run(feeds, List.of(output))
                    .values()
                    .iterator()
                    .next()
                    .floats();
            float[] own = classifier.scores(
                    ImageSource.of(deployed.images().slice(0, images), deployed.preprocessing(), each.type()));
            if (each.preprocessing().std().stream().allMatch(std -> std == 1)) {
                assertThat(joint).isEqualTo(own);
            } else {
                assertThat(joint).containsExactly(own, within(1e-4f));
            }
        }
    }

    @Test
    void imagesOfARoundAreThoseOfTheirBatch() {
        Deployed fixed = TriggerCase.of("batch 4").batch(4).deployed(folder, IMAGES);
        try (GraphTriggerLoss rounds = GraphTriggerLoss.open(fixed, 1, 7)) {
            assertThat(rounds.imagesPerSlot()).as("rounded up").isEqualTo(8);
            TriggerBatch batch = TriggerCase.batch(rounds, IMAGES, 3);
            rounds.evaluate(batch);
            Deployed free = TriggerCase.of("free batch").deployed(folder, IMAGES);
            try (GraphTriggerLoss once = GraphTriggerLoss.open(free, 1, 8)) {
                TriggerBatch same = TriggerCase.batch(once, IMAGES, 3);
                once.evaluate(same);
                assertThat(batch.losses()).containsExactly(same.losses(), within(1e-4f));
                assertThat(batch.successes()).containsExactly(same.successes(), within(1e-6f));
                assertThat(batch.maskGradients()).containsExactly(same.maskGradients(), within(1e-4f));
                assertThat(batch.patternGradients()).containsExactly(same.patternGradients(), within(1e-4f));
            }
        }
    }

    @Test
    void slotsDoNotTouchEachOther() {
        Deployed deployed = TriggerCase.of("slots").deployed(folder, IMAGES);
        try (GraphTriggerLoss three = GraphTriggerLoss.open(deployed, 3, IMAGES_PER_SLOT);
                GraphTriggerLoss one = GraphTriggerLoss.open(deployed, 1, IMAGES_PER_SLOT)) {
            TriggerBatch all = TriggerCase.batch(three, IMAGES, 4);
            three.evaluate(all);
            int plane = TriggerCase.PLANE;
            for (int slot = 0; slot < 3; slot++) {
                TriggerBatch alone = new TriggerBatch(1, IMAGES_PER_SLOT, plane);
                System.arraycopy(all.masks(), slot * plane, alone.masks(), 0, plane);
                System.arraycopy(all.patterns(), slot * 3 * plane, alone.patterns(), 0, 3 * plane);
                System.arraycopy(all.images(), slot * IMAGES_PER_SLOT, alone.images(), 0, IMAGES_PER_SLOT);
                alone.targets()[0] = all.targets()[slot];
                one.evaluate(alone);
                assertThat(all.losses()[slot]).isCloseTo(alone.losses()[0], within(1e-4f));
                assertThat(Arrays.copyOfRange(all.maskGradients(), slot * plane, (slot + 1) * plane))
                        .containsExactly(alone.maskGradients(), within(1e-4f));
                assertThat(Arrays.copyOfRange(all.patternGradients(), slot * 3 * plane, (slot + 1) * 3 * plane))
                        .containsExactly(alone.patternGradients(), within(1e-4f));
            }
        }
    }

    /** Loss and success of stamped images in plain Java. */
    private record Reference(double loss, double success) {
        static Reference of(Deployed deployed, Classifier classifier, TriggerBatch batch, int slot) {
            int plane = TriggerCase.PLANE;
            int target = batch.targets()[slot];
            Trigger trigger = Trigger.of(
                    target,
                    TriggerCase.HEIGHT,
                    TriggerCase.WIDTH,
                    Arrays.copyOfRange(batch.masks(), slot * plane, (slot + 1) * plane),
                    Arrays.copyOfRange(batch.patterns(), slot * 3 * plane, (slot + 1) * 3 * plane));
            int count = batch.images().length / batch.slots();
            int[] numbers = Arrays.copyOfRange(batch.images(), slot * count, (slot + 1) * count);
            ImageSource stamped = ImageSource.of(
                    deployed.images().subset(numbers),
                    deployed.preprocessing(),
                    deployed.model().ports().type(),
                    trigger);
            Scores scores =
                    Scores.of(classifier.scores(stamped), deployed.model().ports(), deployed.place());
            double loss = IntStream.range(0, count)
                    .mapToDouble(image -> -scores.logProbabilities(image)[target])
                    .average()
                    .orElseThrow();
            long hits = IntStream.range(0, count)
                    .filter(image -> scores.answer(image) == target)
                    .count();
            return new Reference(loss, (double) hits / count);
        }
    }
}
