package dev.assay.inspect;

import dev.assay.grad.Estimator;
import dev.assay.grad.GradientRules;
import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageClassifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a gradient from scores to image can be had, as far as the operators tell: a rule may still refuse a node for its
 * attributes, and an audit takes differences too where the differentiated graph does not compute the same scores.
 *
 * @param estimator id of an {@link Estimator}
 * @param withoutRule operators on the way that have no rule, sorted; where there are any, differences are taken
 */
public record GradientSupport(String estimator, List<String> withoutRule) {
    public GradientSupport {
        withoutRule = List.copyOf(withoutRule);
    }

    static GradientSupport of(ImageClassifier classifier) {
        List<Node> way = way(classifier.model().graph(), classifier.ports());
        Set<String> missing = new TreeSet<>();
        way.forEach(node -> missing.add(node.qualifiedOp()));
        missing.removeAll(GradientRules.operators());
        if (way.isEmpty() || !missing.isEmpty()) {
            return new GradientSupport(Estimator.FINITE_DIFFERENCE.id(), List.copyOf(missing));
        }
        boolean rounds = way.stream().anyMatch(GradientRules::isStraightThrough);
        return new GradientSupport((rounds ? Estimator.STRAIGHT_THROUGH : Estimator.EXACT).id(), List.of());
    }

    /** The nodes that lie between image and logits, but for what hangs on them through operators without a gradient. */
    private static List<Node> way(Graph graph, ClassifierPorts ports) {
        List<Node> moved = new ArrayList<>();
        Set<String> moving = new HashSet<>(Set.of(ports.input()));
        for (Node node : graph.sorted()) {
            if (!GradientRules.operatorsWithout().contains(node.qualifiedOp()) && meets(node.inputs(), moving)) {
                moved.add(node);
                moving.addAll(node.outputs());
            }
        }
        Collections.reverse(moved);
        List<Node> way = new ArrayList<>();
        Set<String> wanted = new HashSet<>(Set.of(ports.logits()));
        for (Node node : moved) {
            if (meets(node.outputs(), wanted)) {
                way.add(node);
                wanted.addAll(node.inputs());
            }
        }
        return way;
    }

    private static boolean meets(Collection<String> names, Set<String> wanted) {
        return names.stream().anyMatch(wanted::contains);
    }
}
