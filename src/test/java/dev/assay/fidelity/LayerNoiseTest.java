package dev.assay.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.fidelity.Fidelity.Layer;
import dev.assay.ir.Attribute;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.Optimization;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A net of Conv, Relu, Conv and pooling against its QDQ twin, whose weights are exactly those of the net. */
class LayerNoiseTest {
    private static final int SIZE = 8;
    private static final int CLASSES = 3;
    private static final float WEIGHT_SCALE = 0.01f;

    private final Path folder;
    private final SplittableRandom random = new SplittableRandom(5);
    private final byte[] first = bytes(4 * 3 * 9);
    private final byte[] second = bytes(CLASSES * 4 * 9);

    LayerNoiseTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @EnumSource(names = {"BASIC", "EXTENDED", "ALL"})
    void quantizedLayersAreMatchedByNameAndReadFromTheirIntegers(Optimization level) {
        LayerNoise noise = measure(quantized("r", "c2"), SessionSpec.cpu(1).at(level));

        assertThat(noise.tapsBitIdentical()).isTrue();
        assertThat(noise.note()).isEqualTo("Layers are matched by name.");
        assertThat(noise.layers()).extracting(Layer::value).startsWith("r", "c2");
        assertThat(noise.layers())
                .allSatisfy(layer -> assertThat(layer.sqnrDb()).isBetween(25.0, 70.0));
    }

    @Test
    void aForeignTwinIsMatchedByOrder() {
        LayerNoise noise = measure(quantized("other_r", "other_c2"), SessionSpec.cpu(1));

        assertThat(noise.tapsBitIdentical()).isTrue();
        assertThat(noise.note()).startsWith("Names differ");
        assertThat(noise.layers()).extracting(Layer::value).containsExactly("r", "c2");
        assertThat(noise.layers())
                .allSatisfy(layer -> assertThat(layer.sqnrDb()).isBetween(25.0, 70.0));
    }

    @Test
    void aConvolutionThatKeepsItsNameButAbsorbedItsReluStandsForTheRelu() {
        Model artifact = quantized("c1/dequantized", "c2/dequantized", "c1", "c2");

        LayerNoise noise = measure(artifact, SessionSpec.cpu(1));

        assertThat(noise.layers()).extracting(Layer::value).startsWith("r", "c2");
        assertThat(noise.layers())
                .allSatisfy(layer -> assertThat(layer.sqnrDb()).isBetween(25.0, 70.0));
    }

    @Test
    void theModelItselfHasNoNoiseUnoptimizedAndKeepsItsFusions() {
        assertThat(measure(reference(), SessionSpec.cpu(1).at(Optimization.NONE))
                        .layers())
                .isNotEmpty()
                .allSatisfy(layer -> assertThat(layer.sqnrDb()).isEqualTo(Sqnr.CAP_DB));

        LayerNoise optimized = measure(reference(), SessionSpec.cpu(1));
        assertThat(optimized.tapsBitIdentical()).isTrue();
        // c1 exists only inside the kernel that also computes r.
        assertThat(optimized.layers())
                .extracting(Layer::value)
                .contains("r", "c2")
                .doesNotContain("c1");
    }

    @Test
    void modelsOfDifferentMakeAreNotMatched() {
        LayerNoise noise = measure(floatNet("other_", List.of("c1", "r", "c2", "c3")), SessionSpec.cpu(1));

        assertThat(noise.layers()).isEmpty();
        assertThat(noise.tapsBitIdentical()).isFalse();
        assertThat(noise.note())
                .isEqualTo("No layers: names differ, and the model has 2 multiply-accumulate nodes where the artifact"
                        + " has 3.");
    }

