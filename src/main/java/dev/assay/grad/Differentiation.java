package dev.assay.grad;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Bytes;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reverse-mode differentiation: appends to a model the nodes that compute the gradients of its inputs.
 *
 * @param model the forward model, its nodes untouched, with backward nodes and the gradients as further outputs
 * @param gradients for each value asked for, the name of its gradient
 * @param estimator exact, or straight-through where a quantizing operator lies on the way
 */
public record Differentiation(Model model, Map<String, String> gradients, Estimator estimator) {
    public Differentiation {
        gradients = Collections.unmodifiableMap(new LinkedHashMap<>(gradients));
    }

    /** The name of the gradient of a value that was asked for. */
    public String gradient(String value) {
        String gradient = gradients.get(value);
        if (gradient == null) {
            throw new IllegalArgumentException("no gradient of '%s' was asked for".formatted(value));
        }
        return gradient;
    }

    /**
     * Differentiates.
     *
     * @param forward the model
     * @param seeds for each value to start from, the name of the graph value that holds its gradient, of its shape
     * @param wrt the values whose gradients are wanted
     * @throws UnsupportedOpException if an operator on the way has no rule, or no way leads to one of {@code wrt}
     */
    public static Differentiation of(Forward forward, Map<String, String> seeds, Collection<String> wrt) {
        return new Sweep(forward, wrt).run(seeds, wrt);
    }

    /** One run backwards through the nodes. */
    private static final class Sweep {
        private final Forward forward;
        private final FloatForms forms;
        private final Backward backward;
        /** Values that a change of a value of {@code wrt} changes differentiably. */
        private final Set<String> moving;
        /** For each value what its readers contribute to its gradient. */
        private final Map<String, List<String>> contributions = new HashMap<>();

        private Estimator estimator = Estimator.EXACT;

        Sweep(Forward forward, Collection<String> wrt) {
            this.forward = forward;
            this.forms = new FloatForms(forward);
            this.backward = new Backward(forms);
            this.moving = moving(wrt);
        }

        private Set<String> moving(Collection<String> wrt) {
            Set<String> values = new HashSet<>(wrt);
            for (Node node : forward.graph().sorted()) {
                if (!GradientRules.isNotDifferentiable(node)
                        && node.inputs().stream().anyMatch(values::contains)) {
                    boolean flows = GradientRules.of(node)
                            .map(rule -> flowsFrom(values, node, rule))
                            .orElse(true);
                    if (flows) {
                        values.addAll(node.outputs());
                    }
                }
            }
            return values;
        }

        private static boolean flowsFrom(Set<String> values, Node node, Rule rule) {
            for (int i = 0; i < node.inputs().size(); i++) {
                if (rule.flowsTo(i) && values.contains(node.input(i))) {
                    return true;
                }
            }
            return false;
        }

        Differentiation run(Map<String, String> seeds, Collection<String> wrt) {
            seeds.forEach(this::contribute);
            List<Node> reversed = new ArrayList<>(forward.graph().sorted());
            Collections.reverse(reversed);
            reversed.forEach(this::visit);
            Map<String, String> gradients = new LinkedHashMap<>();
            for (String value : wrt) {
                if (!contributions.containsKey(value)) {
                    throw new UnsupportedOpException(
                            "no differentiable way leads from the result to '%s'".formatted(value));
                }
                gradients.put(value, total(value));
            }
            GraphEditor edit = backward.finish(gradients.values());
            gradients.values().stream()
                    .distinct()
                    .forEach(name -> edit.addOutput(new Value(name, null, null, Bytes.EMPTY)));
            return new Differentiation(forward.model().withGraph(edit.commit()), gradients, estimator);
        }

        private void contribute(String value, String gradient) {
            contributions.computeIfAbsent(value, key -> new ArrayList<>()).add(gradient);
        }

        private void visit(Node node) {
            Optional<Node> product = forms.productEndingAt(node);
            Node read = product.orElseGet(() -> forms.units().moves(node) ? forms.of(node) : node);
            Map<String, String> gradients = new HashMap<>();
            for (int i = 0; i < node.outputs().size(); i++) {
                String output = node.outputs().get(i);
                if (moving.contains(output) && contributions.containsKey(output)) {
                    gradients.put(read.outputs().get(i), total(output));
                }
            }
            if (!gradients.isEmpty() && node.inputs().stream().anyMatch(moving::contains)) {
                Node ruled = product.orElse(node);
                Rule rule = GradientRules.of(ruled)
                        .orElseThrow(() ->
                                new UnsupportedOpException("%s: no gradient rule for this operator".formatted(node)));
                if (product.isPresent() || GradientRules.isStraightThrough(node)) {
                    estimator = Estimator.STRAIGHT_THROUGH;
                }
                apply(rule, ruled, new Step(backward, read, gradients));
            }
        }

        private void apply(Rule rule, Node node, Step step) {
            for (int i = 0; i < node.inputs().size(); i++) {
                if (rule.flowsTo(i) && moving.contains(node.input(i))) {
                    contribute(node.input(i), gradient(rule, step, i));
                }
            }
        }

        private static String gradient(Rule rule, Step step, int input) {
            try {
                return rule.gradient(step, input);
            } catch (UnsupportedOpException e) {
                throw new UnsupportedOpException(
                        "%s: gradient of input %d: %s".formatted(step.node(), input, e.getMessage()), e);
            }
        }

        /** The sum of all contributions, kept as the only one. */
        private String total(String value) {
            List<String> terms = contributions.getOrDefault(value, List.of());
            String sum = terms.get(0);
            for (String term : terms.subList(1, terms.size())) {
                sum = backward.call("Add", sum, term);
            }
            contributions.put(value, new ArrayList<>(List.of(sum)));
            return sum;
        }
    }
}
