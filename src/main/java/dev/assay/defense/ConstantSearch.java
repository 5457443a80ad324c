package dev.assay.defense;

import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.runtime.Observation;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the constant that an input of a node comes from, and where in it the part of each channel lies.
 *
 * <p>Weights may lie quantized behind a DequantizeLinear, per tensor, per axis or in blocks, and in another shape or order
 * than the node reads them in. A chain between them and the node that other nodes read too is an obstacle: what they
 * read would change with it.
 */
final class ConstantSearch {
    private static final IntUnaryOperator ZERO = element -> 0;

    private final Graph graph;
    private final Observation observation;

    ConstantSearch(Graph graph, Observation observation) {
        this.graph = graph;
        this.observation = observation;
    }

    /** What was found, or why nothing was. */
    record Found(
            @Nullable SilencedConstant constant, @Nullable String obstacle) {}

    /** The constant behind a float input, or one of integers whose zero is 0. */
    Found of(Node reader, int input, int axis) {
        return of(reader, input, axis, ZERO);
    }

    /** The constant integers that a node reads, whose zero point it reads as another input, absent for 0. */
    Found of(Node reader, int input, int zeroPoint, int axis) {
        Optional<Tensor> weights = graph.constant(reader.input(input));
        if (weights.isEmpty()) {
            return obstacle(reader, input, "are not constant");
        }
        Optional<IntUnaryOperator> zero = zero(reader, zeroPoint, weights.get(), axis, 0);
        return zero.map(level -> of(reader, input, axis, level))
                .orElseGet(() -> obstacle(reader, input, "have a zero point that is not constant"));
    }

    private Found of(Node consumer, int index, int channelAxis, IntUnaryOperator level) {
        Node reader = consumer;
        int input = index;
        int axis = channelAxis;
        IntUnaryOperator zero = level;
        while (graph.constant(reader.input(input)).isEmpty()) {
            String value = reader.input(input);
            Optional<Node> producer = graph.producer(value);
            if (producer.isEmpty()) {
                return obstacle(consumer, index, "are not constant");
            }
            if (graph.consumers(value).size() > 1 || graph.isOutput(value)) {
                return obstacle(consumer, index, "are shared with other nodes");
            }
            Node maker = producer.get();
            int before = axisBefore(maker, axis);
            if (before < 0) {
                return obstacle(consumer, index, "are computed by " + maker.op());
            }
            if (maker.op().equals("DequantizeLinear")
                    && graph.constant(maker.input(0)).isPresent()) {
                Optional<IntUnaryOperator> levels = zeroOfDequantize(maker);
                if (levels.isEmpty()) {
                    return obstacle(consumer, index, "have a zero point that is not constant");
                }
                zero = levels.get();
            }
            axis = before;
            reader = maker;
            input = 0;
        }
        Tensor constant = graph.constant(reader.input(input)).orElseThrow();
        return new Found(new SilencedConstant(reader, input, constant, constant, axis, zero), null);
    }

    private static Found obstacle(Node node, int input, String what) {
        return new Found(
                null, "values that '%s' (%s) reads as input %d %s".formatted(node.name(), node.op(), input, what));
    }

    /** The channel axis of what a node reads; −1 where its channels cannot be followed. */
    private int axisBefore(Node node, int axis) {
        return switch (node.op()) {
            case "DequantizeLinear", "QuantizeLinear", "Identity", "Cast" -> axis;
            case "Transpose" -> node.ints("perm").map(perm -> (int) perm[axis]).orElse(-1);
            case "Reshape" -> axisBeforeReshape(dims(node.input(0)), dims(node.output()), axis);
            default -> -1;
        };
    }

    /** A Reshape keeps an axis where its extent and the number of elements behind it stay. */
    private static int axisBeforeReshape(long[] before, long[] after, int axis) {
        long inner = Tensor.elements(tail(after, axis));
        return IntStream.range(0, before.length)
                .filter(i -> before[i] == after[axis] && Tensor.elements(tail(before, i)) == inner)
                .findFirst()
                .orElse(-1);
    }

    private static long[] tail(long[] dims, int axis) {
        return Arrays.copyOfRange(dims, axis + 1, dims.length);
    }

