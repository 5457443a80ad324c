package dev.assay.grad;

import dev.assay.data.Preprocessing;
import dev.assay.data.Preprocessing.ChannelOrder;
import dev.assay.data.Preprocessing.Layout;
import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.runtime.ClassifierPorts;
import java.util.List;
import java.util.Map;

/** Preprocessing as nodes: how a graph that starts from pixels makes of them what a classifier takes. */
public final class PixelInput {
    private final Preprocessing preprocessing;
    private final ClassifierPorts ports;
    private final GraphEditor edit;

    private PixelInput(Preprocessing preprocessing, ClassifierPorts ports, GraphEditor edit) {
        this.preprocessing = preprocessing;
        this.ports = ports;
        this.edit = edit;
    }

    /**
     * Writes a classifier's input, which is no input of the graph any more.
     *
     * @param pixels the value that holds FLOAT {@code [N, 3, H, W]}, RGB, in [0, 1]
     */
    public static void write(String pixels, Preprocessing preprocessing, ClassifierPorts ports, GraphEditor edit) {
        PixelInput input = new PixelInput(preprocessing, ports, edit);
        String ordered = input.order(pixels);
        if (ports.type() == DataType.UINT8) {
            input.writeLevels(ordered);
        } else {
            input.writeNormalized(ordered);
        }
    }

    private String order(String pixels) {
        return preprocessing.order() == ChannelOrder.RGB
                ? pixels
                : call("Gather", Map.of("axis", Attribute.of(1L)), pixels, longs(2, 1, 0));
    }

    private void writeLevels(String pixels) {
        String zero = edit.addConstant("assay/zero", Tensor.of(DataType.UINT8, new long[0], new byte[1]));
        String step = edit.addConstant("assay/level", Tensor.scalar(1f / 255));
        edit.add(Node.of("QuantizeLinear", List.of(layout(pixels), step, zero), ports.input()));
    }

    private void writeNormalized(String pixels) {
        float[] factor = new float[ClassifierPorts.CHANNELS];
        float[] offset = new float[ClassifierPorts.CHANNELS];
        for (int channel = 0; channel < factor.length; channel++) {
            double std = preprocessing.std().get(channel);
            factor[channel] = (float) ((preprocessing.high() - preprocessing.low()) / std);
            offset[channel] =
                    (float) ((preprocessing.low() - preprocessing.mean().get(channel)) / std);
        }
        String scaled = call("Mul", Map.of(), pixels, edit.addConstant("assay/factor", perChannel(factor)));
        String shifted = call("Add", Map.of(), scaled, edit.addConstant("assay/offset", perChannel(offset)));
        edit.add(Node.of("Identity", List.of(layout(shifted)), ports.input()));
    }

    private String layout(String images) {
        return ports.layout() == Layout.NCHW
                ? images
                : call("Transpose", Map.of("perm", Attribute.ofLongs(0, 2, 3, 1)), images);
    }

    private static Tensor perChannel(float... values) {
        return Tensor.ofFloats(new long[] {1, values.length, 1, 1}, values);
    }

    private String longs(long... values) {
        return edit.addConstant("assay/longs", Tensor.vector(values));
    }

    private String call(String op, Map<String, Attribute> attributes, String... inputs) {
        String output = edit.freshName("assay/" + op);
        edit.add(Node.of(op, List.of(inputs), output).withAttributes(attributes));
        return output;
    }
}
