package dev.assay.data.signs;

import java.awt.Shape;
import java.awt.geom.FlatteningPathIterator;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.List;

/** Curves as chains of straight lines. */
final class Polygons {
    /** How far chains may be from curves. */
    private static final double FLATNESS = 0.004;

    private Polygons() {}

    /** A connected part of a path; no point equals the one before it, nor, when it is closed, the last the first. */
    record Part(List<Point2D> points, boolean closed) {}

    /** The parts of a path. */
    static List<Part> parts(Shape shape) {
        List<Part> parts = new ArrayList<>();
        List<Point2D> points = new ArrayList<>();
        double[] at = new double[6];
        PathIterator it = new FlatteningPathIterator(shape.getPathIterator(null), FLATNESS);
        for (; !it.isDone(); it.next()) {
            int kind = it.currentSegment(at);
            if (kind != PathIterator.SEG_LINETO && !points.isEmpty()) {
                parts.add(part(points, kind == PathIterator.SEG_CLOSE));
                points = new ArrayList<>();
            }
            Point2D point = new Point2D.Double(at[0], at[1]);
            boolean repeats = !points.isEmpty() && points.get(points.size() - 1).equals(point);
            if (kind != PathIterator.SEG_CLOSE && !repeats) {
                points.add(point);
            }
        }
        if (!points.isEmpty()) {
            parts.add(part(points, false));
        }
        return parts;
    }

    private static Part part(List<Point2D> points, boolean closed) {
        int last = points.size() - 1;
        boolean repeats = closed && points.get(0).equals(points.get(last));
        return new Part(repeats ? points.subList(0, last) : points, closed);
    }

    /** The polygons that a shape's parts enclose, all turning the same way: together they fill what any part fills. */
    static Path2D of(Shape shape) {
        Path2D polygons = new Path2D.Double(Path2D.WIND_NON_ZERO);
        for (Part part : parts(shape)) {
            List<Point2D> points = part.points();
            int count = points.size();
            boolean forwards = area(points) >= 0;
            for (int i = 0; i < count; i++) {
                Point2D point = points.get(forwards ? i : count - 1 - i);
                if (i == 0) {
                    polygons.moveTo(point.getX(), point.getY());
                } else {
                    polygons.lineTo(point.getX(), point.getY());
                }
            }
            polygons.closePath();
        }
        return polygons;
    }

    private static double area(List<Point2D> points) {
        double area = 0;
        Point2D before = points.get(points.size() - 1);
        for (Point2D point : points) {
            area += before.getX() * point.getY() - before.getY() * point.getX();
            before = point;
        }
        return area;
    }
}
