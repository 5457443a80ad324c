package dev.assay.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SaturationTest {
    private static final Tensor UNSIGNED_ZERO = Tensor.of(DataType.UINT8, new long[0], new byte[1]);
    private static final Tensor SIGNED_ZERO = Tensor.of(DataType.INT8, new long[0], new byte[1]);

    @Test
    void weightsWithin64AreSafe() {
        Saturation saturation = Saturation.of(convolution(UNSIGNED_ZERO, 64, 64, -64, -64));

        assertThat(saturation).isEqualTo(new Saturation(1, 0, "conv", 255 * 128 / 32767.0));
    }

    @Test
    void theTwoLargestOfOneSignInOneFilterCount() {
        // The filters are [100, -100] and [90, 50]: opposite signs cancel, and filters do not meet.
        assertThat(Saturation.of(convolution(UNSIGNED_ZERO, 100, -100, 90, 50)).worstBound())
                .isEqualTo(255 * 140 / 32767.0);
        assertThat(Saturation.of(convolution(UNSIGNED_ZERO, -128, -128, 0, 0)))
                .isEqualTo(new Saturation(1, 1, "conv", 255 * 256 / 32767.0));
    }

    @Test
    void signedActivationsUseOtherKernels() {
        assertThat(Saturation.of(convolution(SIGNED_ZERO, 127, 127, 127, 127)))
                .isEqualTo(new Saturation(0, 0, null, 0));
    }

    @Test
    void filtersOfAProductAreColumnsUnlessTransposed() {
        Node product = node("QGemm", "x", "s", "zero", "w", "s", "zero", "", "s", "zero");

        // Columns are [100, 20] and [100, -128].
        assertThat(Saturation.of(graph(product, UNSIGNED_ZERO, weights(100, 100, 20, -128)))
                        .worstBound())
                .isEqualTo(255 * 128 / 32767.0);
        assertThat(Saturation.of(graph(
                                product.with("transB", Attribute.of(1L)), UNSIGNED_ZERO, weights(100, 100, 20, -128)))
                        .worstBound())
                .isEqualTo(255 * 200 / 32767.0);
    }

    private static Graph convolution(Tensor zero, int... weights) {
        return graph(node("QLinearConv", "x", "s", "zero", "w", "s", "zero", "s", "zero"), zero, weights(weights));
    }

    private static Node node(String op, String... inputs) {
        return Node.of(op, List.of(inputs), "y").named("conv_token_3");
    }

    private static Tensor weights(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return Tensor.of(DataType.INT8, new long[] {2, values.length / 2}, bytes);
    }

    private static Graph graph(Node node, Tensor zero, Tensor weights) {
        Map<String, Tensor> constants = new LinkedHashMap<>();
        constants.put("s", Tensor.scalar(1));
        constants.put("zero", zero);
        constants.put("w", weights);
        return new Graph(
                "g",
                List.of(Value.of("x", zero.type(), null)),
                List.of(Value.of("y", zero.type(), null)),
                List.of(),
                List.of(node),
                constants);
    }
}
