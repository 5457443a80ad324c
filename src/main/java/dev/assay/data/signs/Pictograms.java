package dev.assay.data.signs;

import static dev.assay.data.signs.Outline.all;
import static dev.assay.data.signs.Outline.line;
import static dev.assay.data.signs.Outline.path;
import static dev.assay.data.signs.Outline.turned;

import java.awt.Shape;

/** What signs show besides words, in the square from -1 to 1. */
final class Pictograms {
    static final Shape AHEAD =
            path("M -0.2 0.95 L -0.2 -0.15 L -0.62 -0.15 L 0 -1 L 0.62 -0.15 L 0.2 -0.15 L 0.2 0.95 Z");

    static final Shape TURN_RIGHT = all(
            line(0.4, "M -0.5 0.95 L -0.5 0.1 Q -0.5 -0.3 -0.1 -0.3 L 0.35 -0.3"),
            path("M 0.25 -0.9 L 1 -0.3 L 0.25 0.3 Z"));

    static final Shape AHEAD_OR_RIGHT = all(
            line(0.3, "M -0.35 0.95 L -0.35 -0.5"),
            path("M -0.85 -0.35 L -0.35 -1 L 0.15 -0.35 Z"),
            line(0.3, "M -0.35 0.9 Q -0.35 0.35 0.1 0.35 L 0.5 0.35"),
            path("M 0.4 -0.15 L 1 0.35 L 0.4 0.85 Z"));

    static final Shape KEEP_RIGHT = turned(AHEAD, 0.375);

    static final Shape ROUNDABOUT = roundabout();

    static final Shape BAR = path("M -0.7 -0.2 L 0.7 -0.2 L 0.7 0.2 L -0.7 0.2 Z");

    /** From the lower left to the upper right, across the whole disc. */
    static final Shape SLASHES = turned(
            path("M -1 -0.25 L 1 -0.25 L 1 -0.16 L -1 -0.16 Z M -1 -0.05 L 1 -0.05 L 1 0.05 L -1 0.05 Z"
                    + " M -1 0.16 L 1 0.16 L 1 0.25 L -1 0.25 Z"),
            -0.125);

    static final Shape BAN = turned(path("M -0.9 -0.09 L 0.9 -0.09 L 0.9 0.09 L -0.9 0.09 Z"), 0.125);

    static final Shape CAR = path("M -0.9 0.75 L -0.9 -0.05 L -0.6 -0.7 L 0.6 -0.7 L 0.9 -0.05 L 0.9 0.75"
            + " L 0.55 0.75 L 0.55 0.45 L -0.55 0.45 L -0.55 0.75 Z");

    static final Shape TRUCK = path("M -1 0.3 L -1 -0.55 L 0.25 -0.55 L 0.25 0.3 Z"
            + " M 0.33 0.3 L 0.33 -0.3 L 0.7 -0.3 L 1 0.02 L 1 0.3 Z"
            + " O -0.6 0.42 0.24 0.24 O 0.62 0.42 0.24 0.24");

    static final Shape BICYCLE = all(
            line(0.13, "O -0.55 0.3 0.4 0.4 O 0.55 0.3 0.4 0.4"),
            line(
                    0.13,
                    "M -0.55 0.3 L -0.2 -0.35 L 0.35 -0.35 L -0.05 0.3 Z M -0.05 0.3 L -0.27 -0.55 M -0.45 -0.55 L -0.1 -0.55"),
            line(0.13, "M 0.55 0.3 L 0.28 -0.65 L 0.55 -0.65"));

    static final Shape PEDESTRIAN = all(
            path("O 0.05 -0.78 0.2 0.2"),
            line(0.3, "M 0.05 -0.58 L 0 0.1"),
            line(0.19, "M -0.02 0.02 L 0.3 0.5 L 0.38 0.98 M 0 0.02 L -0.2 0.5 L -0.5 0.95"),
            line(0.15, "M 0.03 -0.45 L 0.5 -0.05 M 0.02 -0.45 L -0.42 -0.1 L -0.45 0.15"));

    static final Shape DEER = all(
            path("M -0.9 -0.05 C -0.7 -0.35 0 -0.2 0.3 -0.35 L 0.55 -0.7 L 0.95 -0.55 L 0.7 -0.4 L 0.55 0.1"
                    + " C 0.2 0.25 -0.3 0.15 -0.75 0.25 Z"),
            line(
                    0.15,
                    "M -0.75 0.1 L -1 0.5 L -0.75 0.9 M -0.6 0.1 L -0.55 0.5 L -0.35 0.85 M 0.4 0.05 L 0.75 0.3 L 0.55 0.6"
                            + " M 0.45 0.05 L 0.95 0.15 L 0.98 0.5"),
            line(0.1, "M 0.6 -0.65 L 0.35 -1 M 0.62 -0.65 L 0.7 -1 M 0.5 -0.8 L 0.15 -0.85"));

    static final Shape SNOW =
            all(snowArm(0), snowArm(1 / 6.0), snowArm(2 / 6.0), snowArm(3 / 6.0), snowArm(4 / 6.0), snowArm(5 / 6.0));

    static final Shape EXCLAMATION = path("M -0.24 -1 L 0.24 -1 L 0.12 0.4 L -0.12 0.4 Z O 0 0.72 0.2 0.2");

    static final Shape BEND_RIGHT = all(
            line(0.3, "M -0.35 1 L -0.35 0.35 Q -0.35 0.05 -0.1 -0.2 L 0.25 -0.5"),
            path("M -0.12 -0.75 L 0.75 -0.95 L 0.45 -0.1 Z"));

    static final Shape CROSSROADS = all(line(0.34, "M -0.8 -0.8 L 0.8 0.8"), line(0.34, "M 0.8 -0.8 L -0.8 0.8"));

    static final Shape NARROWS = all(
            line(0.24, "M -0.72 1 L -0.72 0.4 L -0.25 -0.1 L -0.25 -0.9"),
            line(0.24, "M 0.72 1 L 0.72 0.4 L 0.25 -0.1 L 0.25 -0.9"));

    static final Shape BUMPS =
            path("M -1 0.6 L -1 0.3 Q -0.85 0.3 -0.8 0.1 C -0.7 -0.6 -0.3 -0.6 -0.15 0 Q 0 0.3 0.15 0"
                    + " C 0.3 -0.6 0.7 -0.6 0.8 0.1 Q 0.85 0.3 1 0.3 L 1 0.6 Z");

    static final Shape FENCE = all(
            path("M -1 -0.25 L 1 -0.25 L 1 -0.02 L -1 -0.02 Z M -1 0.3 L 1 0.3 L 1 0.53 L -1 0.53 Z"),
            line(
                    0.26,
                    "M -0.75 0.8 L -0.75 -0.6 M -0.25 0.8 L -0.25 -0.6 M 0.25 0.8 L 0.25 -0.6 M 0.75 0.8 L 0.75 -0.6"));

    private Pictograms() {}

    private static Shape snowArm(double turns) {
        return turned(line(0.16, "M 0 0.08 L 0 -1 M -0.3 -0.85 L 0 -0.55 L 0.3 -0.85"), turns);
    }

    /** Three arrows that follow one another clockwise. */
    private static Shape roundabout() {
        Shape arrow =
                all(line(0.3, "M -0.25 -0.72 Q 0.3 -0.85 0.58 -0.38"), path("M 0.95 -0.6 L 0.85 0.22 L 0.15 -0.2 Z"));
        return all(arrow, turned(arrow, 1 / 3.0), turned(arrow, 2 / 3.0));
    }
}
