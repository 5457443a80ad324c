package dev.assay.data.signs;

import java.awt.Shape;
import java.util.List;
import java.util.stream.Stream;

/**
 * A kind of traffic sign.
 *
 * @param name of the class
 * @param layers what to paint, in this order, in the disc of radius 1
 */
record Sign(String name, List<Layer> layers) {
    static Sign of(String name, Plate plate, Layer... onIt) {
        return new Sign(
                name, Stream.concat(plate.layers().stream(), Stream.of(onIt)).toList());
    }

    /** The plate's outline. */
    Shape outline() {
        return layers.get(0).area();
    }
}
