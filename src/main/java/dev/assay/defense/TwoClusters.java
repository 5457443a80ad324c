package dev.assay.defense;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.clustering.CentroidCluster;
import org.hipparchus.clustering.Cluster;
import org.hipparchus.clustering.Clusterable;
import org.hipparchus.clustering.KMeansPlusPlusClusterer;
import org.hipparchus.clustering.MultiKMeansPlusPlusClusterer;
import org.hipparchus.clustering.distance.EuclideanDistance;
import org.hipparchus.clustering.evaluation.ClusterEvaluator;
import org.hipparchus.random.Well19937c;
import org.hipparchus.util.MathArrays;

/** Points divided in two by k-means. */
final class TwoClusters {
    private static final int STEPS = 100;

    private final boolean[] second;
    private final double silhouette;

    private TwoClusters(boolean[] second, double silhouette) {
        this.second = second;
        this.silhouette = silhouette;
    }

    /** A point that keeps its number, since clusters are handed out as lists of points. */
    private static final class Numbered implements Clusterable {
        private final int number;
        private final double[] point;

        Numbered(int number, double[] point) {
            this.number = number;
            this.point = point;
        }

        @Override
        public double[] getPoint() {
            return point;
        }
    }

    /** The sum of squared distances to the centres, which k-means makes small. */
    private static final class Inertia extends ClusterEvaluator<Numbered> {
        @Override
        public double score(List<? extends Cluster<Numbered>> clusters) {
            return clusters.stream()
                    .mapToDouble(cluster -> cluster.getPoints().stream()
                            .mapToDouble(point -> Math.pow(distance(point, centroidOf(cluster)), 2))
                            .sum())
                    .sum();
        }
    }

    /**
     * Divides points; where they are all the same, none lies in the second cluster.
     *
     * @param starts of k-means, the best of which counts
     */
    static TwoClusters of(List<double[]> points, int starts, long seed) {
        boolean[] second = new boolean[points.size()];
        if (points.stream().allMatch(point -> Arrays.equals(point, points.get(0)))) {
            return new TwoClusters(second, 0);
        }
        List<Numbered> numbered = IntStream.range(0, points.size())
                .mapToObj(i -> new Numbered(i, points.get(i)))
                .toList();
        KMeansPlusPlusClusterer<Numbered> once =
                new KMeansPlusPlusClusterer<>(2, STEPS, new EuclideanDistance(), new Well19937c(seed));
        List<CentroidCluster<Numbered>> clusters =
                new MultiKMeansPlusPlusClusterer<>(once, starts, new Inertia()).cluster(numbered);
        clusters.get(1).getPoints().forEach(point -> second[point.number] = true);
        return new TwoClusters(second, silhouette(points, second));
    }

    private static double silhouette(List<double[]> points, boolean[] second) {
        return IntStream.range(0, points.size())
                .mapToDouble(i -> silhouette(points, second, i))
                .average()
                .orElseThrow();
    }

    private static double silhouette(List<double[]> points, boolean[] second, int i) {
        double[] sums = new double[2];
        int[] counts = new int[2];
        for (int other = 0; other < second.length; other++) {
            int place = second[other] == second[i] ? 0 : 1;
            sums[place] += MathArrays.distance(points.get(i), points.get(other));
            counts[place] += other == i ? 0 : 1;
        }
        double own = sums[0] / counts[0];
        double far = sums[1] / counts[1];
        return counts[0] == 0 || counts[1] == 0 ? 0 : (far - own) / Math.max(own, far);
    }

    /**
     * The mean of {@code (b − a) / max(a, b)} over the points, with a the mean distance to the others of a point's own
     * cluster and b that to the other cluster (Rousseeuw, 1987); a point alone in its cluster counts 0.
     */
    double silhouette() {
        return silhouette;
    }

    /** Whether a point lies in the second cluster. */
    boolean isSecond(int point) {
        return second[point];
    }

    /** How many of the points from {@code from} to before {@code to} lie in the second cluster. */
    int count(int from, int to) {
        return (int) IntStream.range(from, to).filter(this::isSecond).count();
    }

    /** Their share. */
    double share(int from, int to) {
        return (double) count(from, to) / (to - from);
    }

    /** The same with the first cluster second. */
    TwoClusters swapped() {
        boolean[] first = new boolean[second.length];
        for (int i = 0; i < first.length; i++) {
            first[i] = !second[i];
        }
        return new TwoClusters(first, silhouette);
    }
}
