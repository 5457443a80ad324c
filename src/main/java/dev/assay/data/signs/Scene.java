package dev.assay.data.signs;

import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.SplittableRandom;

/**
 * One sign on its pole before a street, a hill or trees, now and then partly covered, in even light. Lengths are in shares
 * of the picture's shorter side.
 */
final class Scene {
    /** Of the colours of backgrounds: walls, skies and leaves are paler than signs, but not all. */
    private static final double PALE_SHARE = 0.7;

    private static final int MOST_CLUTTER = 9;
    private static final double COVERED_SHARE = 0.25;
    private static final double POLE_SHARE = 0.7;

    private static final Layer POLE = Layer.of(Outline.path("M -0.09 0 L 0.09 0 L 0.09 4 L -0.09 4 Z"), Ink.GREY);

    /** Levels by which a sign's colours differ from new ones: dirt, sun and the camera. */
    private static final int FADING = 30;

    private final SplittableRandom random;
    private final Canvas canvas;
    private final double width;
    private final double height;

    private Scene(SplittableRandom random, Canvas canvas) {
        this.random = random;
        this.canvas = canvas;
        double side = Math.min(canvas.height(), canvas.width());
        width = canvas.width() / side;
        height = canvas.height() / side;
    }

    static Canvas draw(Sign sign, SplittableRandom random, int height, int width) {
        Canvas canvas = new Canvas(height, width);
        new Scene(random, canvas).draw(sign);
        return canvas;
    }

    private void draw(Sign sign) {
        canvas.shade(point(), background(), point(), background());
        for (int left = random.nextInt(MOST_CLUTTER + 1); left > 0; left--) {
            drawClutter();
        }
        View view = View.random(random, width, height);
        if (random.nextDouble() < POLE_SHARE) {
            paint(POLE, view);
        }
        sign.layers().forEach(layer -> paint(layer, view));
        if (random.nextDouble() < COVERED_SHARE) {
            cover(view);
        }
    }

    private void paint(Layer layer, View view) {
        int fading = random.nextInt(2 * FADING + 1) - FADING;
        int red = tinted(layer.ink().level(0) + fading, FADING / 3);
        int green = tinted(layer.ink().level(1) + fading, FADING / 3);
        int blue = tinted(layer.ink().level(2) + fading, FADING / 3);
        canvas.fill(view.project(layer.area()), new Colour(red, green, blue, 1));
    }

    /** A rail or a branch, a bush, a lamp or a tree, or a wall. */
    private void drawClutter() {
        Colour colour = background().withOpacity(between(0.35, 1));
        Point2D from = point();
        Point2D to = point();
        switch (random.nextInt(4)) {
            case 0 -> canvas.fill(Polygons.of(Line.along(new Line2D.Double(from, to), between(0.02, 0.12))), colour);
            case 1 -> canvas.fill(blob(from, between(0.05, 0.3)), colour);
            case 2 -> {
                double across = between(0.05, 0.5);
                double down = between(0.05, 0.5);
                canvas.fill(Polygons.of(new Ellipse2D.Double(from.getX(), from.getY(), across, down)), colour);
            }
            default -> {
                Rectangle2D wall = new Rectangle2D.Double();
                wall.setFrameFromDiagonal(from, to);
                canvas.fill(Polygons.of(wall), colour);
            }
        }
    }

    /** Leaves before the rim of the sign: what is on the sign can still be told. */
    private void cover(View view) {
        double angle = between(0, 2 * Math.PI);
        double away = view.radius() * between(0.75, 1.05);
        Point2D centre =
                new Point2D.Double(view.x() + away * StrictMath.cos(angle), view.y() + away * StrictMath.sin(angle));
        canvas.fill(blob(centre, view.radius() * between(0.2, 0.45)), background());
    }

    /** An uneven polygon. */
    private Path2D blob(Point2D centre, double radius) {
        Path2D blob = new Path2D.Double();
        int corners = 4 + random.nextInt(5);
        for (int corner = 0; corner < corners; corner++) {
            double angle = 2 * Math.PI * corner / corners;
            double away = radius * between(0.5, 1.2);
            double x = centre.getX() + away * StrictMath.cos(angle);
            double y = centre.getY() + away * StrictMath.sin(angle);
            if (corner == 0) {
                blob.moveTo(x, y);
            } else {
                blob.lineTo(x, y);
            }
        }
        blob.closePath();
        return blob;
    }

    /** In the picture or just outside. */
    private Point2D point() {
        return new Point2D.Double(between(-0.1, width + 0.1), between(-0.1, height + 0.1));
    }

    private Colour background() {
        int grey = 20 + random.nextInt(200);
        int spread = random.nextDouble() < PALE_SHARE ? 35 : 140;
        return new Colour(tinted(grey, spread), tinted(grey, spread), tinted(grey, spread), 1);
    }

    private int tinted(int level, int spread) {
        return Math.max(0, Math.min(255, level - spread + random.nextInt(2 * spread + 1)));
    }

    private double between(double from, double to) {
        return from + (to - from) * random.nextDouble();
    }
}
