package dev.assay.math;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;

/**
 * Singular values and right singular vectors of a matrix {@code [rows, columns]}, from the eigenvalues of the smaller of
 * its two Gram matrices: half the digits of a direct decomposition, which is plenty for measured features.
 */
public final class Spectrum {
    private static final double EPSILON = 1e-12;

    private final RealMatrix matrix;
    private final EigenDecompositionSymmetric gram;
    private final boolean wide;

    private Spectrum(RealMatrix matrix, EigenDecompositionSymmetric gram, boolean wide) {
        this.matrix = matrix;
        this.gram = gram;
        this.wide = wide;
    }

    /**
     * The spectrum of a matrix as it is, without centring.
     *
     * @param rows at least one, all of one length, finite; copied
     */
    public static Spectrum of(List<double[]> rows) {
        RealMatrix matrix = MatrixUtils.createRealMatrix(rows.toArray(double[][]::new));
        boolean wide = matrix.getColumnDimension() > matrix.getRowDimension();
        RealMatrix gram = wide ? matrix.multiplyTransposed(matrix) : matrix.transposeMultiply(matrix);
        return new Spectrum(matrix, new EigenDecompositionSymmetric(gram, EPSILON, true), wide);
    }

    /** The squared singular values, falling, none below 0: a fresh array. */
    public double[] squares() {
        return Arrays.stream(gram.getEigenvalues()).map(x -> Math.max(0, x)).toArray();
    }

    /** The share of the largest squared singular value in the sum of all; 0 for a matrix of zeros. */
    public double topShare() {
        double[] squares = squares();
        double sum = Arrays.stream(squares).sum();
        return sum == 0 ? 0 : squares[0] / sum;
    }

    /**
     * The right singular vector of the {@code k}-th largest singular value: of length 1, its largest element positive; all
     * 0 where the singular value is.
     */
    public double[] direction(int k) {
        double[] vector = gram.getEigenvector(k).toArray();
        double[] direction = wide ? matrix.preMultiply(vector) : vector;
        double length = Vectors.length(direction);
        double largest = Arrays.stream(direction).reduce(0, (a, b) -> Math.abs(b) > Math.abs(a) ? b : a);
        boolean vanishes = squares()[k] <= EPSILON * squares()[0];
        double factor = vanishes ? 0 : Math.signum(largest) / length;
        return Arrays.stream(direction).map(x -> x * factor).toArray();
    }

    /** For every row its first {@code count} principal coordinates, fewer where there are fewer singular values. */
    public List<double[]> coordinates(int count) {
        List<double[]> directions = IntStream.range(0, Math.min(count, squares().length))
                .mapToObj(this::direction)
                .toList();
        return IntStream.range(0, matrix.getRowDimension())
                .mapToObj(matrix::getRow)
                .map(row -> directions.stream()
                        .mapToDouble(direction -> Vectors.dot(row, direction))
                        .toArray())
                .toList();
    }
}
