package dev.assay.grad;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Attribute;
import dev.assay.runtime.Observed.Extent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Einsum-12 of any number of operands: the gradient of one is the Einsum of dy and the others, repeated along what was
 * summed in it alone. Refused: an index twice in one operand (a diagonal), and dimensions of 1 broadcast to others.
 */
final class EinsumGradients {
    static final Map<String, Rule> RULES = Map.of("Einsum", Rule.forEach(EinsumGradients::operand));

    /** What names the axes that an ellipsis stands for, counted from the last. */
    private static final int FIRST_OF_ELLIPSIS = 0xE000;

    private EinsumGradients() {}

    private static String operand(Step s, int input) {
        String[] sides = s.node().textAttribute("equation", "").replace(" ", "").split("->", -1);
        String[] written = sides[0].split(",", -1);
        List<String> terms = new ArrayList<>();
        for (int i = 0; i < written.length; i++) {
            terms.add(spelledOut(written[i], s.shape(i).rank()));
        }
        int rank = s.outputShape(0).rank();
        String output = sides.length > 1 ? spelledOut(sides[1], rank) : implied(terms);
        requireEqualSizes(s, terms);

        List<String> others = new ArrayList<>(terms);
        String own = others.remove(input);
        others.add(output);
        String known = String.join("", others);
        String kept = letters(own).filter(letter -> known.contains(letter)).collect(Collectors.joining());
        List<String> values = IntStream.range(0, terms.size())
                .filter(i -> i != input)
                .mapToObj(s::x)
                .collect(Collectors.toCollection(ArrayList::new));
        values.add(s.dy());
        String equation = withLetters(String.join(",", others) + "->" + kept);
        String product = s.call("Einsum", Map.of("equation", Attribute.of(equation)), values.toArray(String[]::new));
        long[] alone = IntStream.range(0, own.length())
                .filter(axis -> known.indexOf(own.charAt(axis)) < 0)
                .asLongStream()
                .toArray();
        return alone.length == 0 ? product : s.stretched(s.call("Unsqueeze", product, s.longs(alone)), input, alone);
    }

    private static Stream<String> letters(String term) {
        return term.chars().mapToObj(Character::toString);
    }

    /** A term with a letter for each axis. */
    private static String spelledOut(String term, int rank) {
        int axes = rank - (term.length() - "...".length());
        StringBuilder ellipsis = new StringBuilder();
        for (int i = axes - 1; i >= 0 && term.contains("..."); i--) {
            ellipsis.append((char) (FIRST_OF_ELLIPSIS + i));
        }
        String spelled = term.replace("...", ellipsis);
        if (spelled.chars().distinct().count() < spelled.length()) {
            throw new UnsupportedOpException("an index twice in '%s'".formatted(term));
        }
        return spelled;
    }

    /** Without an arrow: the axes of ellipses, then all letters that appear once, sorted. */
    private static String implied(List<String> terms) {
        String all = String.join("", terms);
        String ellipsis = letters(all)
                .filter(letter -> letter.charAt(0) >= FIRST_OF_ELLIPSIS)
                .distinct()
                .sorted((a, b) -> b.compareTo(a))
                .collect(Collectors.joining());
        return ellipsis
                + letters(all)
                        .filter(letter -> letter.charAt(0) < FIRST_OF_ELLIPSIS)
                        .filter(letter -> all.indexOf(letter) == all.lastIndexOf(letter))
                        .sorted()
                        .collect(Collectors.joining());
    }

    private static void requireEqualSizes(Step s, List<String> terms) {
        Map<Character, Extent> sizes = new HashMap<>();
        for (int i = 0; i < terms.size(); i++) {
            for (int axis = 0; axis < terms.get(i).length(); axis++) {
                Extent size = s.shape(i).dims().get(axis);
                Extent other = sizes.putIfAbsent(terms.get(i).charAt(axis), size);
                if (other != null && !other.equals(size)) {
                    throw new UnsupportedOpException("an index stands for dimensions of different sizes");
                }
            }
        }
    }

    /** The axes of ellipses named by letters that the equation does not use. */
    private static String withLetters(String equation) {
        StringBuilder named = new StringBuilder(equation);
        char letter = 'A';
        for (int i = 0; i < named.length(); i++) {
            char axis = named.charAt(i);
            if (axis >= FIRST_OF_ELLIPSIS) {
                while (named.indexOf(String.valueOf(letter)) >= 0) {
                    letter++;
                }
                for (int j = i; j < named.length(); j++) {
                    if (named.charAt(j) == axis) {
                        named.setCharAt(j, letter);
                    }
                }
            }
        }
        return named.toString();
    }
}
