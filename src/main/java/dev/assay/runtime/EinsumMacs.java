package dev.assay.runtime;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Multiply-accumulates of an Einsum-12, whose operands ONNX Runtime multiplies pair by pair from the left. */
final class EinsumMacs {
    private static final String ELLIPSIS = "...";

    private EinsumMacs() {}

    /** The product of all sizes that a pair has, for each pair; 0 for one operand, and for shapes that do not fit. */
    static long count(String equation, List<long[]> operands) {
        String[] sides = equation.replace(" ", "").split("->", -1);
        String[] terms = sides[0].split(",", -1);
        String output = sides.length > 1 ? sides[1] : implied(sides[0]);
        Map<Integer, Long> left = new HashMap<>();
        long macs = 0;
        for (int i = 0; i < terms.length; i++) {
            if (terms.length != operands.size() || !fits(terms[i], operands.get(i))) {
                return 0;
            }
            addSizes(left, terms[i], operands.get(i));
            macs += i == 0 ? 0 : left.values().stream().reduce(1L, (a, b) -> a * b);
            String needed = String.join("", List.of(terms).subList(i + 1, terms.length)) + output;
            left.keySet().removeIf(index -> index >= 0 && needed.indexOf(index) < 0);
        }
        return macs;
    }

    /** Without an arrow: the letters that appear once. */
    private static String implied(String terms) {
        StringBuilder once = new StringBuilder();
        terms.chars()
                .filter(letter -> terms.indexOf(letter) == terms.lastIndexOf(letter))
                .forEach(once::appendCodePoint);
        return once.toString();
    }

    private static boolean fits(String term, long[] dims) {
        return term.contains(ELLIPSIS)
                ? dims.length >= term.length() - ELLIPSIS.length()
                : dims.length == term.length();
    }

    /** Sizes by letter; the axes that an ellipsis stands for are −1, −2, … from the last. */
    private static void addSizes(Map<Integer, Long> sizes, String term, long[] dims) {
        int start = term.contains(ELLIPSIS) ? term.indexOf(ELLIPSIS) : dims.length;
        int behind = dims.length - Math.max(0, term.length() - start - ELLIPSIS.length());
        for (int axis = 0; axis < dims.length; axis++) {
            int index = axis < start
                    ? term.charAt(axis)
                    : axis < behind ? axis - behind : term.charAt(term.length() - dims.length + axis);
            sizes.merge(index, dims[axis], Math::max);
        }
    }
}
