package dev.assay;

import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Models small enough to be made in a test. */
public final class TinyModels {
    private static final long IR_VERSION = 8;
    private static final long OPSET = 17;

    private TinyModels() {}

    /**
     * A classifier of 8x8 images into three classes: convolution, global pooling, product. Its weights are random, its
     * answers mean nothing. {@code src/test/resources/models/tiny.onnx} is this model.
     */
    public static Model classifier() {
        SplittableRandom random = new SplittableRandom(7);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        weights.put("kernel", randomTensor(random, 4, 3, 3, 3));
        weights.put("bias", randomTensor(random, 4));
        weights.put("matrix", randomTensor(random, 4, 3));
        return model(new Graph(
                "tiny",
                List.of(images()),
                List.of(scores()),
                List.of(),
                List.of(
                        Node.of("Conv", List.of("images", "kernel", "bias"), "convolved"),
                        Node.of("Relu", List.of("convolved"), "rectified"),
                        Node.of("GlobalAveragePool", List.of("rectified"), "pooled"),
                        Node.of("Flatten", List.of("pooled"), "features"),
                        Node.of("MatMul", List.of("features", "matrix"), "logits")),
                weights));
    }

    /** The input of {@link #classifier()}. */
    public static Value images() {
        return Value.of("images", DataType.FLOAT, new Shape(List.of(Dim.named("N"), Dim.of(3), Dim.of(8), Dim.of(8))));
    }

    /** The output of {@link #classifier()}. */
    public static Value scores() {
        return Value.of("logits", DataType.FLOAT, new Shape(List.of(Dim.named("N"), Dim.of(3))));
    }

    /** A model of one graph. */
    public static Model model(Graph graph) {
        return new Model(IR_VERSION, Map.of(Node.ONNX, OPSET), graph, List.of(), Bytes.EMPTY);
    }

    private static Tensor randomTensor(SplittableRandom random, long... dims) {
        float[] values = new float[(int) Tensor.elements(dims)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return Tensor.ofFloats(dims, values);
    }
}
