package dev.assay.grad;

import static java.util.Map.entry;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Pooling over windows: MaxPool-12, AveragePool-19 and LpPool-18, any number of spatial axes. In each window the
 * gradient of a maximum goes to the one element that MaxPool's own indices name.
 */
final class PoolGradients {
    static final Map<String, Rule> RULES = Map.ofEntries(
            entry("MaxPool", Rule.of(PoolGradients::max)),
            entry("AveragePool", Rule.of(PoolGradients::average)),
            entry("LpPool", Rule.of(PoolGradients::lp)),
            entry("GlobalLpPool", Rule.of(PoolGradients::globalLp)));

    private PoolGradients() {}

    private static Window window(Step s) {
        long[] kernel = s.node()
                .ints("kernel_shape")
                .orElseThrow(() -> new UnsupportedOpException("the attribute kernel_shape is missing"));
        return Window.of(s.node(), s.shape(0), s.outputShape(0), kernel);
    }

    /** Where windows do not overlap MaxUnpool puts the gradients in place, faster than ScatterElements (measured). */
    private static String max(Step s) {
        Window window = window(s);
        boolean overlap = window.axes().stream().anyMatch(axis -> axis.stride() <= axis.reach());
        if (!overlap && s.type() == DataType.FLOAT) {
            Map<String, Attribute> attributes = Map.of(
                    "kernel_shape", window.ints(Window.Axis::kernel), "strides", window.ints(Window.Axis::stride));
            return s.call("MaxUnpool", attributes, s.dy(), indices(s), s.shapeOf(0));
        }
        String flat = s.longs(-1);
        String zeros = s.call("Reshape", s.zeros(0), flat);
        String sums = s.call(
                "ScatterElements",
                Map.of("reduction", Attribute.of("add")),
                zeros,
                s.call("Reshape", indices(s), flat),
                s.call("Reshape", s.dy(), flat));
        return s.call("Reshape", sums, s.shapeOf(0));
    }

    /**
     * Of each maximum, as an index into the whole of x, flattened; computed again, as the forward node does without. Were
     * the two nodes equal, the runtime would make them one, and with indices that one has no kernel in the blocked layout
     * of its neighbours: those would compute with other kernels, and other last bits (measured).
     */
    private static String indices(Step s) {
        Map<String, Attribute> attributes = new LinkedHashMap<>(s.node().attributes());
        attributes.remove("storage_order");
        Attribute ones = Attribute.ofLongs(
                LongStream.generate(() -> 1).limit(s.shape(0).rank() - 2).toArray());
        if (!attributes.remove("dilations", ones)) {
            attributes.putIfAbsent("dilations", ones);
        }
        return s.backward().callMany("MaxPool", attributes, List.of(s.x(0)), 2).get(1);
    }

    private static String average(Step s) {
        return spread(s, window(s), "AveragePool", s.dy());
    }

    /** Of (Σ |x|^p)^(1/p): sign x · |x|^(p-1) · Σ dy · y^(1-p), over the windows that x is in. */
    private static String lp(Step s) {
        String spread = spread(s, window(s), "LpPool", lpOutput(s));
        return s.mul(spread, lpInput(s));
    }

    private static String globalLp(Step s) {
        return s.mul(lpOutput(s), lpInput(s));
    }

    private static String lpOutput(Step s) {
        double p = s.node().intAttribute("p", 2);
        String y = s.add(s.y(), s.asNumbers(s.call("Equal", s.y(), s.scalar(0))));
        return s.mul(s.dy(), s.call("Pow", y, s.scalar(1 - p)));
    }

    private static String lpInput(Step s) {
        double p = s.node().intAttribute("p", 2);
        String size = s.call("Pow", s.call("Abs", s.x(0)), s.scalar(p - 1));
        return s.mul(s.call("Sign", s.x(0)), size);
    }

    /** dy spread over the windows, axis by axis, each element weighted as the operator weights it in a line. */
    private static String spread(Step s, Window window, String op, String dy) {
        String gradient = dy;
        Extents shape = s.outputShape(0);
        for (int i = 0; i < window.axes().size(); i++) {
            int axis = i + 2;
            long size = s.shape(0).size(axis);
            String line = AxisMap.identity(s, size, size, 1, size);
            String pooled = s.call(op, lineAttributes(s, window.axes().get(i), op), line);
            String matrix = s.call("Reshape", pooled, s.longs(size, shape.size(axis)));
            gradient = new AxisMap(axis, shape.size(axis), size, matrix).apply(s, gradient, shape);
            shape = shape.with(axis, size);
        }
        return gradient;
    }

    private static Map<String, Attribute> lineAttributes(Step s, Window.Axis axis, String op) {
        Map<String, Attribute> attributes = new LinkedHashMap<>(s.node().attributes());
        attributes.remove("auto_pad");
        if (s.node().textAttribute("auto_pad", "NOTSET").startsWith("SAME")) {
            attributes.remove("ceil_mode");
        }
        attributes.replace("strides", Attribute.ofLongs(axis.stride()));
        attributes.replace("dilations", Attribute.ofLongs(axis.dilation()));
        attributes.put("kernel_shape", Attribute.ofLongs(axis.kernel()));
        attributes.put("pads", Attribute.ofLongs(axis.begin(), axis.end()));
        if (op.equals("LpPool")) {
            attributes.put("p", Attribute.of(1));
        }
        return attributes;
    }
}
