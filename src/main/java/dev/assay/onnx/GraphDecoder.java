package dev.assay.onnx;

import dev.assay.ir.Attribute;
import dev.assay.ir.Attribute.Content;
import dev.assay.ir.Bytes;
import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.SparseTensor;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.proto.AttributeProto;
import dev.assay.onnx.proto.GraphProto;
import dev.assay.onnx.proto.NodeProto;
import dev.assay.onnx.proto.SparseTensorProto;
import dev.assay.onnx.proto.TensorProto;
import dev.assay.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** {@code GraphProto} to {@link Graph}. Recursion is bounded by protobuf's own limit on nested messages. */
final class GraphDecoder {
    private final ExternalFiles files;

    GraphDecoder(ExternalFiles files) {
        this.files = files;
    }

    /**
     * Reads and checks a graph.
     *
     * @param outer whether an enclosing graph assigns a name
     */
    Graph graph(GraphProto proto, Predicate<String> outer, Place place) {
        Predicate<String> own = assigned(proto)::contains;
        GraphProto.Builder rest = proto.toBuilder()
                .clearNode()
                .clearInitializer()
                .clearSparseInitializer()
                .clearInput()
                .clearOutput()
                .clearValueInfo();
        if (!proto.getName().isEmpty()) {
            rest.clearName();
        }
        List<Value> inputs = values(proto.getInputList(), place);
        List<Value> outputs = values(proto.getOutputList(), place);
        List<Value> values = values(proto.getValueInfoList(), place);
        List<Node> nodes = nodes(proto.getNodeList(), own.or(outer), place);
        Map<String, Tensor> initializers = initializers(proto.getInitializerList(), place);
        Map<String, SparseTensor> sparse = sparseInitializers(proto.getSparseInitializerList(), place);
        Graph graph;
        try {
            graph = new Graph(
                    proto.getName(), inputs, outputs, values, nodes, initializers, sparse, outer, Rest.of(rest));
        } catch (IllegalArgumentException e) {
            throw place.invalid(e);
        }
        GeneratedTensors.check(graph, place);
        return graph;
    }

    private static Set<String> assigned(GraphProto proto) {
        Set<String> names = new HashSet<>();
        proto.getInputList().forEach(input -> names.add(input.getName()));
        proto.getInitializerList().forEach(tensor -> names.add(tensor.getName()));
        proto.getSparseInitializerList()
                .forEach(tensor -> names.add(tensor.getValues().getName()));
        proto.getNodeList().forEach(node -> names.addAll(node.getOutputList()));
        return names;
    }

    private static List<Value> values(List<ValueInfoProto> protos, Place place) {
        List<Value> values = new ArrayList<>(protos.size());
        for (ValueInfoProto proto : protos) {
            values.add(ValueCodec.decode(proto, place.in("value", proto.getName())));
        }
        return values;
    }

    private Map<String, Tensor> initializers(List<TensorProto> protos, Place place) {
        Map<String, Tensor> initializers = new LinkedHashMap<>();
        for (TensorProto proto : protos) {
            Place at = place.in("initializer", proto.getName());
            if (initializers.put(proto.getName(), TensorCodec.decode(proto, files, at)) != null) {
                throw at.invalid("must be there once, got it twice");
            }
        }
        return initializers;
    }

    private Map<String, SparseTensor> sparseInitializers(List<SparseTensorProto> protos, Place place) {
        Map<String, SparseTensor> initializers = new LinkedHashMap<>();
        for (SparseTensorProto proto : protos) {
            String name = proto.getValues().getName();
            Place at = place.in("sparse initializer", name);
            if (initializers.put(name, TensorCodec.decode(proto, files, at)) != null) {
                throw at.invalid("must be there once, got it twice");
            }
        }
        return initializers;
    }

    /** Reads nodes; {@code scope} is what their subgraphs may read of the graphs around them. */
    List<Node> nodes(List<NodeProto> protos, Predicate<String> scope, Place place) {
        List<Node> nodes = new ArrayList<>(protos.size());
        for (NodeProto proto : protos) {
            nodes.add(node(proto, scope, place));
        }
        return nodes;
    }

    private Node node(NodeProto proto, Predicate<String> scope, Place place) {
        Place at = place.in(proto.getOpType() + " node", proto.getName());
        if (proto.getOutputCount() == 0) {
            throw at.invalid("must have an output, got none");
        }
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        for (AttributeProto attribute : proto.getAttributeList()) {
            Place within = at.in("attribute", attribute.getName());
            if (attributes.put(attribute.getName(), attribute(attribute, scope, within)) != null) {
                throw within.invalid("must be there once, got it twice");
            }
        }
        return new Node(
                proto.getName(),
                proto.getDomain(),
                proto.getOpType(),
                proto.getOverload(),
                proto.getInputList(),
                proto.getOutputList(),
                attributes,
                rest(proto));
    }

    private static Bytes rest(NodeProto proto) {
        NodeProto.Builder rest = proto.toBuilder().clearInput().clearOutput().clearAttribute();
        if (!proto.getName().isEmpty()) {
            rest.clearName();
        }
        if (!proto.getOpType().isEmpty()) {
            rest.clearOpType();
        }
        if (!OpsetImports.canonical(proto.getDomain()).isEmpty()) {
            rest.clearDomain();
        }
        if (!proto.getOverload().isEmpty()) {
            rest.clearOverload();
        }
        return Rest.of(rest);
    }

    /** The {@code rest} keeps name and declared type, so it is empty only for attributes made in memory. */
    private Attribute attribute(AttributeProto proto, Predicate<String> scope, Place place) {
        if (proto.getName().isEmpty()) {
            throw place.invalid("must have a name");
        }
        AttributeProto.Builder rest = proto.toBuilder();
        if (!proto.getRefAttrName().isEmpty()) {
            return new Attribute(new Attribute.Reference(proto.getRefAttrName()), Rest.of(rest.clearRefAttrName()));
        }
        Optional<AttributeKind<?>> kind = AttributeKind.of(proto);
        if (kind.isEmpty()) {
            return new Attribute(new Attribute.Uninterpreted(), Rest.of(rest));
        }
        Content content = kind.get().decode().apply(proto, parts(scope, place));
        if (!kind.get().isDefault(proto.getField(kind.get().field()))) {
            rest.clearField(kind.get().field());
        }
        return new Attribute(content, Rest.of(rest));
    }

    private AttributeKind.Parts parts(Predicate<String> scope, Place place) {
        return new AttributeKind.Parts() {
            @Override
            public Tensor tensor(TensorProto proto) {
                return TensorCodec.decode(proto, files, place);
            }

            @Override
            public Graph graph(GraphProto proto) {
                return GraphDecoder.this.graph(proto, scope, place);
            }
        };
    }
}
