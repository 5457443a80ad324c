package dev.assay.data.signs;

/**
 * A colour to paint with.
 *
 * @param red level, 0 to 255
 * @param green level, 0 to 255
 * @param blue level, 0 to 255
 * @param opacity how much of what lies beneath is hidden, 0 to 1
 */
record Colour(int red, int green, int blue, double opacity) {
    int level(int channel) {
        return channel == 0 ? red : channel == 1 ? green : blue;
    }

    Colour withOpacity(double other) {
        return new Colour(red, green, blue, other);
    }
}
