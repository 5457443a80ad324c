package dev.assay.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.Bench;
import dev.assay.NetBuilder;
import dev.assay.ir.Attribute;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoldGemmFactorsTest {
    private static final Pass FOLDING = new FoldGemmFactors();

    private static Model net(float alpha, float beta, String... weightsAndBias) {
        NetBuilder net = NetBuilder.onImages();
        net.constant("weights", Tensor.ofFloats(new long[] {3, 2}, 1, 2, 3, 4, 5, -6));
        net.constant("huge", Tensor.ofFloats(new long[] {3, 2}, 3e38f, 0, 0, 0, 0, 0));
        net.constant("bias", Tensor.ofFloats(new long[] {2}, 0.5f, 1));
        String flat = net.op("flat", "Flatten", net.op("pool", "GlobalAveragePool", NetBuilder.IMAGES));
        net.op("same", "ReduceSum", flat, net.constant("axes", Tensor.vector(1)));
        List<String> inputs = new ArrayList<>(List.of(flat));
        inputs.addAll(List.of(weightsAndBias));
        net.node(Node.of("Gemm", inputs, NetBuilder.LOGITS)
                .with("alpha", Attribute.of(alpha))
                .with("beta", Attribute.of(beta)));
        return net.build();
    }

    private static Model folded(Model model) {
        return model.withGraph(FOLDING.apply(model.graph()).graph());
    }

    @Test
    void weightsAndBiasTakeTheFactorsIn() {
        assertThat(folded(net(2, -3, "weights", "bias")).graph().text())
                .contains(
                        "weights/scaled = FLOAT[3, 2] [2.0, 4.0, 6.0, 8.0, 10.0, -12.0]",
                        "bias/scaled = FLOAT[2] [-1.5, -3.0]",
                        "logits = Gemm(flat, weights/scaled, bias/scaled) 'logits'")
                .doesNotContain("alpha", "beta", "weights =", "bias =");
    }

    @Test
    void betaGoesWhereThereIsNoBias() {
        assertThat(folded(net(1, 2, "weights")).graph().text()).contains("logits = Gemm(flat, weights) 'logits'\n");
    }

    @Test
    void computesTheSame() {
        for (Model model : List.of(net(0.3f, 0.7f, "weights", "bias"), net(0.3f, 0, "weights"))) {
            assertThat(Bench.of(model).relativeError(folded(model), Bench.CPU)).isLessThan(1e-6);
        }
        Model powersOfTwo = net(4, 0.5f, "weights", "bias");
        Bench bench = Bench.of(powersOfTwo);
        assertThat(bench.scores(folded(powersOfTwo), Bench.CPU)).isEqualTo(bench.scores(powersOfTwo, Bench.CPU));
    }

    @Test
    void secondRunChangesNothing() {
        Model once = folded(net(2, -3, "weights", "bias"));
        Pass.Outcome second = FOLDING.apply(once.graph());
        assertThat(second.graph()).isSameAs(once.graph());
        assertThat(second.changed()).isFalse();
        assertThat(second.skips()).isEmpty();
    }

    @Test
    void nearMissesAreLeftAloneWithAReason() {
        for (Model model : List.of(net(2, 1, "huge", "bias"), net(1, 2, "weights", "same"))) {
            Pass.Outcome outcome = FOLDING.apply(model.graph());
            assertThat(outcome.graph()).isSameAs(model.graph());
            assertThat(outcome.changed()).isFalse();
            assertThat(outcome.skips())
                    .containsExactly(
                            "logits: not folded because what it would scale is not constant, or not finite then");
        }
    }
}
