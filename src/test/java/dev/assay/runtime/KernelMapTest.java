package dev.assay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.NetBuilder;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Profiles of providers that this machine need not have; such a profile comes without the optimized graph. */
class KernelMapTest {
    private final Graph graph;

    KernelMapTest() {
        NetBuilder net = NetBuilder.onImages();
        graph = net.build(net.head(net.op("relu", "Relu", net.conv("conv", NetBuilder.IMAGES, 3, 4)), 4))
                .graph();
    }

    private Optional<String> kernelOf(String node, ExecutedNode... executed) {
        Node wanted = graph.nodes().stream()
                .filter(each -> each.name().equals(node))
                .findFirst()
                .orElseThrow();
        return new KernelMap(graph, List.of(executed)).kernelOf(wanted).map(ExecutedNode::provider);
    }

    private static ExecutedNode executed(String name, String op, String provider) {
        return new ExecutedNode(name, op, provider, 1, 1, List.of(DataType.FLOAT), null, false, Map.of());
    }

    @Test
    void nodesOfASubgraphThatTensorRtCompiledHaveNoKernel() {
        ExecutedNode compiled = executed(
                "TensorrtExecutionProvider_TRTKernel_graph_net_123_0",
                "TRTKernel_graph_net_123_0",
                "TensorrtExecutionProvider");

        assertThat(kernelOf("conv", compiled)).isEmpty();
        assertThat(kernelOf("relu", compiled)).isEmpty();
    }

    @Test
    void nodesThatTensorRtLeftToCudaAreFoundByTheirNames() {
        assertThat(kernelOf("conv", executed("conv", "Conv", "CUDAExecutionProvider")))
                .contains("CUDAExecutionProvider");
    }
}