    private long[] dims(String value) {
        return graph.constant(value)
                .map(Tensor::dims)
                .or(() -> observation.of(value).map(observed -> observed.shapeAt(1)))
                .orElse(new long[0]);
    }

    private Optional<IntUnaryOperator> zeroOfDequantize(Node dequantize) {
        Tensor integers = graph.constant(dequantize.input(0)).orElseThrow();
        int axis = (int) dequantize.intAttribute("axis", 1);
        return zero(dequantize, 2, integers, axis < 0 ? axis + integers.rank() : axis, (int)
                dequantize.intAttribute("block_size", 0));
    }

    /** The zero point of each element: one for all, one for each index of an axis, or one for each block along it. */
    private Optional<IntUnaryOperator> zero(Node node, int input, Tensor integers, int axis, int block) {
        if (!node.hasInput(input)) {
            return Optional.of(ZERO);
        }
        Optional<Tensor> points = graph.constant(node.input(input)).filter(tensor -> tensor.type() != DataType.FLOAT);
        return points.map(tensor -> {
            int[] levels = tensor.ints();
            if (levels.length == 1) {
                return element -> levels[0];
            }
            int inner = SilencedConstant.inner(integers, axis);
            int extent = Math.toIntExact(integers.dim(axis));
            if (block == 0) {
                return element -> levels[element / inner % extent];
            }
            int blocks = Math.toIntExact(tensor.dim(axis));
            return element -> levels[
                    (element / inner / extent * blocks + element / inner % extent / block) * inner + element % inner];
        });
    }

    /**
     * The 4-bit or 8-bit weights {@code [N, blocks, bytes]} of com.microsoft.MatMulNBits-1, whose rows are channels. Zero
     * points lie packed, a row of them beginning at a whole byte; without any the middle level stands for zero.
     */
    Found ofMatMulNBits(Node node) {
        Optional<Tensor> weights = graph.constant(node.input(1));
        int bits = (int) node.intAttribute("bits", 4);
        if (weights.isEmpty() || node.hasInput(4) || (bits != 4 && bits != Byte.SIZE)) {
            return obstacle(node, 1, "are not constant rows of 4 or 8 bits");
        }
        Tensor packed = weights.get();
        int block = (int) node.intAttribute("block_size", 0);
        int blocks = Math.toIntExact(packed.dim(1));
        Tensor levels = unpacked(packed, bits, packed.dim(0), (long) blocks * block);
        if (!node.hasInput(3)) {
            return new Found(new SilencedConstant(node, 1, packed, levels, 0, element -> 1 << (bits - 1)), null);
        }
        Optional<Tensor> points = graph.constant(node.input(3)).filter(tensor -> tensor.type() == DataType.UINT8);
        if (points.isEmpty()) {
            return obstacle(node, 3, "are not constant integers");
        }
        int row = (blocks * bits + Byte.SIZE - 1) / Byte.SIZE * Byte.SIZE / bits;
        int[] zeros = unpacked(points.get(), bits, packed.dim(0), row).ints();
        int length = blocks * block;
        IntUnaryOperator zero = element -> zeros[element / length * row + element % length / block];
        return new Found(new SilencedConstant(node, 1, packed, levels, 0, zero), null);
    }

    /**
     * The scales of com.microsoft.MatMulNBits-1, a row of blocks for each channel. With 8-bit activations the kernel adds
     * products and zero points up apart, which leaves a residue of rounding unless the scales are 0 too (measured on
     * 1.29.0).
     */
    Found scalesOfMatMulNBits(Node node) {
        return graph.constant(node.input(2))
                .map(scales -> {
                    long rows = node.intAttribute("N", 0);
                    Tensor byRow = scales.reshape(rows, scales.size() / rows);
                    return new Found(new SilencedConstant(node, 2, scales, byRow, 0, ZERO), null);
                })
                .orElseGet(() -> obstacle(node, 2, "are not constant"));
    }

    private static Tensor unpacked(Tensor bytes, int bits, long... dims) {
        DataType type = bits == Byte.SIZE ? DataType.UINT8 : DataType.UINT4;
        return Tensor.of(type, dims, bytes.bytes(), Tensor.Storage.RAW, Bytes.EMPTY);
    }
}
