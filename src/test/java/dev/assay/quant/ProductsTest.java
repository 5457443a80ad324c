package dev.assay.quant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.NetBuilder;
import dev.assay.ir.Bytes;
import dev.assay.ir.Function;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProductsTest {
    private static final String INSIDE =
            "the products inside (%s) stay as they are: only nodes of the main graph are quantized";

    private final NetBuilder net = NetBuilder.onImages();

    @Test
    void productsLieInGraphs() {
        net.branch("shrunk", List.of(Node.of("GlobalAveragePool", List.of(NetBuilder.IMAGES), "pooled")));
        net.branch("twice", List.of(product("MatMul", "a"), product("Einsum", "b"), product("MatMul", "c")));
        Model model = net.build("shrunk");

        assertThat(Products.otherObstacle(model, producer(model, "shrunk"))).isEmpty();
        assertThat(Products.otherObstacle(model, producer(model, "twice")))
                .contains(INSIDE.formatted("Einsum, MatMul"));
    }

    @Test
    void productsLieInFunctionsAndWhatTheyCall() {
        net.node(Node.of("Outer", List.of(NetBuilder.IMAGES), "called").inDomain("local"));
        Model built = net.build("called");
        Model model = new Model(
                8,
                built.opsets(),
                built.graph(),
                List.of(
                        function("Outer", Node.of("Inner", List.of("x"), "y").inDomain("local")),
                        function("Inner", Node.of("MatMul", List.of("x", "x"), "y")),
                        function("Other", Node.of("Gemm", List.of("x", "x"), "y"))),
                Bytes.EMPTY);

        assertThat(Products.otherObstacle(model, producer(model, "called"))).contains(INSIDE.formatted("MatMul"));
    }

    @Test
    void whatMultipliesWithoutARule() {
        net.node(product("MatMul", "product"));
        net.node(product("Einsum", "sum"));
        Model model = net.build("product", "sum");

        assertThat(Products.otherObstacle(model, producer(model, "product"))).isEmpty();
        assertThat(Products.otherObstacle(model, producer(model, "sum"))).contains("no rule for quantizing Einsum");
    }

    private static Node product(String op, String output) {
        return Node.of(op, List.of(NetBuilder.IMAGES, NetBuilder.IMAGES), output);
    }

    private static Function function(String name, Node node) {
        return new Function("local", name, "", List.of("x"), List.of("y"), List.of(node), Map.of(), Bytes.EMPTY);
    }

    private static Node producer(Model model, String value) {
        Graph graph = model.graph();
        return graph.producer(value).orElseThrow();
    }
}
