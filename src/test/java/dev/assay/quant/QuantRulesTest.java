package dev.assay.quant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.Bench;
import dev.assay.ir.Node;
import dev.assay.runtime.KernelEvidence;
import dev.assay.runtime.KernelEvidence.Kernel;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the rules promise, the runtime does: the kernel of each operator with a rule reads integers. */
class QuantRulesTest {
    static Set<String> operators() {
        return new TreeSet<>(QuantRules.operators());
    }

    static Set<String> operatorsWithForm() {
        return new TreeSet<>(QOperators.operators());
    }

    @Test
    void everyRuleHasACase() {
        assertThat(QuantNets.CASES.keySet()).isEqualTo(QuantRules.operators());
        assertThat(QuantRules.operators()).containsAll(QOperators.operators());
    }

    @Test
    void noOperatorHasBothARuleAndAReasonAgainstOne() {
        assertThat(Collections.disjoint(QuantRules.operators(), QuantRules.operatorsWithout()))
                .isTrue();
        assertThat(QuantRules.reasonAgainst("Foo")).isEqualTo("no rule for quantizing Foo");
    }

    @ParameterizedTest
    @MethodSource("operators")
    void subjectRunsOnIntegers(String op) {
        Bench bench = bench(op);
        Artifact artifact = bench.quantize(Scheme.INT8_STATIC);

        assertThat(artifact.skips()).extracting(Skip::node).doesNotContain(QuantNets.SUBJECT);
        assertIntegers(bench.evidence(artifact.model(), Bench.CPU));
        assertThat(bench.relativeError(artifact.model(), Bench.CPU)).isLessThan(0.1);
    }

    @ParameterizedTest
    @MethodSource("operators")
    void operatorFormRunsOnIntegersAndAgreesWithQdq(String op) {
        Bench bench = bench(op);
        Artifact artifact = bench.quantize(Scheme.INT8_QOPERATOR);

        assertIntegers(bench.evidence(artifact.model(), Bench.CPU));
        assertThat(bench.relativeError(artifact.model(), Bench.CPU)).isLessThan(0.1);
    }

    @ParameterizedTest
    @MethodSource("operatorsWithForm")
    void formIsAnOperatorOnIntegers(String op) {
        Artifact artifact = bench(op).quantize(Scheme.INT8_QOPERATOR);

        assertThat(artifact.model().graph().nodes())
                .filteredOn(node -> node.name().equals(QuantNets.SUBJECT))
                .extracting(Node::op)
                .singleElement()
                .isIn("QLinear" + op, "QGemm", "MatMulIntegerToFloat");
    }

    private static Bench bench(String op) {
        return Bench.of(Objects.requireNonNull(QuantNets.CASES.get(op)));
    }

    private static void assertIntegers(KernelEvidence evidence) {
        assertThat(evidence.nodes())
                .filteredOn(kernel -> kernel.node().equals(QuantNets.SUBJECT))
                .singleElement()
                .matches(Kernel::integer, "runs on integers");
    }
}
