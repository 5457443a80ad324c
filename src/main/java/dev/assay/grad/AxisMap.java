package dev.assay.grad;

import dev.assay.ir.Attribute;
import java.util.Arrays;
import java.util.Map;

/**
 * A linear map along one axis of a value: what average pooling, resizing, padding and slicing with steps are, axis by
 * axis. Its matrix is best what the operator itself makes of an {@link #identity} matrix: so the runtime alone says how
 * edges, rounding and coordinates work out.
 *
 * @param axis the axis it acts on
 * @param from size of that axis before
 * @param to size of that axis after
 * @param matrix name of the matrix, {@code [to, from]}
 */
record AxisMap(int axis, long from, long to, String matrix) {
    /** The constant 1 on the diagonal of {@code [size, size]}, in a shape of as many elements. */
    static String identity(Step s, long size, long... dims) {
        int n = Math.toIntExact(size);
        double[] values = new double[n * n];
        for (int i = 0; i < n; i++) {
            values[i * (n + 1)] = 1;
        }
        return s.numbers(dims, values);
    }

    /** The image of {@code value}, of shape {@code shape}. */
    String apply(Step s, String value, Extents shape) {
        int inner = shape.rank() - 1 - axis;
        if (from == 1) {
            long[] column = new long[inner + 1];
            Arrays.fill(column, 1);
            column[0] = to;
            return s.mul(value, s.call("Reshape", matrix, s.longs(column)));
        }
        if (inner == 0) {
            return s.call("MatMul", value, s.call("Transpose", Map.of("perm", Attribute.ofLongs(1, 0)), matrix));
        }
        if (inner == 1) {
            return s.call("MatMul", matrix, value);
        }
        String flat = s.call("Reshape", value, s.longs(-1, from, shape.elementsFrom(axis + 1)));
        return s.call(
                "Reshape",
                s.call("MatMul", matrix, flat),
                s.longs(shape.with(axis, to).reshapeTarget()));
    }
}
