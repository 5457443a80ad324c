package dev.assay.defense;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A label's images along their first two principal components; of many images a sample.
 *
 * @param targetClass the label
 * @param points one entry an image
 */
public record ClusterScatter(int targetClass, List<Point> points) {
    private static final int MOST_POINTS = 200;
    private static final double DIGITS = 1e3;

    public ClusterScatter {
        points = List.copyOf(points);
    }

    /**
     * An image.
     *
     * @param x along the first component, rounded
     * @param y along the second, rounded; 0 where there is none
     * @param suspicious whether it lies in the suspicious cluster
     * @param clean whether it is known to be clean
     */
    public record Point(double x, double y, boolean suspicious, boolean clean) {}

    /** Of each sort of images, judged and clean, at most half of what is kept. */
    static ClusterScatter of(ClassFeatures features, List<double[]> points, TwoClusters clusters, long seed) {
        int judged = features.judged().size();
        SplittableRandom random = new SplittableRandom(seed);
        List<Point> kept = new ArrayList<>();
        IntStream.concat(sample(random, 0, judged), sample(random, judged, points.size()))
                .forEach(i -> kept.add(new Point(
                        rounded(points.get(i), 0), rounded(points.get(i), 1), clusters.isSecond(i), i >= judged)));
        return new ClusterScatter(features.label(), kept);
    }

    private static IntStream sample(SplittableRandom random, int from, int to) {
        return random.ints(from, to)
                .distinct()
                .limit(Math.min(MOST_POINTS / 2, to - from))
                .sorted();
    }

    private static double rounded(double[] point, int axis) {
        return point.length > axis ? Math.rint(point[axis] * DIGITS) / DIGITS : 0;
    }
}
