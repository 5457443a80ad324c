package dev.assay.onnx;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Attribute;
import dev.assay.ir.Function;
import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Raises the opset of ONNX's own domain, up to {@link #NEWEST}, without changing what a model computes. Other domains
 * keep their versions. Subgraphs and local functions are raised too.
 *
 * <p>An operator is raised by a rule for each version at which its form or meaning changed, or because it is known not
 * to have changed; any other is refused.
 */
public final class OpsetConversion {
    /** The newest opset that models can be raised to. */
    public static final long NEWEST = 21;

    /** The IR version that came with an opset; a later opset has that of the last entry before it. */
    private static final NavigableMap<Long, Long> IR_VERSIONS =
            new TreeMap<>(Map.of(7L, 3L, 9L, 4L, 10L, 5L, 11L, 6L, 12L, 7L, 15L, 8L, 19L, 9L, 21L, 10L));

    private static final long FIRST_IR_WITH_OVERRIDABLE_INITIALIZERS = 4;

    private final long from;
    private final long to;
    private final Set<String> takenNames;

    private OpsetConversion(long from, long to, Set<String> takenNames) {
        this.from = from;
        this.to = to;
        this.takenNames = takenNames;
    }

    /**
     * The model at opset {@code to} or newer: unchanged if it is there already. The IR version is raised as that opset
     * needs. Where that leaves IR version 3, in which all initializers are inputs and constant nevertheless, they stop
     * being inputs and stay constant.
     *
     * @throws UnsupportedOpException if an operator cannot be raised, naming node, operator and reason
     * @throws IllegalArgumentException if {@code to} is above {@link #NEWEST}
     */
    public static Model raise(Model model, long to) {
        if (to > NEWEST) {
            throw new IllegalArgumentException("opset %d is above %d".formatted(to, NEWEST));
        }
        if (model.opset() >= to) {
            return model;
        }
        Set<String> names = new HashSet<>();
        collectNames(model.graph(), names);
        OpsetConversion conversion = new OpsetConversion(model.opset(), to, names);
        Graph graph = conversion.graph(new Scope(model.graph(), null));
        List<Function> functions =
                model.functions().stream().map(each -> function(each, to)).toList();
        Model raised = new Model(model.irVersion(), model.opsets(), graph, functions, model.rest());
        return withIrVersion(raised.withOpset(Node.ONNX, to), to);
    }

    private static Model withIrVersion(Model model, long opset) {
        long ir = Math.max(model.irVersion(), IR_VERSIONS.floorEntry(opset).getValue());
        boolean freesInputs = model.irVersion() < FIRST_IR_WITH_OVERRIDABLE_INITIALIZERS
                && ir >= FIRST_IR_WITH_OVERRIDABLE_INITIALIZERS;
        Model raised = model.withIrVersion(ir);
        return freesInputs
                ? raised.withGraph(model.graph().withInputs(model.graph().fedInputs()))
                : raised;
    }

    private static void collectNames(Graph graph, Set<String> names) {
        graph.inputs().forEach(input -> names.add(input.name()));
        names.addAll(graph.initializers().keySet());
        names.addAll(graph.sparseInitializers().keySet());
        for (Node node : graph.nodes()) {
            names.add(node.name());
            names.addAll(node.outputs());
            node.subgraphs().forEach(inner -> collectNames(inner, names));
        }
    }

    /** A function has no initializers: constants that rules add become Constant nodes. */
    private static Function function(Function function, long to) {
        long from = function.opsets().getOrDefault(Node.ONNX, to);
        if (from >= to) {
            return function;
        }
        Set<String> names = new HashSet<>();
        collectNames(function.body(), names);
        Graph body = new OpsetConversion(from, to, names).graph(new Scope(function.body(), null));
        List<Node> nodes = new ArrayList<>();
        body.initializers()
                .forEach((name, tensor) ->
                        nodes.add(Node.of("Constant", List.of(), name).with("value", Attribute.of(tensor))));
        nodes.addAll(body.nodes());
        Map<String, Long> opsets = new LinkedHashMap<>(function.opsets());
        opsets.put(Node.ONNX, to);
        return new Function(
                function.domain(),
                function.name(),
                function.overload(),
                function.inputs(),
                function.outputs(),
                nodes,
                opsets,
                function.rest());
    }

    /** Version by version, since a rule may put in nodes that a later version changes. */
    private Graph graph(Scope scope) {
        Graph graph = withRaisedSubgraphs(scope);
        for (Node node : graph.nodes()) {
            requireKnown(node);
        }
        for (long version = from + 1; version <= to; version++) {
            graph = step(new Scope(graph, scope.outer()), version);
        }
        return graph;
    }

    private void requireKnown(Node node) {
        if (node.domain().equals(Node.ONNX) && !OpsetRules.knows(node.op())) {
            throw refusal(node, from, to, "Assay has no rule for this operator");
        }
    }

    private Graph withRaisedSubgraphs(Scope scope) {
        GraphEditor editor = scope.graph().edit();
        boolean changed = false;
        for (Node node : scope.graph().nodes()) {
            if (node.subgraphs().isEmpty()) {
                continue;
            }
            Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
            attributes.replaceAll((name, attribute) -> attribute(attribute, scope));
            editor.replace(node, List.of(node.withAttributes(attributes)));
            changed = true;
        }
        return changed ? editor.commit() : scope.graph();
    }

    private Attribute attribute(Attribute attribute, Scope scope) {
        if (attribute.content() instanceof Attribute.Subgraph one) {
            return new Attribute(new Attribute.Subgraph(graph(new Scope(one.value(), scope))), attribute.rest());
        }
        if (attribute.content() instanceof Attribute.Subgraphs many) {
            List<Graph> graphs = many.values().stream()
                    .map(each -> graph(new Scope(each, scope)))
                    .toList();
            return new Attribute(new Attribute.Subgraphs(graphs), attribute.rest());
        }
        return attribute;
    }

    private Graph step(Scope scope, long version) {
        GraphEditor editor = scope.graph().edit();
        boolean changed = false;
        for (Node node : scope.graph().nodes()) {
            if (!node.domain().equals(Node.ONNX)) {
                continue;
            }
            Optional<OpsetRules.Rule> rule = OpsetRules.at(node.op(), version);
            if (rule.isPresent()) {
                requireNoReferences(node, version);
                Rewrite rewrite = new Rewrite(node, version, scope, editor, takenNames);
                editor.replace(node, rule.get().apply(node, rewrite));
                changed = true;
            }
        }
        return changed ? editor.commit() : scope.graph();
    }

    private static void requireNoReferences(Node node, long version) {
        boolean refers =
                node.attributes().values().stream().anyMatch(each -> each.content() instanceof Attribute.Reference);
        if (refers) {
            throw refusal(node, version - 1, version, "its attributes refer to those of a function");
        }
    }

    static UnsupportedOpException refusal(Node node, long from, long to, String reason) {
        return new UnsupportedOpException("node '%s' (%s-%d): cannot be raised to opset %d: %s"
                .formatted(node.name(), node.op(), from, to, reason));
    }
}
