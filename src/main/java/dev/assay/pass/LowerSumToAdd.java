package dev.assay.pass;

import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns a Sum into Adds from left to right, the order in which ONNX Runtime sums up; one of a single value into an
 * Identity.
 *
 * <p>Sum has no integer kernel, Add has one.
 */
public final class LowerSumToAdd implements Pass {
    @Override
    public Outcome apply(Graph graph) {
        GraphEditor edit = graph.edit();
        boolean changed = false;
        for (Node node : graph.nodes()) {
            if (node.is("Sum")) {
                edit.replace(node, additions(edit, node));
                changed = true;
            }
        }
        return new Outcome(changed ? edit.commit() : graph, changed, List.of());
    }

    /** The last of them writes the sum and has its name. */
    private static List<Node> additions(GraphEditor edit, Node sum) {
        int last = sum.inputs().size() - 1;
        if (last == 0) {
            return List.of(Node.of("Identity", sum.inputs(), sum.output()).named(sum.name()));
        }
        List<Node> additions = new ArrayList<>();
        String left = sum.input(0);
        for (int i = 1; i < last; i++) {
            String partial = edit.freshName(sum.output() + "/partial");
            additions.add(Node.of("Add", List.of(left, sum.input(i)), partial));
            left = partial;
        }
        additions.add(
                Node.of("Add", List.of(left, sum.input(last)), sum.output()).named(sum.name()));
        return additions;
    }
}
