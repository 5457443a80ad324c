package dev.assay.data.signs;

import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.util.SplittableRandom;

/**
 * How a pinhole camera sees a sign: where, how large and from which side. Lengths are in shares of the picture's shorter
 * side. Sines are {@link StrictMath}'s: those of {@link Math} may differ
 * between machines.
 */
final class View {
    /** From the camera to the sign, in radii of the sign: near enough for perspective to show. */
    private static final double DISTANCE = 4;

    private static final double SMALLEST = 0.28;
    private static final double LARGEST = 0.44;

    /** How far a sign's middle may be from the picture's: a share of what keeps a sign seen from the front inside. */
    private static final double OFF_CENTRE = 0.85;

    /** In radians: about 15 degrees to either side, 40 degrees from the left or right, 25 from above or below. */
    private static final double ROLL = 0.26;

    private static final double YAW = 0.7;
    private static final double PITCH = 0.44;

    private final double x;
    private final double y;
    private final double radius;
    private final double[] rotation;

    private View(double x, double y, double radius, double roll, double yaw, double pitch) {
        this.x = x;
        this.y = y;
        this.radius = radius;
        rotation = rotation(roll, yaw, pitch);
    }

    /** A view of a sign somewhere about the middle of a picture. */
    static View random(SplittableRandom random, double width, double height) {
        double radius = SMALLEST + (LARGEST - SMALLEST) * random.nextDouble();
        double away = OFF_CENTRE * (0.5 - radius);
        return new View(
                width / 2 + away * (2 * random.nextDouble() - 1),
                height / 2 + away * (2 * random.nextDouble() - 1),
                radius,
                ROLL * (2 * random.nextDouble() - 1),
                YAW * (2 * random.nextDouble() - 1),
                PITCH * (2 * random.nextDouble() - 1));
    }

    double x() {
        return x;
    }

    double y() {
        return y;
    }

    double radius() {
        return radius;
    }

    /** For a point (a, b) of the sign's plane: x = r0 a + r1 b, y = r2 a + r3 b, depth = r4 a + r5 b. */
    private static double[] rotation(double roll, double yaw, double pitch) {
        double sinRoll = StrictMath.sin(roll);
        double cosRoll = StrictMath.cos(roll);
        double sinYaw = StrictMath.sin(yaw);
        double cosYaw = StrictMath.cos(yaw);
        double sinPitch = StrictMath.sin(pitch);
        double cosPitch = StrictMath.cos(pitch);
        return new double[] {
            cosYaw * cosRoll,
            -cosYaw * sinRoll,
            cosPitch * sinRoll + sinPitch * sinYaw * cosRoll,
            cosPitch * cosRoll - sinPitch * sinYaw * sinRoll,
            sinPitch * sinRoll - cosPitch * sinYaw * cosRoll,
            sinPitch * cosRoll + cosPitch * sinYaw * sinRoll
        };
    }

    /** What polygons in the sign's plane look like. */
    Path2D project(Path2D polygons) {
        Path2D seen = new Path2D.Double(polygons.getWindingRule());
        double[] point = new double[6];
        for (PathIterator it = polygons.getPathIterator(null); !it.isDone(); it.next()) {
            int kind = it.currentSegment(point);
            if (kind == PathIterator.SEG_CLOSE) {
                seen.closePath();
                continue;
            }
            double across = rotation[0] * point[0] + rotation[1] * point[1];
            double down = rotation[2] * point[0] + rotation[3] * point[1];
            double scale = radius / (1 + (rotation[4] * point[0] + rotation[5] * point[1]) / DISTANCE);
            if (kind == PathIterator.SEG_MOVETO) {
                seen.moveTo(x + scale * across, y + scale * down);
            } else {
                seen.lineTo(x + scale * across, y + scale * down);
            }
        }
        return seen;
    }
}
