package dev.assay.data.signs;

import static java.util.Map.entry;

import java.awt.Shape;
import java.util.Map;
import java.util.Objects;

/** The digits and letters that signs show, drawn as lines. */
final class Glyphs {
    /** The height of every glyph; the width of most. */
    private static final double HEIGHT = 1;

    private static final double WIDTH = 0.6;
    private static final double GAP = 0.1;
    private static final double LINE = 0.19;

    /** Middle lines from the top left corner of a glyph. */
    private static final Map<Character, String> LINES = Map.ofEntries(
            entry('0', "M 0.3 0.09 C 0.6 0.09 0.6 0.91 0.3 0.91 C 0 0.91 0 0.09 0.3 0.09 Z"),
            entry('1', "M 0.1 0.28 L 0.38 0.1 L 0.38 1"),
            entry('2', "M 0.08 0.33 C 0.08 0 0.53 0 0.52 0.32 C 0.5 0.55 0.2 0.68 0.09 0.9 L 0.57 0.9"),
            entry(
                    '3',
                    "M 0.09 0.25 C 0.15 0.02 0.52 0.04 0.5 0.29 C 0.5 0.44 0.35 0.47 0.22 0.47"
                            + " C 0.4 0.47 0.52 0.55 0.52 0.69 C 0.52 1 0.12 0.98 0.06 0.74"),
            entry(
                    '5',
                    "M 0.52 0.09 L 0.14 0.09 L 0.11 0.48 C 0.25 0.36 0.52 0.38 0.52 0.65 C 0.52 0.98 0.12 0.97 0.06 0.76"),
            entry(
                    '6',
                    "M 0.48 0.12 C 0.2 0.16 0.09 0.45 0.09 0.67 C 0.09 1 0.52 1 0.52 0.67 C 0.52 0.35 0.1 0.38 0.09 0.67"),
            entry('7', "M 0.04 0.09 L 0.52 0.09 C 0.35 0.38 0.26 0.6 0.24 1"),
            entry('8', "O 0.3 0.28 0.17 0.18 O 0.3 0.69 0.21 0.22"),
            entry('O', "M 0.3 0.09 C 0.62 0.09 0.62 0.91 0.3 0.91 C -0.02 0.91 -0.02 0.09 0.3 0.09 Z"),
            entry('P', "M 0.14 1 L 0.14 0.09 L 0.3 0.09 C 0.6 0.09 0.6 0.54 0.3 0.54 L 0.14 0.54"),
            entry(
                    'S',
                    "M 0.51 0.25 C 0.48 0.02 0.08 0.02 0.09 0.28 C 0.1 0.55 0.52 0.43 0.51 0.72 C 0.5 0.98 0.1 0.97 0.08 0.73"),
            entry('T', "M 0 0.09 L 0.6 0.09 M 0.3 0.09 L 0.3 1"));

    private Glyphs() {}

    /** A word around the origin, {@code height} high and as wide as it comes. */
    static Shape word(String word, double height) {
        double width = word.length() * (WIDTH + GAP) - GAP;
        Shape[] glyphs = new Shape[word.length()];
        for (int i = 0; i < glyphs.length; i++) {
            Shape glyph = Outline.line(LINE, Objects.requireNonNull(LINES.get(word.charAt(i))));
            glyphs[i] = Outline.placed(glyph, 1, i * (WIDTH + GAP) - width / 2, -HEIGHT / 2);
        }
        return Outline.placed(Outline.all(glyphs), height / HEIGHT, 0, 0);
    }
}
