package dev.assay.onnx;

import dev.assay.InvalidModelException;
import dev.assay.onnx.proto.AttributeProto;
import dev.assay.onnx.proto.FunctionProto;
import dev.assay.onnx.proto.GraphProto;
import dev.assay.onnx.proto.ModelProto;
import dev.assay.onnx.proto.NodeProto;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How far the calls of local functions lead. ONNX Runtime puts a function's body in the place of every call of it, so a
 * small file can grow without end, or to more levels than a thread's stack holds. Graphs are looked for wherever an
 * attribute has one, as ONNX Runtime does.
 */
final class FunctionCalls {
    /** With 111,111 nodes a session opens in 10 s, with ten times as many not in nine minutes (measured on 1.29.0). */
    private static final long MOST_NODES = 100_000;

    /** 400 levels end the process, 300 do not (measured likewise). */
    private static final int MOST_LEVELS = 100;

    private final Map<Id, FunctionProto> functions = new LinkedHashMap<>();
    private final Map<Id, Extent> extents = new HashMap<>();
    private final Place place;

    private FunctionCalls(List<FunctionProto> protos, Place place) {
        protos.forEach(proto -> functions.put(Id.of(proto), proto));
        this.place = place;
    }

    /** What calls a function by. */
    private record Id(String domain, String name, String overload) {
        static Id of(FunctionProto proto) {
            return new Id(OpsetImports.canonical(proto.getDomain()), proto.getName(), proto.getOverload());
        }

        static Id of(NodeProto proto) {
            return new Id(OpsetImports.canonical(proto.getDomain()), proto.getOpType(), proto.getOverload());
        }
    }

    /**
     * What nodes come to once bodies are in the place of calls; counts stop past {@link #MOST_NODES}.
     *
     * @param nodes number of nodes, calls included
     * @param references attributes that stand for one of the caller's, which may be a graph
     * @param levels how deep calls and graphs lie inside each other
     */
    private record Extent(long nodes, long references, int levels) {
        static final Extent NONE = new Extent(0, 0, 0);

        Extent {
            nodes = Math.min(nodes, MOST_NODES + 1);
            references = Math.min(references, MOST_NODES + 1);
        }

        Extent plus(Extent other) {
            return new Extent(nodes + other.nodes, references + other.references, Math.max(levels, other.levels));
        }
    }

    private record Visit(Id function, Iterator<Id> unvisitedCalls) {}

    /**
     * Checks the calls of a model.
     *
     * @throws InvalidModelException if a function leads back to itself, or if there are too many nodes or levels once
     *     bodies are in the place of calls
     */
    static void check(ModelProto proto, Place place) {
        if (proto.getFunctionsCount() > 0) {
            new FunctionCalls(proto.getFunctionsList(), place).check(proto.getGraph());
        }
    }

    private void check(GraphProto graph) {
        measureFunctions();
        Extent extent = extent(graph.getNodeList());
        if (extent.nodes() > MOST_NODES) {
            throw place.invalid("calls of local functions must expand to at most %d nodes, got more", MOST_NODES);
        }
        if (extent.levels() > MOST_LEVELS) {
            throw place.invalid(
                    "calls of local functions must lie at most %d deep in each other, got %d",
                    MOST_LEVELS, extent.levels());
        }
    }

    /** Depth first, each function once, after those that it calls. */
    private void measureFunctions() {
        Set<Id> begun = new HashSet<>();
        Deque<Visit> stack = new ArrayDeque<>();
        for (Id start : functions.keySet()) {
            if (begun.add(start)) {
                stack.push(new Visit(start, calls(start)));
            }
            while (!stack.isEmpty()) {
                Visit visit = stack.element();
                if (!visit.unvisitedCalls().hasNext()) {
                    extents.put(visit.function(), extent(body(visit.function())));
                    stack.pop();
                    continue;
                }
                Id called = visit.unvisitedCalls().next();
                if (begun.add(called)) {
                    stack.push(new Visit(called, calls(called)));
                } else if (!extents.containsKey(called)) {
                    throw place.in("function", called.name())
                            .invalid(
                                    "must not lead back to itself, got a call of it in function '%s'",
                                    visit.function().name());
                }
            }
        }
    }

    private List<NodeProto> body(Id function) {
        FunctionProto proto = functions.get(function);
        return proto == null ? List.of() : proto.getNodeList();
    }

    private Iterator<Id> calls(Id function) {
        Set<Id> calls = new LinkedHashSet<>();
        addCalls(body(function), calls);
        return calls.iterator();
    }

    private void addCalls(List<NodeProto> nodes, Set<Id> calls) {
        for (NodeProto node : nodes) {
            Id id = Id.of(node);
            if (functions.containsKey(id)) {
                calls.add(id);
            }
            graphs(node).forEach(graph -> addCalls(graph.getNodeList(), calls));
        }
    }

    private Extent extent(List<NodeProto> nodes) {
        return nodes.stream().map(this::extent).reduce(Extent.NONE, Extent::plus);
    }

    private Extent extent(NodeProto node) {
        Extent inside =
                graphs(node).map(graph -> extent(graph.getNodeList())).reduce(new Extent(0, 0, -1), Extent::plus);
        int levels = inside.levels() + 1;
        long references = inside.references() + references(node);
        Extent body = extents.get(Id.of(node));
        if (body == null) {
            return new Extent(1 + inside.nodes(), references, levels);
        }
        // Whatever the body refers to may be the graphs that it is handed.
        return new Extent(
                1 + body.nodes() + inside.nodes() * (1 + body.references()),
                references * body.references(),
                1 + body.levels() + levels);
    }

    private static long references(NodeProto node) {
        return node.getAttributeList().stream()
                .filter(attribute -> !attribute.getRefAttrName().isEmpty())
                .count();
    }

    private static Stream<GraphProto> graphs(NodeProto node) {
        return node.getAttributeList().stream().flatMap(FunctionCalls::graphs);
    }

    private static Stream<GraphProto> graphs(AttributeProto attribute) {
        return Stream.concat(
                attribute.hasG() ? Stream.of(attribute.getG()) : Stream.empty(), attribute.getGraphsList().stream());
    }
}
