package dev.assay.demo;

import static java.util.Map.entry;

import java.awt.Shape;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.util.List;
import java.util.Map;

/** The classes of {@link Shapes}: outlines in the unit circle, y downwards. */
final class Outlines {
    private static final List<Map.Entry<String, Shape>> CLASSES = List.of(
            entry("arrow", polygon(-0.3, 1, 0.3, 1, 0.3, -0.05, 0.8, -0.05, 0, -1, -0.8, -0.05, -0.3, -0.05)),
            entry("circle", disc(0, 0, 0.95)),
            entry("crescent", without(disc(0, 0, 1), disc(0.5, -0.15, 0.78))),
            entry(
                    "cross",
                    polygon(
                            -0.3, -1, 0.3, -1, 0.3, -0.3, 1, -0.3, 1, 0.3, 0.3, 0.3, 0.3, 1, -0.3, 1, -0.3, 0.3, -1,
                            0.3, -1, -0.3, -0.3, -0.3)),
            entry("diamond", polygon(0, -1, 0.58, 0, 0, 1, -0.58, 0)),
            entry("hexagon", regular(6, 1, 1)),
            entry("ring", without(disc(0, 0, 1), disc(0, 0, 0.55))),
            entry("square", polygon(-0.75, -0.75, 0.75, -0.75, 0.75, 0.75, -0.75, 0.75)),
            entry("star", regular(10, 1, 0.42)),
            entry("triangle", regular(3, 1, 1)));

    /** Names of the classes by label. */
    static final List<String> NAMES = CLASSES.stream().map(Map.Entry::getKey).toList();

    private Outlines() {}

    /** The outline of a class. */
    static Shape of(int label) {
        return CLASSES.get(label).getValue();
    }

    private static Shape polygon(double... coordinates) {
        Path2D path = new Path2D.Double();
        path.moveTo(coordinates[0], coordinates[1]);
        for (int i = 2; i < coordinates.length; i += 2) {
            path.lineTo(coordinates[i], coordinates[i + 1]);
        }
        path.closePath();
        return path;
    }

    /** Corners on the unit circle, the first at the top; every other one at another radius. */
    private static Shape regular(int corners, double evenRadius, double oddRadius) {
        double[] coordinates = new double[2 * corners];
        for (int corner = 0; corner < corners; corner++) {
            double angle = 2 * Math.PI * corner / corners;
            double radius = corner % 2 == 0 ? evenRadius : oddRadius;
            coordinates[2 * corner] = radius * StrictMath.sin(angle);
            coordinates[2 * corner + 1] = -radius * StrictMath.cos(angle);
        }
        return polygon(coordinates);
    }

    private static Shape disc(double x, double y, double radius) {
        return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    }

    private static Shape without(Shape whole, Shape part) {
        Area area = new Area(whole);
        area.subtract(new Area(part));
        return area;
    }
}
