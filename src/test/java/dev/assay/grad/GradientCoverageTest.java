package dev.assay.grad;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every operator with a gradient rule has cases of several shapes that compare it with central differences, or with the
 * float operator that it stands for.
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

    /** The input shapes of each operator's cases. */
    private static Map<String, Set<String>> shapes() {
        Map<String, Set<String>> shapes = new TreeMap<>();
        FAMILIES.stream().flatMap(List::stream).forEach(each -> add(shapes, each.operator(), each.shapes()));
        QuantizedOperatorsTest.cases()
                .forEach(each -> each.operators().forEach(operator -> add(shapes, operator, each.shapes())));
        return shapes;
    }

    private static void add(Map<String, Set<String>> shapes, String operator, String shape) {
        shapes.computeIfAbsent(operator, first -> new TreeSet<>()).add(shape);
    }

    @Test
    void everyRuleHasACase() {
        Set<String> tested = new TreeSet<>(shapes().keySet());
        tested.addAll(QuantizedGradientsTest.OPERATORS);
        assertThat(tested).containsExactlyElementsOf(GradientRules.operators());
    }

    @Test
    void everyOperatorHasCasesOfSeveralShapes() {
        assertThat(shapes())
                .allSatisfy(
                        (operator, shapes) -> assertThat(shapes).as(operator).hasSizeGreaterThan(1));
    }
}
