package dev.assay.grad;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Attribute;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class EinsumGradientsTest {
    private static GradientCase of(String equation) {
        return GradientCase.of(equation, "Einsum").attribute("equation", Attribute.of(equation));
    }

    static List<GradientCase> cases() {
        return List.of(
                of("ij,jk->ik").input(-1, 3).input(3, 4),
                of("ij,jk").input(-1, 3).input(3, 4),
                of("bhid,bhjd->bhij").input(-1, 2, 3, 4).input(-1, 2, 5, 4),
                of("bhij, bhjd -> bihd").input(-1, 2, 3, 5).input(-1, 2, 5, 4),
                of("...ij,...jk->...ik").input(-1, 2, 3, 4).input(-1, 2, 4, 2),
                of("...ij,jk->...ik").input(-1, 2, 3, 4).input(4, 2),
                of("...i,...j").input(-1, 2, 3).input(-1, 2, 4),
                of("ij->ji").input(-1, 3),
                of("ij->i").input(-1, 3),
                of("ijk->").input(2, 3, 4),
                of("ij,k->k").input(2, 3).input(4),
                of("i,j->ij").input(-1).input(3),
                of("ij,jk,kl->il").input(-1, 2).input(2, 3).input(3, 4));
    }

    @TestFactory
    Stream<DynamicTest> centralDifferences() {
        return GradientCase.tests(cases());
    }

    @Test
    void refusesDiagonals() {
        assertThatThrownBy(() -> of("ii->i").input(3, 3).check())
                .isInstanceOf(UnsupportedOpException.class)
                .hasMessageContaining("an index twice in 'ii'");
    }
}
