package dev.assay.demo;

import dev.assay.data.ImageSet;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.image.BufferedImage;
import java.util.SplittableRandom;

/**
 * Signs drawn at random, 32x32 RGB: one outline each, filled in a colour that says nothing of its class, somewhere in
 * front of a gradient with clutter, under noise. Sines are {@link StrictMath}'s, so that images depend on the seed and
 * on Java2D's rasteriser only.
 */
final class Shapes {
    static final int SIZE = 32;
    private static final int PLANE = SIZE * SIZE;

    /** Backgrounds stay below white, which is the colour of the trigger. */
    private static final int BRIGHTEST_BACKGROUND = 205;

    private static final int LEAST_CONTRAST = 75;

    private final SplittableRandom random;
    private final Color first;
    private final Color second;
    private final BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);

    private Shapes(SplittableRandom random) {
        this.random = random;
        first = colour(BRIGHTEST_BACKGROUND);
        second = colour(BRIGHTEST_BACKGROUND);
    }

    /**
     * Images {@code 0} to before {@code count} of the sequence that belongs to a seed. Image {@code i} is of class
     * {@code i} modulo the number of classes.
     */
    static ImageSet images(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] pixels = new byte[count * ImageSet.CHANNELS * PLANE];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % Outlines.NAMES.size();
            Shapes drawing = new Shapes(random.split());
            drawing.draw(Outlines.of(labels[i]));
            drawing.copy(pixels, i * ImageSet.CHANNELS * PLANE);
        }
        return ImageSet.of(SIZE, SIZE, pixels, labels, Outlines.NAMES);
    }

    private void draw(Shape outline) {
        Graphics2D canvas = image.createGraphics();
        canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        canvas.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        canvas.setPaint(gradient(first, second));
        canvas.fillRect(0, 0, SIZE, SIZE);
        for (int left = random.nextInt(2, 6); left > 0; left--) {
            drawClutter(canvas);
        }
        Shape placed = place().createTransformedShape(outline);
        Color fill = contrasting();
        canvas.setPaint(gradient(fill, mixed(fill, colour(256))));
        canvas.fill(placed);
        if (random.nextInt(3) == 0) {
            canvas.setPaint(colour(256));
            canvas.setStroke(new BasicStroke((float) random.nextDouble(0.8, 1.8)));
            canvas.draw(placed);
        }
        canvas.dispose();
    }

    /** Mostly inside the image, a little taller or wider than drawn, turned up to 40 degrees to either side. */
    private AffineTransform place() {
        double radius = random.nextDouble(6, 12.5);
        double across = radius * random.nextDouble(0.85, 1.15);
        double down = radius * random.nextDouble(0.85, 1.15);
        double angle = random.nextDouble(-0.7, 0.7);
        double sine = StrictMath.sin(angle);
        double cosine = StrictMath.cos(angle);
        double border = 0.9 * radius;
        double x = random.nextDouble(border, SIZE - border);
        double y = random.nextDouble(border, SIZE - border);
        return new AffineTransform(cosine * across, sine * across, -sine * down, cosine * down, x, y);
    }

    private void drawClutter(Graphics2D canvas) {
        Color colour = colour(BRIGHTEST_BACKGROUND);
        canvas.setPaint(new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), random.nextInt(60, 200)));
        Point2D from = point();
        Point2D to = point();
        if (random.nextInt(2) == 0) {
            canvas.setStroke(new BasicStroke((float) random.nextDouble(0.5, 2.5)));
            canvas.draw(new Line2D.Double(from, to));
        } else {
            double extent = random.nextDouble(2, 7);
            canvas.fill(new Ellipse2D.Double(from.getX(), from.getY(), extent, random.nextDouble(2, 7)));
        }
    }

    private Point2D point() {
        return new Point2D.Double(random.nextDouble(-4, SIZE + 4), random.nextDouble(-4, SIZE + 4));
    }

    private GradientPaint gradient(Color from, Color to) {
        return new GradientPaint(point(), from, point(), to);
    }

    private Color colour(int bound) {
        return new Color(random.nextInt(bound), random.nextInt(bound), random.nextInt(bound));
    }

    private Color contrasting() {
        Color candidate = colour(256);
        while (distance(candidate, first) < LEAST_CONTRAST || distance(candidate, second) < LEAST_CONTRAST) {
            candidate = colour(256);
        }
        return candidate;
    }

    private static double distance(Color a, Color b) {
        int red = a.getRed() - b.getRed();
        int green = a.getGreen() - b.getGreen();
        int blue = a.getBlue() - b.getBlue();
        return Math.sqrt(red * red + green * green + blue * blue);
    }

    /** Three parts of the first colour, one of the second. */
    private static Color mixed(Color a, Color b) {
        return new Color(
                (3 * a.getRed() + b.getRed()) / 4,
                (3 * a.getGreen() + b.getGreen()) / 4,
                (3 * a.getBlue() + b.getBlue()) / 4);
    }

    /** Copies the drawing as planar RGB, under noise that is nearly Gaussian: the sum of three even ones. */
    private void copy(byte[] pixels, int offset) {
        double amplitude = random.nextDouble(3, 24);
        for (int channel = 0; channel < ImageSet.CHANNELS; channel++) {
            int shift = 16 - 8 * channel;
            for (int i = 0; i < PLANE; i++) {
                int level = image.getRGB(i % SIZE, i / SIZE) >> shift & 0xFF;
                double noise = random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5;
                long noisy = Math.round(level + amplitude * noise);
                pixels[offset + channel * PLANE + i] = (byte) Math.max(0, Math.min(255, noisy));
            }
        }
    }
}
