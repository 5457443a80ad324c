package dev.assay.onnx;

import dev.assay.ir.Bytes;
import dev.assay.ir.Function;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.onnx.proto.FunctionProto;
import dev.assay.onnx.proto.ModelProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code ModelProto} to {@link Model}. */
final class ModelDecoder {
    private static final long OLDEST_IR = 3;
    private static final long NEWEST_IR = 13;
    private static final long OLDEST_OPSET = 7;

    private final GraphDecoder graphs;

    ModelDecoder(ExternalFiles files) {
        this.graphs = new GraphDecoder(files);
    }

    Model model(ModelProto proto, Place place) {
        long ir = proto.getIrVersion();
        if (ir < OLDEST_IR || ir > NEWEST_IR) {
            throw place.invalid("the IR version must be %d to %d, got %d", OLDEST_IR, NEWEST_IR, ir);
        }
        Map<String, Long> opsets = OpsetImports.decode(proto.getOpsetImportList(), place);
        long opset = opsets.getOrDefault(Node.ONNX, 0L);
        if (opset < OLDEST_OPSET) {
            throw place.invalid("the opset of ONNX's own domain must be at least %d, got %d", OLDEST_OPSET, opset);
        }
        Graph graph = graphs.graph(proto.getGraph(), outer -> false, place);
        List<Function> functions = functions(proto.getFunctionsList(), place);
        FunctionCalls.check(proto, place);
        ModelProto.Builder rest =
                proto.toBuilder().clearIrVersion().clearGraph().clearFunctions().clearOpsetImport();
        rest.addAllOpsetImport(OpsetImports.rest(proto.getOpsetImportList()));
        return new Model(ir, opsets, graph, functions, Rest.of(rest));
    }

    private List<Function> functions(List<FunctionProto> protos, Place place) {
        List<Function> functions = new ArrayList<>(protos.size());
        Set<List<String>> seen = new HashSet<>();
        for (FunctionProto proto : protos) {
            Place at = place.in("function", proto.getName());
            Function function = function(proto, at);
            if (!seen.add(List.of(function.domain(), function.name(), function.overload()))) {
                throw at.invalid("must be there once, got it twice");
            }
            functions.add(function);
        }
        return functions;
    }

    private Function function(FunctionProto proto, Place place) {
        Set<String> assigned = new HashSet<>(proto.getInputList());
        proto.getNodeList().forEach(node -> assigned.addAll(node.getOutputList()));
        Function function = new Function(
                OpsetImports.canonical(proto.getDomain()),
                proto.getName(),
                proto.getOverload(),
                proto.getInputList(),
                proto.getOutputList(),
                graphs.nodes(proto.getNodeList(), assigned::contains, place),
                OpsetImports.decode(proto.getOpsetImportList(), place),
                rest(proto));
        try {
            function.body();
        } catch (IllegalArgumentException e) {
            throw place.invalid(e);
        }
        return function;
    }

    private static Bytes rest(FunctionProto proto) {
        FunctionProto.Builder rest =
                proto.toBuilder().clearInput().clearOutput().clearNode().clearOpsetImport();
        rest.addAllOpsetImport(OpsetImports.rest(proto.getOpsetImportList()));
        if (!proto.getName().isEmpty()) {
            rest.clearName();
        }
        if (!OpsetImports.canonical(proto.getDomain()).isEmpty()) {
            rest.clearDomain();
        }
        if (!proto.getOverload().isEmpty()) {
            rest.clearOverload();
        }
        return Rest.of(rest);
    }
}
