package dev.assay.data.signs;

import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.awt.geom.Point2D;
import java.util.Arrays;

/**
 * A picture on which areas are painted with smooth borders. Outlines are Java2D's but not the painting: its pixels are
 * others in Java 17 than in Java 25, and these are the same wherever Java runs. Of each pixel a few lines are covered
 * exactly. Lengths are in shares of the picture's shorter side.
 */
final class Canvas {
    static final int CHANNELS = 3;

    /** Lines across each pixel. */
    private static final int LINES = 5;

    private final int height;
    private final int width;
    private final double side;
    /** {@code [3, H, W]}, 0 to 255. */
    private final double[] levels;

    private final Crossings[] crossings;

    Canvas(int height, int width) {
        this.height = height;
        this.width = width;
        side = Math.min(height, width);
        levels = new double[CHANNELS * height * width];
        crossings = new Crossings[LINES * height];
        Arrays.setAll(crossings, line -> new Crossings());
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    double level(int channel, int pixel) {
        return levels[channel * height * width + pixel];
    }

    /** Paints everything, from one colour at one point to another at another. */
    void shade(Point2D from, Colour first, Point2D to, Colour second) {
        double alongX = to.getX() - from.getX();
        double alongY = to.getY() - from.getY();
        double square = Math.max(alongX * alongX + alongY * alongY, Double.MIN_NORMAL);
        for (int pixel = 0; pixel < height * width; pixel++) {
            int row = pixel / width;
            int column = pixel % width;
            double x = (column + 0.5) / side - from.getX();
            double y = (row + 0.5) / side - from.getY();
            double share = Math.max(0, Math.min(1, (x * alongX + y * alongY) / square));
            for (int channel = 0; channel < CHANNELS; channel++) {
                levels[channel * height * width + pixel] =
                        (1 - share) * first.level(channel) + share * second.level(channel);
            }
        }
    }

    /** Paints polygons; where they overlap they are painted once as long as they turn the same way. */
    void fill(Path2D polygons, Colour colour) {
        double[] at = new double[6];
        double startX = 0;
        double startY = 0;
        double x = 0;
        double y = 0;
        for (PathIterator it = polygons.getPathIterator(null); !it.isDone(); it.next()) {
            int kind = it.currentSegment(at);
            double nextX = kind == PathIterator.SEG_CLOSE ? startX : at[0] * side;
            double nextY = kind == PathIterator.SEG_CLOSE ? startY : at[1] * side * LINES;
            if (kind == PathIterator.SEG_MOVETO) {
                startX = nextX;
                startY = nextY;
            } else {
                cross(x, y, nextX, nextY);
            }
            x = nextX;
            y = nextY;
        }
        paint(colour);
    }

    /** Notes where an edge crosses the middle of lines; y counts lines. */
    private void cross(double x, double y, double nextX, double nextY) {
        int turn = nextY > y ? 1 : -1;
        int first = (int) Math.max(0, Math.ceil(Math.min(y, nextY) - 0.5));
        int last = (int) Math.min(crossings.length, Math.ceil(Math.max(y, nextY) - 0.5)) - 1;
        double slope = (nextX - x) / (nextY - y);
        for (int line = first; line <= last; line++) {
            crossings[line].add(x + (line + 0.5 - y) * slope, turn);
        }
    }

    private void paint(Colour colour) {
        double[] covered = new double[width];
        for (int row = 0; row < height; row++) {
            Arrays.fill(covered, 0);
            for (int line = row * LINES; line < (row + 1) * LINES; line++) {
                crossings[line].cover(covered);
            }
            for (int column = 0; column < width; column++) {
                double share = covered[column] / LINES * colour.opacity();
                for (int channel = 0; channel < CHANNELS; channel++) {
                    int at = (channel * height + row) * width + column;
                    levels[at] += share * (colour.level(channel) - levels[at]);
                }
            }
        }
    }

    /** Where edges cross one line, from left to right. */
    private static final class Crossings {
        private double[] places = new double[8];
        private int[] turns = new int[8];
        private int count;

        void add(double place, int turn) {
            if (count == places.length) {
                places = Arrays.copyOf(places, 2 * count);
                turns = Arrays.copyOf(turns, 2 * count);
            }
            int i = count++;
            for (; i > 0 && places[i - 1] > place; i--) {
                places[i] = places[i - 1];
                turns[i] = turns[i - 1];
            }
            places[i] = place;
            turns[i] = turn;
        }

        /** Adds what the line covers of each pixel, and forgets the crossings. */
        void cover(double[] covered) {
            int winding = 0;
            for (int i = 0; i + 1 < count; i++) {
                winding += turns[i];
                if (winding != 0) {
                    cover(covered, Math.max(0, places[i]), Math.min(covered.length, places[i + 1]));
                }
            }
            count = 0;
        }

        private static void cover(double[] covered, double from, double to) {
            for (int pixel = (int) from; pixel < to; pixel++) {
                covered[pixel] += Math.min(to, pixel + 1) - Math.max(from, pixel);
            }
        }
    }
}