    private LayerNoise measure(Model artifact, SessionSpec spec) {
        Path file = folder.resolve("artifact.onnx");
        OnnxWriter.write(artifact, file);
        ImageSet images = ImageSet.of(SIZE, SIZE, bytes(20 * 3 * SIZE * SIZE), new int[20], List.of("a", "b", "c"));
        ImageSource source = ImageSource.of(images, Preprocessing.DEFAULT, DataType.FLOAT);
        return LayerNoise.measure(
                ImageClassifier.of(reference(), "reference", ImageClassifier.Hints.NONE),
                file,
                ImageClassifier.of(artifact, "artifact", ImageClassifier.Hints.NONE),
                spec,
                source);
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private Model reference() {
        return floatNet("", List.of("c1", "r", "c2"));
    }

    /** The net with its nodes in order: {@code r} is a Relu, all others are convolutions. */
    private Model floatNet(String prefix, List<String> values) {
        Map<String, Tensor> constants = new LinkedHashMap<>();
        constants.put("w1", Tensor.ofFloats(new long[] {4, 3, 3, 3}, reals(first)));
        constants.put("w2", Tensor.ofFloats(new long[] {CLASSES, 4, 3, 3}, reals(second)));
        constants.put("w3", Tensor.ofFloats(new long[] {CLASSES, CLASSES, 1, 1}, new float[CLASSES * CLASSES]));
        List<Node> nodes = new ArrayList<>();
        String last = "x";
        for (String value : values) {
            String output = prefix + value;
            nodes.add(
                    value.equals("r")
                            ? Node.of("Relu", List.of(last), output)
                            : convolution(last, value.replace('c', 'w'), output));
            last = output;
        }
        return net(nodes, last, constants);
    }

    /** As the project's own quantizer names values: the dequantized value bears the name. */
    private Model quantized(String r, String c2) {
        return quantized(r, c2, r + "/float", c2 + "/float");
    }

    private Model quantized(String r, String c2, String floatR, String floatC2) {
        Map<String, Tensor> constants = new LinkedHashMap<>();
        constants.put("w1", Tensor.of(DataType.INT8, new long[] {4, 3, 3, 3}, first));
        constants.put("w2", Tensor.of(DataType.INT8, new long[] {CLASSES, 4, 3, 3}, second));
        constants.put("weight_scale", Tensor.scalar(WEIGHT_SCALE));
        constants.put("weight_zero", Tensor.of(DataType.INT8, new long[0], new byte[1]));
        List<Node> nodes = new ArrayList<>();
        addQuantized(nodes, constants, "x", "xd", 1 / 255f, 0);
        nodes.add(Node.of("DequantizeLinear", List.of("w1", "weight_scale", "weight_zero"), "wd1"));
        nodes.add(convolution("xd", "wd1", floatR));
        addQuantized(nodes, constants, floatR, r, 0.04f, 0);
        nodes.add(Node.of("DequantizeLinear", List.of("w2", "weight_scale", "weight_zero"), "wd2"));
        nodes.add(convolution(r, "wd2", floatC2));
        addQuantized(nodes, constants, floatC2, c2, 0.4f, 128);
        return net(nodes, c2, constants);
    }

    private static void addQuantized(
            List<Node> nodes, Map<String, Tensor> constants, String from, String to, float scale, int zero) {
        List<String> parameters = List.of(to + "/scale", to + "/zero");
        constants.put(parameters.get(0), Tensor.scalar(scale));
        constants.put(parameters.get(1), Tensor.of(DataType.UINT8, new long[0], new byte[] {(byte) zero}));
        String integer = to + "/quantized";
        nodes.add(Node.of("QuantizeLinear", List.of(from, parameters.get(0), parameters.get(1)), integer));
        nodes.add(Node.of("DequantizeLinear", List.of(integer, parameters.get(0), parameters.get(1)), to));
    }

    private static Node convolution(String input, String weights, String output) {
        Node node = Node.of("Conv", List.of(input, weights), output);
        return weights.equals("w3") ? node : node.with("pads", Attribute.ofLongs(1, 1, 1, 1));
    }

    private static Model net(List<Node> nodes, String last, Map<String, Tensor> constants) {
        nodes.add(Node.of("GlobalAveragePool", List.of(last), last + "/pooled"));
        nodes.add(Node.of("Flatten", List.of(last + "/pooled"), last + "/logits"));
        Shape images = new Shape(List.of(Dim.named("N"), Dim.of(3), Dim.of(SIZE), Dim.of(SIZE)));
        Graph graph = new Graph(
                "net",
                List.of(Value.of("x", DataType.FLOAT, images)),
                List.of(Value.of(last + "/logits", DataType.FLOAT, null)),
                List.of(),
                nodes,
                constants);
        return new Model(8, Map.of("", 13L), graph, List.of(), Bytes.EMPTY);
    }

    private static float[] reals(byte[] integers) {
        float[] reals = new float[integers.length];
        for (int i = 0; i < reals.length; i++) {
            reals[i] = WEIGHT_SCALE * integers[i];
        }
        return reals;
    }
}
