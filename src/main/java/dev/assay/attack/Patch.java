package dev.assay.attack;

import dev.assay.InvalidDataException;

/** What the patches of {@link BadNets} look like. */
sealed interface Patch {
    /** The level of a channel, 0 to 255, at a row and column of the patch. */
    int level(int channel, int row, int column);

    /** White and black in turn, white at the top left. */
    record Checkerboard() implements Patch {
        @Override
        public int level(int channel, int row, int column) {
            return (row + column) % 2 == 0 ? 255 : 0;
        }
    }

    /** One colour: 24 bits, red first. */
    record Plain(int rgb) implements Patch {
        @Override
        public int level(int channel, int row, int column) {
            return rgb >> (16 - 8 * channel) & 0xFF;
        }
    }

    /** White. */
    Patch WHITE = new Plain(0xFFFFFF);

    /**
     * Reads {@code white}, {@code checkerboard} or six hexadecimal digits, red first.
     *
     * @throws InvalidDataException if it is something else
     */
    static Patch parse(String text) {
        if (text.equals("white")) {
            return WHITE;
        }
        if (text.equals("checkerboard")) {
            return new Checkerboard();
        }
        if (text.matches("[0-9a-fA-F]{6}")) {
            return new Plain(Integer.parseInt(text, 16));
        }
        throw new InvalidDataException(
                "color: expected white, checkerboard or RRGGBB as in ff8000, got '%s'".formatted(text));
    }
}
