package dev.assay.ir;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model as a file holds it.
 *
 * @param irVersion version of the file format, 3 to 13
 * @param opsets opset version for each operator domain, {@code ""} being ONNX's own; in the file's order
 * @param graph the main graph
 * @param functions local functions
 * @param rest producer, metadata, training info and whatever else, opaque
 */
public record Model(long irVersion, Map<String, Long> opsets, Graph graph, List<Function> functions, Bytes rest) {
    public Model {
        opsets = Collections.unmodifiableMap(new LinkedHashMap<>(opsets));
        functions = List.copyOf(functions);
    }

    /** The opset version of ONNX's own domain, 1 when the file names none. */
    public long opset() {
        return opsets.getOrDefault(Node.ONNX, 1L);
    }

    /** This model with another main graph. */
    public Model withGraph(Graph newGraph) {
        return new Model(irVersion, opsets, newGraph, functions, rest);
    }

    /** This model declaring another opset version for a domain. */
    public Model withOpset(String domain, long version) {
        Map<String, Long> more = new LinkedHashMap<>(opsets);
        more.put(domain, version);
        return new Model(irVersion, more, graph, functions, rest);
    }

    /** This model in another version of the file format. */
    public Model withIrVersion(long version) {
        return new Model(version, opsets, graph, functions, rest);
    }
}
