package dev.assay.grad;

import static java.util.Map.entry;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Attribute;
import dev.assay.runtime.Observed.Extent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Matrix products and convolutions: MatMul-13, Gemm-13, Conv-11, ConvTranspose-11 and com.microsoft's FusedMatMul. */
final class ProductGradients {
    static final Map<String, Rule> RULES = Map.ofEntries(
            entry("MatMul", Rule.of(s -> left(s, false, false), s -> right(s, false, false))),
            entry("com.microsoft.FusedMatMul", Rule.of(ProductGradients::fusedLeft, ProductGradients::fusedRight)),
            entry("Gemm", Rule.of(ProductGradients::gemmA, ProductGradients::gemmB, ProductGradients::gemmC)),
            entry("Conv", Rule.of(ConvGradients::input, ConvGradients::weight, ConvGradients::bias)),
            entry(
                    "ConvTranspose",
                    Rule.of(ConvGradients::transposeInput, ConvGradients::transposeWeight, ConvGradients::bias)));

    private ProductGradients() {}

    // Gemm

    private static boolean isSet(Step s, String attribute) {
        return s.node().intAttribute(attribute, 0) != 0;
    }

    /** α · dy · op(B)ᵀ, transposed where A was. */
    private static String gemmA(Step s) {
        boolean transB = isSet(s, "transB");
        return isSet(s, "transA") ? gemm(s, s.x(1), transB, s.dy(), true) : gemm(s, s.dy(), false, s.x(1), !transB);
    }

    /** α · op(A)ᵀ · dy, transposed where B was. */
    private static String gemmB(Step s) {
        boolean transA = isSet(s, "transA");
        return isSet(s, "transB") ? gemm(s, s.dy(), true, s.x(0), transA) : gemm(s, s.x(0), !transA, s.dy(), false);
    }

    private static String gemm(Step s, String a, boolean transA, String b, boolean transB) {
        Attribute alpha = Attribute.of(s.node().floatAttribute("alpha", 1));
        return s.call("Gemm", Map.of("alpha", alpha, "transA", flag(transA), "transB", flag(transB)), a, b);
    }

    private static String gemmC(Step s) {
        String gradient = s.times(s.dy(), s.node().floatAttribute("beta", 1));
        return s.sumTo(gradient, s.outputShape(0), s.shape(2));
    }

    private static Attribute flag(boolean set) {
        return Attribute.of(set ? 1L : 0L);
    }

    // MatMul

    private static String fusedLeft(Step s) {
        return scaled(s, left(s, isSet(s, "transA"), isSet(s, "transB")));
    }

    private static String fusedRight(Step s) {
        return scaled(s, right(s, isSet(s, "transA"), isSet(s, "transB")));
    }

    private static String scaled(Step s, String gradient) {
        if (isSet(s, "transBatchA") || isSet(s, "transBatchB")) {
            throw new UnsupportedOpException("transBatchA and transBatchB are not supported");
        }
        return s.times(gradient, s.node().floatAttribute("alpha", 1));
    }

    /** dy · op(B)ᵀ, transposed where A was. */
    private static String left(Step s, boolean transA, boolean transB) {
        String dy = dyAsMatrix(s);
        String b = asMatrix(s, 1);
        String gradient = transA
                ? s.call("MatMul", transposedIf(s, transB, b, matrix(s, 1).rank()), transposedIf(s, true, dy, rank(s)))
                : s.call("MatMul", dy, transposedIf(s, !transB, b, matrix(s, 1).rank()));
        return toInput(s, gradient, 0);
    }

    /** op(A)ᵀ · dy, transposed where B was. */
    private static String right(Step s, boolean transA, boolean transB) {
        if (!transA && s.shape(1).rank() == 2 && s.shape(0).rank() > 2) {
            return rightOfMany(s, transB);
        }
        String dy = dyAsMatrix(s);
        String a = asMatrix(s, 0);
        String gradient = transB
                ? s.call(
                        "MatMul",
                        transposedIf(s, true, dy, rank(s)),
                        transposedIf(s, transA, a, matrix(s, 0).rank()))
                : s.call("MatMul", transposedIf(s, !transA, a, matrix(s, 0).rank()), dy);
        return toInput(s, gradient, 1);
    }

    /** For many matrices A and one B: one product, with all rows below each other. */
    private static String rightOfMany(Step s, boolean transB) {
        Extents a = s.shape(0);
        Extents y = s.outputShape(0);
        String rows = s.call("Reshape", s.x(0), s.longs(-1, a.size(a.rank() - 1)));
        String dy = s.call("Reshape", s.dy(), s.longs(-1, y.size(y.rank() - 1)));
        Map<String, Attribute> transposed = Map.of("transA", flag(true));
        return transB ? s.call("Gemm", transposed, dy, rows) : s.call("Gemm", transposed, rows, dy);
    }

    /** Rank of the product were neither operand a vector. */
    private static int rank(Step s) {
        return Math.max(2, Math.max(s.shape(0).rank(), s.shape(1).rank()));
    }

    /** A vector on the left is a row, one on the right a column. */
    private static String asMatrix(Step s, int input) {
        return s.shape(input).rank() == 1 ? s.call("Unsqueeze", s.x(input), s.longs(input)) : s.x(input);
    }

    private static String dyAsMatrix(Step s) {
        String dy = s.dy();
        if (s.shape(1).rank() == 1) {
            dy = s.call("Unsqueeze", dy, s.longs(-1));
        }
        return s.shape(0).rank() == 1 ? s.call("Unsqueeze", dy, s.longs(-2)) : dy;
    }

    private static String transposedIf(Step s, boolean transposed, String value, int rank) {
        long[] permutation = LongStream.range(0, rank).toArray();
        long last = permutation[rank - 1];
        permutation[rank - 1] = permutation[rank - 2];
        permutation[rank - 2] = last;
        return transposed ? s.transposed(value, permutation) : value;
    }

    /** Sums over the matrices that an operand was broadcast to. */
    private static String toInput(Step s, String gradient, int input) {
        Extents own = matrix(s, input);
        List<Extent> dims = new ArrayList<>(batch(s));
        dims.addAll(own.dims().subList(own.rank() - 2, own.rank()));
        String summed = s.sumTo(gradient, new Extents(dims), own);
        return s.shape(input).rank() == 1 ? s.reshapedAs(summed, s.node().input(input)) : summed;
    }

    private static Extents matrix(Step s, int input) {
        Extents shape = s.shape(input);
        if (shape.rank() > 1) {
            return shape;
        }
        List<Extent> dims = new ArrayList<>(shape.dims());
        dims.add(input, new Extent(1, 0));
        return new Extents(dims);
    }

    /** The output's dimensions before those of its matrices. */
    private static List<Extent> batch(Step s) {
        return s.outputShape(0).dims().subList(0, rank(s) - 2);
    }
}
