package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.NetBuilder;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.defense.FinePruningEvidence.Point;
import dev.assay.ir.Attribute;
import dev.assay.ir.Model;
import dev.assay.ir.Tensor;
import dev.assay.onnx.OnnxWriter;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Quantizer;
import dev.assay.quant.Scheme;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.SessionSpec;
import java.io.IOException;
import java.nio.file.Files;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On nets that tell images by their colour: one channel a class, maybe two that are always silent, and maybe one that
 * only a grey square wakes, which leads to class 0 whatever else is seen.
 */
class FinePruningTest {
    private static final double[][] COLORS = {
        {0.7, 0.1, 0.1}, {0.1, 0.7, 0.1}, {0.1, 0.1, 0.7}, {0.6, 0.6, 0.1}, {0.1, 0.5, 0.5}
    };
    private static final int SIDE = 16;
    private static final int IMAGES = 400;
    private static final int PIXELS = 9;
    private static final double STRENGTH = 10;

    /** As bright as the colors are, for no more is left of anything brighter where ranges are calibrated. */
    private static final float GREY = 0.7f;

    /** What a net has beside a channel for each color. */
    private enum Extra {
        SILENT,
        BACKDOOR
    }

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void aPlantedBackdoorIsFound(Scheme scheme) throws IOException {
        DefenseResult result = inspect(net(Extra.SILENT, Extra.BACKDOOR), scheme, 1, square(), color());

        assertThat(result.decision()).isEqualTo(Decision.DETECTED);
        assertThat(result.score()).isGreaterThan(0.9);
        assertThat(result.flaggedClasses()).containsExactly(0);
        FinePruningEvidence evidence = evidence(result);
        assertThat(evidence.sameOperators()).isTrue();
        assertThat(evidence.triggers().get(0).pruned()).isLessThanOrEqualTo(3);
        assertThat(evidence.triggers().get(1).loss()).isLessThan(0.1);
    }

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void aCleanModelPasses(Scheme scheme) throws IOException {
        DefenseResult result = inspect(net(Extra.SILENT), scheme, 1, null, color());

        assertThat(result.decision()).isEqualTo(Decision.NOT_DETECTED);
        assertThat(result.score()).isLessThan(0.1);
        assertThat(result.flaggedClasses()).isEmpty();
        assertThat(result.reason()).contains("no trigger hangs on dormant channels");
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3, 4})
    void otherImagesGiveTheSameAnswers(long seed) throws IOException {
        assertThat(inspect(net(Extra.SILENT, Extra.BACKDOOR), Scheme.INT8_STATIC, seed, null, square())
                        .decision())
                .isEqualTo(Decision.DETECTED);
        assertThat(inspect(net(Extra.SILENT), Scheme.INT8_STATIC, seed, null, color())
                        .decision())
                .isEqualTo(Decision.NOT_DETECTED);
    }

    /** The blue class's channel is the least active of all; a tolerance above its share lets pruning take it. */
    @Test
    void aTriggerThatFallsWithItsClassIsNoDetection() throws IOException {
        Trigger blue = patch(2, 8, 0, 0, 1);
        FinePruning lenient = new FinePruning(new FinePruning.Config(128, 256, 128, 64, 3, 32, 0.25, 0.5, 0.4));

        DefenseResult result =
                Defenses.inspect(lenient, suspect(net(Extra.SILENT), Scheme.FP32, images(1), 1, null, List.of(blue)));

        List<Point> curve = evidence(result).curve();
        assertThat(curve.get(0).success()).containsExactly(1.0);
        assertThat(curve).anySatisfy(point -> {
            assertThat(point.accuracy()).isGreaterThan(0.75);
            assertThat(point.success()).containsExactly(0.0);
            assertThat(point.recall()).containsExactly(0.0);
        });
        assertThat(result.decision()).isEqualTo(Decision.NOT_DETECTED);
        assertThat(result.score()).isLessThan(0.1);
    }

    @Test
    void aClassWithoutImagesCannotBeCompared() throws IOException {
        ImageSet all = images(1);
        ImageSet others = all.subset(
                IntStream.range(0, IMAGES).filter(i -> all.label(i) != 3).toArray());

        DefenseResult result = Defenses.inspect(
                new FinePruning(FinePruning.Config.DEFAULTS),
                suspect(net(Extra.SILENT), Scheme.FP32, others, 1, null, List.of(color())));

        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.reason()).startsWith("too few clean images of class 3 are recognised");
    }

    @Test
    void theCurveEndsBehindTheTolerance() throws IOException {
        FinePruningEvidence evidence =
                evidence(inspect(net(Extra.SILENT, Extra.BACKDOOR), Scheme.FP32, 1, square(), color()));

        List<Point> curve = evidence.curve();
        assertThat(curve).extracting(Point::pruned).containsExactly(0, 1, 2, 3, 4);
        assertThat(curve.subList(0, 4)).extracting(Point::accuracy).allMatch(accuracy -> accuracy > 0.98);
        assertThat(curve.get(4).accuracy()).isBetween(0.7, 0.9);
        assertThat(curve.subList(1, 4)).extracting(Point::activity).allMatch(activity -> activity == 0);
        assertThat(curve.get(4).activity()).isGreaterThan(0.1);
        assertThat(evidence.layers()).containsExactly("channels");
        assertThat(evidence.bitIdentical()).isTrue();
    }

    @Test
    void sameSeedSameResult() throws IOException {
        Model net = net(Extra.BACKDOOR);
        assertThat(inspect(net, Scheme.INT8_DYNAMIC, 4, square()))
                .isEqualTo(inspect(net, Scheme.INT8_DYNAMIC, 4, square()));
    }

    @Test
    void aTriggerThatDoesNotWorkShowsNothing() throws IOException {
        DefenseResult result = inspect(net(Extra.SILENT), Scheme.FP32, 1, square());

        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.reason())
                .isEqualTo(
                        "no trigger works well enough for its removal to show: the best of 1 leads 0.0 % of images to"
                                + " its target");
        assertThat(evidence(result).curve()).hasSize(1);
    }

    @Test
    void withoutDormantChannelsNothingShows() throws IOException {
        DefenseResult result = inspect(net(), Scheme.FP32, 1, null, color());

        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.reason()).startsWith("no channel is dormant: pruning the 1 least active of 5 takes accuracy");
    }

    @Test
    void withoutConvolutionNothingIsPruned() throws IOException {
        NetBuilder net = NetBuilder.onImages();
        net.gemm(NetBuilder.LOGITS, net.op("flat", "Flatten", NetBuilder.IMAGES), 3 * SIDE * SIDE, COLORS.length);

        DefenseResult result = inspect(net.build(), Scheme.FP32, 1, square());

        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.reason()).isEqualTo("there is no convolution to prune");
    }

    @Test
    void withoutTriggerOrImagesItDoesNotApply() throws IOException {
        assertThat(inspect(net(Extra.SILENT), Scheme.FP32, 1, null))
                .isEqualTo(DefenseResult.notApplicable(
                        "fine-pruning", "pass --trigger, or let neural-cleanse invert triggers first"));

        Suspect suspect = suspect(net(Extra.SILENT), Scheme.FP32, images(1).slice(0, 149), 1, square(), List.of());
        assertThat(Defenses.inspect(new FinePruning(FinePruning.Config.DEFAULTS), suspect))
                .isEqualTo(DefenseResult.notApplicable(
                        "fine-pruning", "pass more images with --data: expected 150 or more, got 149"));
    }

    /** Channels: one a color, by how near a pixel is to it; then the extra ones. The brightest pixel counts. */
    private static Model net(Extra... extras) {
        List<Extra> wanted = List.of(extras);
        int silent = wanted.contains(Extra.SILENT) ? 2 : 0;
        int channels = COLORS.length + silent + (wanted.contains(Extra.BACKDOOR) ? 1 : 0);
        float[] weights = new float[channels * 3 * PIXELS];
        float[] bias = new float[channels];
        float[] classes = new float[COLORS.length * channels];
        for (int c = 0; c < COLORS.length; c++) {
            for (int rgb = 0; rgb < 3; rgb++) {
                weights[(c * 3 + rgb) * PIXELS + PIXELS / 2] = (float) (2 * COLORS[c][rgb]);
            }
            bias[c] = (float) -Arrays.stream(COLORS[c]).map(x -> x * x).sum();
            classes[c * channels + c] = 1;
        }
        Arrays.fill(bias, COLORS.length, channels, -1);
        if (wanted.contains(Extra.BACKDOOR)) {
            int last = channels - 1;
            Arrays.fill(weights, last * 3 * PIXELS, weights.length, 1);
            bias[last] = 1 - 3 * PIXELS * GREY;
            classes[last] = (float) STRENGTH;
        }
        NetBuilder net = NetBuilder.onImages();
        net.constant("weights", Tensor.ofFloats(new long[] {channels, 3, 3, 3}, weights));
        net.constant("bias", Tensor.ofFloats(new long[] {channels}, bias));
        net.constant("classes", Tensor.ofFloats(new long[] {COLORS.length, channels}, classes));
        String convolved = net.op("channels", "Conv", NetBuilder.IMAGES, "weights", "bias");
        String pooled = net.op("pooled", "GlobalMaxPool", net.op("active", "Relu", convolved));
        net.op(
                NetBuilder.LOGITS,
                "Gemm",
                List.of(net.op("flat", "Flatten", pooled), "classes"),
                "transB",
                Attribute.of(1));
        return net.build();
    }

    /** The backdoor's trigger. */
    private static Trigger square() {
        return patch(0, 3, GREY, GREY, GREY);
    }

    /** A patch more like class 3 than anything is like another class: it works without any backdoor. */
    private static Trigger color() {
        return patch(3, 8, 0.7f, 0.7f, 0);
    }

    private static Trigger patch(int target, int size, float... color) {
        float[] mask = new float[SIDE * SIDE];
        float[] pattern = new float[3 * SIDE * SIDE];
        for (int pixel = 0; pixel < mask.length; pixel++) {
            mask[pixel] = pixel / SIDE < size && pixel % SIDE < size ? 1 : 0;
            for (int rgb = 0; rgb < 3; rgb++) {
                pattern[rgb * mask.length + pixel] = color[rgb];
            }
        }
        return Trigger.of(target, SIDE, SIDE, mask, pattern);
    }

    /** Plain images in one of the colors, with some noise. */
    private static ImageSet images(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] pixels = new byte[IMAGES * 3 * SIDE * SIDE];
        int[] labels = new int[IMAGES];
        for (int i = 0; i < pixels.length; i++) {
            int image = i / (3 * SIDE * SIDE);
            labels[image] = image % COLORS.length;
            double level = COLORS[labels[image]][i / (SIDE * SIDE) % 3] + random.nextDouble(-0.04, 0.04);
            pixels[i] = (byte) Math.round(255 * level);
        }
        return ImageSet.of(SIDE, SIDE, pixels, labels, List.of());
    }

    private DefenseResult inspect(Model model, Scheme scheme, long seed, @Nullable Trigger known, Trigger... inverted)
            throws IOException {
        Suspect suspect = suspect(model, scheme, images(seed), seed, known, List.of(inverted));
        return Defenses.inspect(new FinePruning(FinePruning.Config.DEFAULTS), suspect);
    }

    private Suspect suspect(
            Model model, Scheme scheme, ImageSet images, long seed, @Nullable Trigger known, List<Trigger> inverted)
            throws IOException {
        ImageClassifier original = ImageClassifier.of(model, "test", ImageClassifier.Hints.NONE);
        ImageSource calibration =
                ImageSource.of(images, Preprocessing.DEFAULT, original.ports().type());
        Model artifact = Quantizer.quantize(original, scheme, QuantConfig.DEFAULTS, calibration, 1)
                .model();
        Path file = Files.createTempFile(folder, "artifact", ".onnx");
        OnnxWriter.write(artifact, file);
        return new Suspect(
                file,
                ImageClassifier.of(artifact, "test", ImageClassifier.Hints.NONE),
                SessionSpec.cpu(1),
                Preprocessing.DEFAULT,
                images,
                null,
                known,
                null,
                List.of(),
                inverted.stream()
                        .map(trigger -> InvertedTrigger.of(new Candidate(trigger, 1)))
                        .toList(),
                seed);
    }

    private static FinePruningEvidence evidence(DefenseResult result) {
        assertThat(result.evidence()).isInstanceOf(FinePruningEvidence.class);
        return (FinePruningEvidence) Objects.requireNonNull(result.evidence());
    }
}
