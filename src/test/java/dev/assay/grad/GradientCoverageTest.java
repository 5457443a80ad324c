package dev.assay.grad;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every operator with a gradient rule has a case that compares it with central differences, or with the float operator
 * that it stands for.
 */
class GradientCoverageTest {
    private static final List<List<GradientCase>> FAMILIES = List.of(
            ArithmeticGradientsTest.cases(),
            ActivationGradientsTest.cases(),
            ProductGradientsTest.cases(),
            EinsumGradientsTest.cases(),
            ConvGradientsTest.cases(),
            PoolGradientsTest.cases(),
            NormalizationGradientsTest.cases(),
            ReduceGradientsTest.cases(),
            ShapeGradientsTest.cases(),
            CutGradientsTest.cases(),
            IndexGradientsTest.cases());

    @Test
    void everyRuleHasACase() {
        Set<String> tested = new TreeSet<>();
        FAMILIES.stream().flatMap(List::stream).map(GradientCase::operator).forEach(tested::add);
        QuantizedOperatorsTest.cases().forEach(each -> tested.addAll(each.operators()));
        tested.addAll(QuantizedGradientsTest.OPERATORS);
        assertThat(tested).containsExactlyElementsOf(GradientRules.operators());
    }
}
