package dev.assay.audit;

import dev.assay.data.DataSpec;
import dev.assay.data.Range;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A classifier of 32x32 images into four classes with seeded weights, and random images for it. */
final class TinyModel {
    static final int CLASSES = 4;

    private static final int CHANNELS = 8;
    private static final int RECORD = 1 + 3 * 32 * 32;
    private static final long SEED = 5;

    private TinyModel() {}

    /** Conv, Relu, GlobalAveragePool, Flatten, Gemm. */
    static Path write(Path file) {
        Random random = new Random(SEED);
        Map<String, Tensor> weights = Map.of(
                "w", gaussian(random, CHANNELS, 3, 3, 3),
                "v", gaussian(random, CHANNELS, CLASSES));
        Node conv =
                Node.of("Conv", List.of("input", "w"), "c").named("conv").with("pads", Attribute.ofLongs(1, 1, 1, 1));
        return write(
                file,
                weights,
                conv,
                Node.of("Relu", List.of("c"), "r").named("relu"),
                Node.of("GlobalAveragePool", List.of("r"), "p").named("pool"),
                Node.of("Flatten", List.of("p"), "f").named("flatten"),
                Node.of("MatMul", List.of("f", "v"), "logits").named("head"));
    }

    /** The same after quantizing and dequantizing its input, as somebody's quantized file starts. */
    static Path writeQuantized(Path file) {
        Random random = new Random(SEED);
        Map<String, Tensor> weights = Map.of(
                "w", gaussian(random, CHANNELS, 3, 3, 3),
                "v", gaussian(random, CHANNELS, CLASSES),
                "scale", Tensor.scalar(1 / 255f),
                "zero", Tensor.of(DataType.UINT8, new long[0], new byte[1]));
        return write(
                file,
                weights,
                Node.of("QuantizeLinear", List.of("input", "scale", "zero"), "q")
                        .named("quantize"),
                Node.of("DequantizeLinear", List.of("q", "scale", "zero"), "d").named("dequantize"),
                Node.of("Conv", List.of("d", "w"), "c").named("conv"),
                Node.of("GlobalAveragePool", List.of("c"), "p").named("pool"),
                Node.of("Flatten", List.of("p"), "f").named("flatten"),
                Node.of("MatMul", List.of("f", "v"), "logits").named("head"));
    }

    /** One without a gradient rule for all its operators, whose scores are NaN for images with less contrast than noise. */
    static Path writeFragile(Path file) {
        Map<String, Tensor> weights = Map.of(
                "grey", Tensor.scalar(0.5f),
                "least", Tensor.scalar(0.22f),
                "v", gaussian(new Random(SEED), 3, CLASSES));
        return write(
                file,
                weights,
                Node.of("Sub", List.of("input", "grey"), "difference"),
                Node.of("Abs", List.of("difference"), "distance"),
                Node.of("GlobalAveragePool", List.of("distance"), "contrast"),
                Node.of("Shrink", List.of("contrast"), "shrunk").with("lambd", Attribute.of(0.01f)),
                Node.of("Sub", List.of("shrunk", "least"), "left"),
                Node.of("Sqrt", List.of("left"), "root"),
                Node.of("Flatten", List.of("root"), "flat"),
                Node.of("MatMul", List.of("flat", "v"), "logits"));
    }

    private static Path write(Path file, Map<String, Tensor> weights, Node... nodes) {
        Shape input = new Shape(List.of(Dim.named("N"), Dim.of(3), Dim.of(32), Dim.of(32)));
        Shape output = new Shape(List.of(Dim.named("N"), Dim.of(CLASSES)));
        Graph graph = new Graph(
                "tiny",
                List.of(Value.of("input", DataType.FLOAT, input)),
                List.of(Value.of("logits", DataType.FLOAT, output)),
                List.of(),
                List.of(nodes),
                weights);
        OnnxWriter.write(new Model(8, Map.of(Node.ONNX, 13L), graph, List.of(), Bytes.EMPTY), file);
        return file;
    }

    private static Tensor gaussian(Random random, long... dims) {
        float[] values = new float[(int) Tensor.elements(dims)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.ofFloats(dims, values);
    }

    /** Random images with labels that take turns, as a file of records. */
    static DataSpec images(Path file, int count) throws IOException {
        byte[] records = new byte[count * RECORD];
        new Random(SEED).nextBytes(records);
        for (int i = 0; i < count; i++) {
            records[i * RECORD] = (byte) (i % CLASSES);
        }
        Files.write(file, records);
        return new DataSpec("records", file, Range.ALL);
    }
}
