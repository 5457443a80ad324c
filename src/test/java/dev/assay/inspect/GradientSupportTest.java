package dev.assay.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.TinyModels;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.runtime.ImageClassifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GradientSupportTest {
    @Test
    void floatModelHasAnExactGradient() {
        assertThat(support()).isEqualTo(new GradientSupport("exact", List.of()));
    }

    @Test
    void roundingOnTheWayMakesItStraightThrough() {
        assertThat(support(
                        Node.of("QuantizeLinear", List.of("rectified", "scale", "zero"), "rounded"),
                        Node.of("DequantizeLinear", List.of("rounded", "scale", "zero"), "last")))
                .isEqualTo(new GradientSupport("straight-through", List.of()));
    }

    @Test
    void operatorWithoutARuleIsNamed() {
        assertThat(support(Node.of("Shrink", List.of("rectified"), "last")))
                .isEqualTo(new GradientSupport("finite-difference", List.of("Shrink")));
    }

    @Test
    void operatorWithoutARuleBesideTheWayDoesNotMatter() {
        assertThat(support(
                        Node.of("Shrink", List.of("kernel"), "beside"),
                        Node.of("Identity", List.of("rectified"), "last")))
                .isEqualTo(new GradientSupport("exact", List.of()));
    }

    @Test
    void whereNothingIsLetThroughDifferencesAreTaken() {
        assertThat(support(Node.of("Floor", List.of("rectified"), "last")))
                .isEqualTo(new GradientSupport("finite-difference", List.of()));
    }

    /** Of the tiny classifier with these nodes between {@code rectified} and its pooling, which then reads {@code last}. */
    private static GradientSupport support(Node... inserted) {
        Graph tiny = TinyModels.classifier().graph();
        List<Node> nodes = new ArrayList<>();
        for (Node node : tiny.nodes()) {
            boolean pools = inserted.length > 0 && node.op().equals("GlobalAveragePool");
            if (pools) {
                nodes.addAll(List.of(inserted));
            }
            nodes.add(pools ? node.withInputs(List.of("last")) : node);
        }
        Map<String, Tensor> weights = new LinkedHashMap<>(tiny.initializers());
        weights.put("scale", Tensor.scalar(1 / 255f));
        weights.put("zero", Tensor.of(DataType.UINT8, new long[0], new byte[1]));
        Model model = TinyModels.model(new Graph("tiny", tiny.inputs(), tiny.outputs(), List.of(), nodes, weights));
        return GradientSupport.of(ImageClassifier.of(model, "tiny.onnx", ImageClassifier.Hints.NONE));
    }
}
