package dev.assay.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.Bench;
import dev.assay.NetBuilder;
import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LowerBatchNormToConvTest {
    private static final Pass LOWERING = new LowerBatchNormToConv(value -> true, value -> true);

    private static Model net(UnaryOperator<Node> change) {
        NetBuilder net = NetBuilder.on(DataType.FLOAT, Dim.named("N"), Dim.of(3), Dim.of(16), Dim.of(16));
        String gamma = net.constant("gamma", vector(2, -1, 0.5f));
        String beta = net.constant("beta", vector(0.1f, 0, 1));
        String mean = net.constant("mean", vector(0.5f, 0.25f, 0));
        String variance = net.constant("variance", vector(3, 0, 0));
        Node norm = Node.of("BatchNormalization", List.of(NetBuilder.IMAGES, gamma, beta, mean, variance), "bn")
                .with("epsilon", Attribute.of(1f));
        net.head(net.node(change.apply(norm)), 3);
        return net.build();
    }

    private static Tensor vector(float... values) {
        return Tensor.ofFloats(new long[] {values.length}, values);
    }

    @Test
    void becomesADepthwiseConvolution() {
        Pass.Outcome outcome = LOWERING.apply(net(norm -> norm).graph());
        assertThat(outcome.changed()).isTrue();
        assertThat(outcome.graph().text())
                .contains("bn/weight = FLOAT[3, 1, 1, 1] [1.0, -1.0, 0.5]")
                .contains("bn/bias = FLOAT[3] [-0.4, 0.25, 1.0]")
                .contains("bn = Conv(images, bn/weight, bn/bias) 'bn' {group=3, kernel_shape=[1, 1]}")
                .doesNotContain("BatchNormalization", "gamma", "variance");
    }

    @Test
    void computesTheSame() {
        Model model = net(norm -> norm);
        Bench bench = Bench.of(model);
        Model lowered = model.withGraph(LOWERING.apply(model.graph()).graph());
        assertThat(bench.relativeError(lowered, Bench.CPU)).isLessThan(1e-5);
    }

    @Test
    void secondRunChangesNothing() {
        Pass.Outcome second =
                LOWERING.apply(LOWERING.apply(net(norm -> norm).graph()).graph());
        assertThat(second.changed()).isFalse();
        assertThat(second.skips()).isEmpty();
    }

    @Test
    void nearMissesAreLeftAloneWithAReason() {
        assertLeft(net(norm -> norm.with("training_mode", Attribute.of(1))), LOWERING, "it is in training mode");
        assertLeft(net(norm -> norm), new LowerBatchNormToConv(value -> false, value -> true), "its input is no image");
        assertLeft(
                net(norm -> norm),
                new LowerBatchNormToConv(value -> true, value -> false),
                "no integer kernel reads what it makes");
        assertLeft(
                net(norm -> norm.withInputs(List.of(NetBuilder.IMAGES, "gamma", "beta", "mean", NetBuilder.IMAGES))),
                LOWERING,
                "its statistics are not constant");
    }

    private static void assertLeft(Model model, Pass pass, String reason) {
        Pass.Outcome outcome = pass.apply(model.graph());
        assertThat(outcome.graph()).isSameAs(model.graph());
        assertThat(outcome.changed()).isFalse();
        assertThat(outcome.skips()).containsExactly("bn: not lowered because " + reason);
    }
}
