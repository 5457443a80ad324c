package dev.assay.grad;

import java.util.List;

/**
 * How the gradients of an operator's inputs follow from those of its outputs: one function an input, asked only where
 * that input's gradient is needed.
 */
final class Rule {
    /** Writes the gradient of one input; returns its name. */
    @FunctionalInterface
    interface InputGradient {
        String of(Step step);
    }

    /** Writes the gradient of any input of an operator; returns its name. */
    @FunctionalInterface
    interface AnyInputGradient {
        String of(Step step, int input);
    }

    /** For an input that has no gradient by definition: indices, shapes, conditions. */
    static final InputGradient NONE = step -> {
        throw new IllegalStateException("no gradient flows there: " + step.node());
    };

    private final List<InputGradient> inputs;
    private final AnyInputGradient gradient;

    private Rule(List<InputGradient> inputs, AnyInputGradient gradient) {
        this.inputs = inputs;
        this.gradient = gradient;
    }

    /** Gradients of the inputs' own shapes. */
    static Rule of(InputGradient... gradients) {
        List<InputGradient> inputs = List.of(gradients);
        return new Rule(inputs, (step, input) -> inputs.get(input).of(step));
    }

    /** Gradients of the output's shape, from which what was broadcast is summed out. */
    static Rule elementwise(InputGradient... gradients) {
        List<InputGradient> inputs = List.of(gradients);
        return new Rule(inputs, (step, input) -> summed(inputs.get(input).of(step), step, input));
    }

    /** As {@link #of}, one function for any number of inputs. */
    static Rule forEach(AnyInputGradient gradient) {
        return new Rule(List.of(), gradient);
    }

    /** As {@link #elementwise}, one function for any number of inputs. */
    static Rule forEachElementwise(AnyInputGradient gradient) {
        return new Rule(List.of(), (step, input) -> summed(gradient.of(step, input), step, input));
    }

    private static String summed(String gradient, Step step, int input) {
        return step.sumTo(gradient, step.node().output(), step.node().input(input));
    }

    /** Whether gradients flow to an input. */
    boolean flowsTo(int input) {
        return inputs.isEmpty() || (input < inputs.size() && inputs.get(input) != NONE);
    }

    /** Writes the gradient of an input to which gradients flow; returns its name. */
    String gradient(Step step, int input) {
        return gradient.of(step, input);
    }
}
