package dev.assay.math;

import java.util.Arrays;
import java.util.List;

/** Geometry of vectors given as arrays. */
public final class Vectors {
    private Vectors() {}

    /** The cosine of the angle between two vectors; 1 when both are 0, and 0 when only one is. */
    public static double cosine(double[] a, double[] b) {
        double norms = length(a) * length(b);
        if (norms == 0) {
            return dot(a, a) == dot(b, b) ? 1 : 0;
        }
        return dot(a, b) / norms;
    }

    /** The inner product. */
    public static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** The Euclidean norm. */
    public static double length(double[] a) {
        return Math.sqrt(dot(a, a));
    }

    /** The mean of one or more vectors of one length: a fresh array. */
    public static double[] mean(List<double[]> vectors) {
        double[] mean = new double[vectors.get(0).length];
        for (double[] vector : vectors) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += vector[i] / vectors.size();
            }
        }
        return mean;
    }

    /** Every vector less {@code origin}: fresh arrays. */
    public static List<double[]> minus(List<double[]> vectors, double[] origin) {
        return vectors.stream().map(vector -> minus(vector, origin)).toList();
    }

    private static double[] minus(double[] vector, double[] origin) {
        double[] difference = new double[vector.length];
        Arrays.setAll(difference, i -> vector[i] - origin[i]);
        return difference;
    }
}
