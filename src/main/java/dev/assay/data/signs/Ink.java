package dev.assay.data.signs;

/** The colours of signs, as RGB levels when new and in white light. */
enum Ink {
    RED(200, 30, 40),
    BLUE(20, 90, 180),
    YELLOW(250, 200, 30),
    GREEN(20, 150, 80),
    WHITE(240, 240, 240),
    GREY(115, 115, 115),
    BLACK(25, 25, 25);

    private final int[] levels;

    Ink(int... levels) {
        this.levels = levels;
    }

    /** The level of red, green or blue: channel 0 to 2. */
    int level(int channel) {
        return levels[channel];
    }
}
