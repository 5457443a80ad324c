package dev.assay.quant;

import dev.assay.grad.GradientRules;
import dev.assay.report.Golden;
import dev.assay.runtime.Macs;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The published table of operators is what the rules say. */
class OperatorSupportTest {
    @Test
    void tableOfOperators() throws IOException {
        StringBuilder table = new StringBuilder("""
                # Operators

                Gradient: *yes*, or *none* where gradients stop by definition; anything else is left to finite differences.
                INT8: *product*, *computes* or *moves* where the CPU has an integer kernel for it, or why it stays float.
                MACs: whether its multiplications are counted.

                | Operator | Gradient | INT8 | MACs |
                |---|---|---|---|
                """);
        Set<String> operators = new TreeSet<>(GradientRules.operators());
        operators.addAll(GradientRules.operatorsWithout());
        operators.addAll(QuantRules.operators());
        operators.addAll(QuantRules.operatorsWithout());
        operators.addAll(Macs.operators());
        operators.forEach(
                op -> table.append("| `%s` | %s | %s | %s |%n".formatted(op, gradient(op), integers(op), macs(op))));
        Golden.assertMatches(table.toString(), "../operators.md");
    }

    private static String gradient(String op) {
        return GradientRules.operators().contains(op)
                ? "yes"
                : GradientRules.operatorsWithout().contains(op) ? "none" : "";
    }

    private static String integers(String op) {
        return QuantRules.of(op)
                .map(rule -> rule.kind().name().toLowerCase(Locale.ROOT))
                .orElseGet(() -> QuantRules.operatorsWithout().contains(op) ? QuantRules.reasonAgainst(op) : "");
    }

    private static String macs(String op) {
        return Macs.operators().contains(op) ? "yes" : "";
    }
}
