package dev.assay.data.signs;

import java.awt.Shape;
import java.awt.geom.Path2D;

/**
 * An area of one colour. A sign is a list of these, the later ones on top.
 *
 * @param area polygons only, so that any projection keeps them right
 * @param ink its colour
 */
record Layer(Path2D area, Ink ink) {
    /** Wherever any part of the shape is. */
    static Layer of(Shape shape, Ink ink) {
        return new Layer(Polygons.of(shape), ink);
    }
}
