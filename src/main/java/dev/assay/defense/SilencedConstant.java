package dev.assay.defense;

import dev.assay.ir.DataType;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.function.IntUnaryOperator;

/**
 * A constant with a part for each channel that a node reads, and what stands for zero in it.
 *
 * @param reader the node that reads it
 * @param input as which input
 * @param original as the artifact has it
 * @param elements the same bytes, seen as elements with an axis of channels
 * @param axis of channels in {@code elements}
 * @param zero the level that stands for zero, for an index into {@code elements}; 0 for floats
 */
record SilencedConstant(Node reader, int input, Tensor original, Tensor elements, int axis, IntUnaryOperator zero) {
    /** A copy of the constant in which the parts of the pruned channels stand for zero. */
    Tensor without(boolean[] pruned) {
        byte[] bytes = new byte[original.bytes().remaining()];
        original.bytes().get(bytes);
        int inner = inner(elements, axis);
        int size = Math.toIntExact(elements.size());
        for (int element = 0; element < size; element++) {
            if (pruned[element / inner % pruned.length]) {
                put(bytes, elements.type(), element, zero.applyAsInt(element));
            }
        }
        return Tensor.of(original.type(), original.dims(), bytes);
    }

    /** Elements from one index of an axis to the next. */
    static int inner(Tensor tensor, int axis) {
        int inner = 1;
        for (int i = axis + 1; i < tensor.rank(); i++) {
            inner *= Math.toIntExact(tensor.dim(i));
        }
        return inner;
    }

    private static void put(byte[] bytes, DataType type, int element, int level) {
        if (type.bits() < Byte.SIZE) {
            int perByte = Byte.SIZE / type.bits();
            int shift = element % perByte * type.bits();
            int mask = (1 << type.bits()) - 1;
            int others = bytes[element / perByte] & ~(mask << shift);
            bytes[element / perByte] = (byte) (others | (level & mask) << shift);
            return;
        }
        int length = type.bits() / Byte.SIZE;
        for (int i = 0; i < length; i++) {
            bytes[element * length + i] = (byte) (i < Integer.BYTES ? level >> (i * Byte.SIZE) : 0);
        }
    }
}
