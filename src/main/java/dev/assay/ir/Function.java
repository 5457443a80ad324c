package dev.assay.ir;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A local function of a model: an operator defined by other operators.
 *
 * @param domain domain of the operator it defines
 * @param name operator it defines
 * @param overload distinguishes functions of one name
 * @param inputs names of its inputs
 * @param outputs names of its outputs
 * @param nodes its body
 * @param opsets opset version for each domain its body uses
 * @param rest attribute declarations, documentation and the like, opaque
 */
public record Function(
        String domain,
        String name,
        String overload,
        List<String> inputs,
        List<String> outputs,
        List<Node> nodes,
        Map<String, Long> opsets,
        Bytes rest) {
    public Function {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        nodes = List.copyOf(nodes);
        opsets = Collections.unmodifiableMap(new LinkedHashMap<>(opsets));
    }

    /** Whether a node calls this function. */
    public boolean defines(Node node) {
        return node.domain().equals(domain)
                && node.op().equals(name)
                && node.overload().equals(overload);
    }

    /**
     * The body as a graph whose inputs and outputs have no types.
     *
     * @throws IllegalArgumentException if the body is not a valid graph, naming what is wrong
     */
    public Graph body() {
        return new Graph(name, untyped(inputs), untyped(outputs), List.of(), nodes, Map.of());
    }

    private static List<Value> untyped(List<String> names) {
        return names.stream()
                .map(each -> new Value(each, null, null, Bytes.EMPTY))
                .toList();
    }
}
