package dev.assay.grad;

import static java.util.Map.entry;

import dev.assay.ir.Attribute;
import java.util.Map;

/** Matrix products and convolutions. */
final class ProductGradients {
    static final Map<String, Rule> RULES = Map.ofEntries(
            entry("Gemm", Rule.of(ProductGradients::gemmA)),
            entry("Conv", Rule.of(ConvGradients::input, Rule.NONE, ConvGradients::bias)));

    private ProductGradients() {}

    /** α · dy · op(B)ᵀ, transposed where A was. */
    private static String gemmA(Step s) {
        boolean transA = s.node().intAttribute("transA", 0) != 0;
        boolean transB = s.node().intAttribute("transB", 0) != 0;
        Attribute alpha = Attribute.of(s.node().floatAttribute("alpha", 1));
        return transA
                ? s.call("Gemm", Map.of("alpha", alpha, "transA", flag(transB), "transB", flag(true)), s.x(1), s.dy())
                : s.call("Gemm", Map.of("alpha", alpha, "transB", flag(!transB)), s.dy(), s.x(1));
    }

    private static Attribute flag(boolean set) {
        return Attribute.of(set ? 1L : 0L);
    }
}
