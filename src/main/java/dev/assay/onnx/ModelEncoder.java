package dev.assay.onnx;

import dev.assay.ir.Function;
import dev.assay.ir.Model;
import dev.assay.ir.Tensor;
import dev.assay.onnx.proto.FunctionProto;
import dev.assay.onnx.proto.ModelProto;
import dev.assay.onnx.proto.OperatorSetIdProto;
import dev.assay.onnx.proto.TensorProto;
import java.util.List;

/** {@link Model} to {@code ModelProto}. */
final class ModelEncoder {
    private final GraphEncoder graphs;

    /** {@code tensors} says how a tensor is written: with its data or with a reference to it. */
    ModelEncoder(java.util.function.Function<Tensor, TensorProto.Builder> tensors) {
        this.graphs = new GraphEncoder(tensors);
    }

    ModelProto model(Model model) {
        ModelProto.Builder proto = Rest.into(ModelProto.newBuilder(), model.rest());
        List<OperatorSetIdProto> imports = OpsetImports.encode(model.opsets(), proto.getOpsetImportList());
        proto.clearOpsetImport().addAllOpsetImport(imports);
        model.functions().forEach(function -> proto.addFunctions(function(function)));
        return proto.setIrVersion(model.irVersion())
                .setGraph(graphs.graph(model.graph()))
                .build();
    }

    private FunctionProto.Builder function(Function function) {
        FunctionProto.Builder proto = Rest.into(FunctionProto.newBuilder(), function.rest());
        List<OperatorSetIdProto> imports = OpsetImports.encode(function.opsets(), proto.getOpsetImportList());
        proto.clearOpsetImport()
                .addAllOpsetImport(imports)
                .addAllInput(function.inputs())
                .addAllOutput(function.outputs());
        function.nodes().forEach(node -> proto.addNode(graphs.node(node)));
        if (!function.name().isEmpty()) {
            proto.setName(function.name());
        }
        if (!function.domain().isEmpty()) {
            proto.setDomain(function.domain());
        }
        if (!function.overload().isEmpty()) {
            proto.setOverload(function.overload());
        }
        return proto;
    }
}
