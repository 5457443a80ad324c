package dev.assay.onnx;

import dev.assay.ir.Attribute;
import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.SparseTensor;
import dev.assay.ir.Tensor;
import dev.assay.onnx.proto.AttributeProto;
import dev.assay.onnx.proto.GraphProto;
import dev.assay.onnx.proto.NodeProto;
import dev.assay.onnx.proto.SparseTensorProto;
import dev.assay.onnx.proto.TensorProto;
import java.util.Optional;
import java.util.function.Function;

/** {@link Graph} to {@code GraphProto}; what happens to tensors is the caller's choice. */
final class GraphEncoder {
    private final Function<Tensor, TensorProto.Builder> tensors;

    GraphEncoder(Function<Tensor, TensorProto.Builder> tensors) {
        this.tensors = tensors;
    }

    TensorProto tensor(Tensor tensor) {
        return tensors.apply(tensor).build();
    }

    GraphProto graph(Graph graph) {
        GraphProto.Builder proto = Rest.into(GraphProto.newBuilder(), graph.rest());
        if (!graph.name().isEmpty()) {
            proto.setName(graph.name());
        }
        graph.nodes().forEach(node -> proto.addNode(node(node)));
        graph.initializers()
                .forEach((name, tensor) ->
                        proto.addInitializer(tensors.apply(tensor).setName(name)));
        graph.sparseInitializers().forEach((name, sparse) -> proto.addSparseInitializer(sparse(name, sparse)));
        graph.inputs().forEach(value -> proto.addInput(ValueCodec.encode(value)));
        graph.outputs().forEach(value -> proto.addOutput(ValueCodec.encode(value)));
        graph.values().forEach(value -> proto.addValueInfo(ValueCodec.encode(value)));
        return proto.build();
    }

    private SparseTensorProto.Builder sparse(String name, SparseTensor sparse) {
        return Rest.into(SparseTensorProto.newBuilder(), sparse.rest())
                .setValues(tensors.apply(sparse.values()).setName(name))
                .setIndices(tensor(sparse.indices()));
    }

    NodeProto node(Node node) {
        NodeProto.Builder proto = Rest.into(NodeProto.newBuilder(), node.rest())
                .addAllInput(node.inputs())
                .addAllOutput(node.outputs());
        if (!node.name().isEmpty()) {
            proto.setName(node.name());
        }
        if (!node.op().isEmpty()) {
            proto.setOpType(node.op());
        }
        if (!node.domain().isEmpty()) {
            proto.setDomain(node.domain());
        }
        if (!node.overload().isEmpty()) {
            proto.setOverload(node.overload());
        }
        node.attributes().forEach((name, attribute) -> proto.addAttribute(attribute(name, attribute)));
        return proto.build();
    }

    private AttributeProto.Builder attribute(String name, Attribute attribute) {
        boolean isNew = attribute.rest().isEmpty();
        AttributeProto.Builder proto =
                Rest.into(AttributeProto.newBuilder(), attribute.rest()).setName(name);
        if (attribute.content() instanceof Attribute.Reference reference) {
            return proto.setRefAttrName(reference.name());
        }
        Optional<AttributeKind<?>> kind = AttributeKind.of(attribute.content());
        if (kind.isEmpty()) {
            return proto;
        }
        if (isNew || proto.getType() != 0) {
            proto.setType(kind.get().type());
        }
        Object value = kind.get().encoded(attribute.content(), this);
        if (isNew || !kind.get().isDefault(value)) {
            proto.setField(kind.get().field(), value);
        }
        return proto;
    }
}
