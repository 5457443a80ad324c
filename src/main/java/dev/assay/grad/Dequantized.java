package dev.assay.grad;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.DataType;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The real numbers that constant integer tensors stand for. */
final class Dequantized {
    private Dequantized() {}

    /**
     * {@code scale · (integers − zeroPoint)}, as DequantizeLinear.
     *
     * @param scale of one element, or of as many as {@code axis} has
     * @param zeroPoint as scale; null is 0
     */
    static Tensor of(Tensor integers, Tensor scale, @Nullable Tensor zeroPoint, int axis) {
        float[] values = integers.floats();
        float[] scales = scale.floats();
        float[] zeroPoints = zeroPoint == null ? new float[1] : zeroPoint.floats();
        int inner = 1;
        for (int i = axis + 1; i < integers.rank(); i++) {
            inner *= Math.toIntExact(integers.dim(i));
        }
        for (int i = 0; i < values.length; i++) {
            int channel = i / inner;
            values[i] = (values[i] - zeroPoints[channel % zeroPoints.length]) * scales[channel % scales.length];
        }
        return Tensor.ofFloats(integers.dims(), values);
    }

    /**
     * The weights of com.microsoft.MatMulNBits-1, as {@code [K, N]}: inputs {@code B [N, blocks, bytes]}, scales
     * {@code [N · blocks]}, and zero points, packed or as floats, or absent for the middle level.
     *
     * @throws UnsupportedOpException if they are not constant, or their columns are permuted
     */
    static Tensor ofMatMulNBits(Node node, IntFunction<Optional<Tensor>> constant) {
        Optional<Tensor> packed = constant.apply(1);
        Optional<Tensor> scales = constant.apply(2);
        if (packed.isEmpty() || scales.isEmpty() || node.hasInput(4)) {
            throw new UnsupportedOpException(node + ": expected constant weights without g_idx");
        }
        int inner = (int) node.intAttribute("K", 0);
        int outputs = (int) node.intAttribute("N", 0);
        int block = (int) node.intAttribute("block_size", 0);
        int bits = (int) node.intAttribute("bits", 4);
        int blocks = (inner + block - 1) / block;
        ByteBuffer levels = packed.get().bytes();
        float[] scale = scales.get().floats();
        float[] zero = zeroPoints(node, constant.apply(3), outputs, blocks, bits);
        float[] weights = new float[inner * outputs];
        for (int n = 0; n < outputs; n++) {
            for (int k = 0; k < inner; k++) {
                int ofBlock = n * blocks + k / block;
                int level = level(levels, ofBlock * block + k % block, bits);
                weights[k * outputs + n] = (level - zero[ofBlock]) * scale[ofBlock];
            }
        }
        return Tensor.ofFloats(new long[] {inner, outputs}, weights);
    }

    /** One for each block; a row of packed ones begins at a whole byte. */
    private static float[] zeroPoints(Node node, Optional<Tensor> given, int outputs, int blocks, int bits) {
        float[] zero = new float[outputs * blocks];
        Arrays.fill(zero, 1 << (bits - 1));
        if (!node.hasInput(3)) {
            return zero;
        }
        Tensor tensor = given.orElseThrow(() -> new UnsupportedOpException(node + ": expected constant zero points"));
        if (tensor.type() != DataType.UINT8) {
            return tensor.floats();
        }
        int row = (blocks * bits + 7) / 8 * 8 / bits;
        for (int n = 0; n < outputs; n++) {
            for (int b = 0; b < blocks; b++) {
                zero[n * blocks + b] = level(tensor.bytes(), n * row + b, bits);
            }
        }
        return zero;
    }

    private static int level(ByteBuffer packed, int index, int bits) {
        int perByte = 8 / bits;
        return (packed.get(index / perByte) >> (index % perByte * bits)) & ((1 << bits) - 1);
    }
}
