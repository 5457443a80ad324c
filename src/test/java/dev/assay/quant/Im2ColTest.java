package dev.assay.quant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.Bench;
import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lowered convolution computes what a float convolution with the same 4-bit weights does. */
class Im2ColTest {
    @ParameterizedTest
    @ValueSource(strings = {"asymmetric pads", "same upper", "same lower", "valid", "dilated", "even kernel"})
    void loweringIsExact(String net) {
        Bench bench = Bench.of(Objects.requireNonNull(QuantNets.SHAPES.get(net)));
        QuantConfig config = new QuantConfig(Calibrator.MINMAX, Rounding.NEAREST, 16, false);

        float[] lowered =
                bench.scores(bench.quantize(Scheme.INT4_KERNEL, config).model(), Bench.CPU);
        float[] expected = bench.scores(withFourBitWeights(bench.model(), config), Bench.CPU);

        assertThat(SchemesTest.largestDifference(lowered, expected)).isLessThan(1e-5);
    }

    private static Model withFourBitWeights(Model model, QuantConfig config) {
        Graph graph = model.graph();
        GraphEditor edit = graph.edit();
        for (Node node : graph.nodes()) {
            if (node.is("Conv") || node.is("Gemm")) {
                Tensor weights = graph.constant(node.input(1)).orElseThrow();
                edit.setConstant(node.input(1), node.is("Conv") ? rounded(weights, config) : matrix(weights, config));
            }
        }
        return model.withGraph(edit.commit());
    }

    private static Tensor matrix(Tensor weights, QuantConfig config) {
        return Tensor.ofFloats(
                weights.dims(),
                BlockWeights.of(weights.floats(), (int) weights.dim(0), config).dequantized());
    }

    private static Tensor rounded(Tensor weights, QuantConfig config) {
        int filters = (int) weights.dim(0);
        int channels = (int) weights.dim(1);
        int places = (int) (weights.dim(2) * weights.dim(3));
        float[] last =
                BlockWeights.of(Matrices.channelsLast(weights), filters, config).dequantized();
        float[] first = new float[last.length];
        for (int i = 0; i < last.length; i++) {
            int filter = i / (channels * places);
            int place = i / channels % places;
            first[(filter * channels + i % channels) * places + place] = last[i];
        }
        return Tensor.ofFloats(weights.dims(), first);
    }
}
