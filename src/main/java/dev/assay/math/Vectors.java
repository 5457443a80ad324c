package dev.assay.math;

/** Geometry of vectors given as arrays. */
public final class Vectors {
    private Vectors() {}

    /** The cosine of the angle between two vectors; 1 when both are 0, and 0 when only one is. */
    public static double cosine(double[] a, double[] b) {
        double norms = Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b));
        if (norms == 0) {
            return dot(a, a) == dot(b, b) ? 1 : 0;
        }
        return dot(a, b) / norms;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
