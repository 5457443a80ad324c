package dev.assay.data.signs;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Areas with outlines in a plane whose y axis points downwards. There are no fonts, which differ between machines. */
final class Outline {
    private Outline() {}

    /**
     * Reads path data in a part of SVG's form: the commands {@code M}, {@code L}, {@code Q}, {@code C} and {@code Z},
     * absolute, each written out, with numbers separated by spaces; and, beyond SVG, {@code O x y rx ry}, an ellipse
     * around x, y.
     */
    static Path2D path(String data) {
        Path2D path = new Path2D.Double(Path2D.WIND_NON_ZERO);
        Deque<String> words = new ArrayDeque<>(List.of(data.strip().split("\\s+")));
        while (!words.isEmpty()) {
            String command = words.remove();
            switch (command) {
                case "M" -> path.moveTo(next(words), next(words));
                case "L" -> path.lineTo(next(words), next(words));
                case "Q" -> path.quadTo(next(words), next(words), next(words), next(words));
                case "C" -> path.curveTo(next(words), next(words), next(words), next(words), next(words), next(words));
                case "O" -> path.append(ellipse(next(words), next(words), next(words), next(words)), false);
                case "Z" -> path.closePath();
                default -> throw new IllegalArgumentException("path data: no command '" + command + "' in: " + data);
            }
        }
        return path;
    }

    private static double next(Deque<String> words) {
        return Double.parseDouble(words.remove());
    }

    /** The lines along {@link #path}, {@code width} wide, with flat ends. */
    static Shape line(double width, String data) {
        return Line.along(path(data), width);
    }

    static Shape disc(double radius) {
        return ellipse(0, 0, radius, radius);
    }

    static Shape ellipse(double x, double y, double radiusX, double radiusY) {
        return new Ellipse2D.Double(x - radiusX, y - radiusY, 2 * radiusX, 2 * radiusY);
    }

    /** A regular polygon around the origin; corners lie at {@code radius}, the first {@code turn} turns after the top. */
    static Shape regular(int corners, double radius, double turn) {
        Path2D path = new Path2D.Double();
        for (int corner = 0; corner < corners; corner++) {
            double angle = 2 * Math.PI * (turn + (double) corner / corners);
            double x = radius * StrictMath.sin(angle);
            double y = -radius * StrictMath.cos(angle);
            if (corner == 0) {
                path.moveTo(x, y);
            } else {
                path.lineTo(x, y);
            }
        }
        path.closePath();
        return path;
    }

    /** The shape made {@code scale} times as large and moved. */
    static Shape placed(Shape shape, double scale, double x, double y) {
        return new AffineTransform(scale, 0, 0, scale, x, y).createTransformedShape(shape);
    }

    /** The shape with left and right changed. */
    static Shape mirrored(Shape shape) {
        return new AffineTransform(-1, 0, 0, 1, 0, 0).createTransformedShape(shape);
    }

    /** The shape turned clockwise. */
    static Shape turned(Shape shape, double turns) {
        double sine = StrictMath.sin(2 * Math.PI * turns);
        double cosine = StrictMath.cos(2 * Math.PI * turns);
        return new AffineTransform(cosine, sine, -sine, cosine, 0, 0).createTransformedShape(shape);
    }

    /** All the shapes as one. */
    static Shape all(Shape... shapes) {
        Path2D path = new Path2D.Double(Path2D.WIND_NON_ZERO);
        for (Shape shape : shapes) {
            path.append(shape, false);
        }
        return path;
    }
}
