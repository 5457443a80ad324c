package dev.assay.data.signs;

import static dev.assay.data.signs.Outline.disc;
import static dev.assay.data.signs.Outline.placed;
import static dev.assay.data.signs.Outline.regular;

import java.awt.Shape;
import java.util.List;

/** What signs are drawn on: outline, rim and ground. All fill about the same disc around the origin, of radius 1. */
enum Plate {
    PROHIBITION(Layer.of(disc(1), Ink.RED), Layer.of(disc(0.76), Ink.WHITE)),
    NO_ENTRY(Layer.of(disc(1), Ink.WHITE), Layer.of(disc(0.95), Ink.RED)),
    END(Layer.of(disc(1), Ink.BLACK), Layer.of(disc(0.95), Ink.WHITE)),
    MANDATORY(Layer.of(disc(1), Ink.WHITE), Layer.of(disc(0.95), Ink.BLUE)),
    WARNING(Layer.of(triangle(1, 0), Ink.RED), Layer.of(triangle(0.68, 0), Ink.WHITE)),
    YIELD(Layer.of(triangle(1, 0.5), Ink.RED), Layer.of(triangle(0.62, 0.5), Ink.WHITE)),
    STOP(Layer.of(regular(8, 1.06, 0.0625), Ink.WHITE), Layer.of(regular(8, 0.97, 0.0625), Ink.RED)),
    PRIORITY(
            Layer.of(regular(4, 1.15, 0), Ink.BLACK),
            Layer.of(regular(4, 1.09, 0), Ink.WHITE),
            Layer.of(regular(4, 0.76, 0), Ink.YELLOW)),
    INFORMATION(Layer.of(regular(4, 1.25, 0.125), Ink.WHITE), Layer.of(regular(4, 1.16, 0.125), Ink.BLUE));

    private final List<Layer> layers;

    Plate(Layer... layers) {
        this.layers = List.of(layers);
    }

    List<Layer> layers() {
        return layers;
    }

    /** A share of a triangle, around the whole one's centre of gravity; the whole one's middle height is at the origin. */
    private static Shape triangle(double share, double turn) {
        double radius = 1.3;
        return placed(regular(3, share * radius, turn), 1, 0, turn == 0 ? radius / 4 : -radius / 4);
    }
}
