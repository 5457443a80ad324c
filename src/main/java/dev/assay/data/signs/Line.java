package dev.assay.data.signs;

import java.awt.Shape;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.util.List;

/**
 * Thick lines as areas. Java2D's strokes are not used: their outlines differ between versions of Java, and then pixels
 * do.
 */
final class Line {
    /** Mitred corners reach out this many times half the width at most. */
    private static final double LONGEST_MITRE = 2;

    private Line() {}

    /** The area within {@code width / 2} of a path, with flat ends and mitred corners. */
    static Path2D along(Shape path, double width) {
        Path2D area = new Path2D.Double();
        Polygons.parts(path).forEach(part -> append(area, part.points(), part.closed(), width / 2));
        return area;
    }

    /** A quadrangle for each stretch, so that closed lines keep their inside free. */
    private static void append(Path2D area, List<Point2D> points, boolean closed, double reach) {
        int count = points.size();
        for (int i = closed ? 0 : 1; i < count; i++) {
            int before = (i + count - 1) % count;
            Point2D from = points.get(before);
            Point2D to = points.get(i);
            Point2D atFrom = offset(points, before, closed, reach);
            Point2D atTo = offset(points, i, closed, reach);
            area.moveTo(from.getX() + atFrom.getX(), from.getY() + atFrom.getY());
            area.lineTo(to.getX() + atTo.getX(), to.getY() + atTo.getY());
            area.lineTo(to.getX() - atTo.getX(), to.getY() - atTo.getY());
            area.lineTo(from.getX() - atFrom.getX(), from.getY() - atFrom.getY());
            area.closePath();
        }
    }

    /** From a point of the middle line to the left border: half way between the normals of the stretches that meet. */
    private static Point2D offset(List<Point2D> points, int i, boolean closed, double reach) {
        int count = points.size();
        Point2D point = points.get(i);
        Point2D before = points.get(closed ? (i + count - 1) % count : Math.max(i - 1, 0));
        Point2D after = points.get(closed ? (i + 1) % count : Math.min(i + 1, count - 1));
        Point2D first = before.equals(point) ? normal(point, after) : normal(before, point);
        Point2D second = after.equals(point) ? first : normal(point, after);
        double x = first.getX() + second.getX();
        double y = first.getY() + second.getY();
        double length = Math.sqrt(x * x + y * y);
        double cosine = Math.max(length / 2, 1 / LONGEST_MITRE);
        double scale = reach / (cosine * Math.max(length, Double.MIN_NORMAL));
        return new Point2D.Double(x * scale, y * scale);
    }

    private static Point2D normal(Point2D from, Point2D to) {
        double length = from.distance(to);
        return new Point2D.Double((from.getY() - to.getY()) / length, (to.getX() - from.getX()) / length);
    }
}
