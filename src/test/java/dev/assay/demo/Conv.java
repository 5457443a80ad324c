package dev.assay.demo;

import dev.assay.ir.Attribute;
import java.util.List;
import java.util.SplittableRandom;

/** A 3x3 convolution without bias, padded by one: unfolded into a matrix product. */
final class Conv implements Layer {
    private static final int KERNEL = 3;
    private static final int TAPS = KERNEL * KERNEL;
    private static final float DECAY = 5e-4f;

    private final int inputs;
    private final int outputs;
    private final int stride;
    private final boolean isFirst;
    private final Weights weights;
    private Maps input = Maps.zero(0, 0, 0);
    private float[] unfolded = {};

    /** A layer that reads images is first: it returns no gradient, only zeros. */
    Conv(int inputs, int outputs, int stride, SplittableRandom random, boolean isFirst) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.stride = stride;
        this.isFirst = isFirst;
        this.weights = Weights.random(outputs * inputs * TAPS, inputs * TAPS, DECAY, random);
    }

    @Override
    public Maps forward(Maps x) {
        input = x;
        Maps y = Maps.zero(outputs, x.images(), x.side() / stride);
        unfolded = new float[inputs * TAPS * y.perChannel()];
        forEachRow(y, (from, to, first, last) -> {
            if (stride == 1) {
                System.arraycopy(x.values(), from + first, unfolded, to + first, last - first);
            } else {
                for (int i = first; i < last; i++) {
                    unfolded[to + i] = x.values()[from + i * stride];
                }
            }
        });
        Products.multiply(weights.values, unfolded, y.values(), outputs, inputs * TAPS, y.perChannel());
        return y;
    }

    @Override
    public Maps backward(Maps dy) {
        int depth = inputs * TAPS;
        float[] columns = Products.transpose(unfolded, depth, dy.perChannel());
        Products.multiply(dy.values(), columns, weights.gradients, outputs, dy.perChannel(), depth);
        if (isFirst) {
            return input.zeroLike();
        }
        float[] transposed = Products.transpose(weights.values, outputs, depth);
        Products.multiply(transposed, dy.values(), unfolded, depth, outputs, dy.perChannel());
        Maps dx = input.zeroLike();
        forEachRow(dy, (from, to, first, last) -> {
            for (int i = first; i < last; i++) {
                dx.values()[from + i * stride] += unfolded[to + i];
            }
        });
        return dx;
    }

    @FunctionalInterface
    private interface Row {
        /**
         * Outputs {@code first} to before {@code last} of a row; their place in the unfolded matrix is {@code to} plus
         * their number, the input they read lies at {@code from} plus their number times the stride.
         */
        void visit(int from, int to, int first, int last);
    }

    /** Goes through the unfolded matrix {@code [inputs * 9, images * side * side]}, leaving out the padding. */
    private void forEachRow(Maps y, Row row) {
        for (int k = 0; k < inputs * TAPS; k++) {
            int right = k % KERNEL - 1;
            int down = k % TAPS / KERNEL - 1;
            int first = right < 0 ? 1 : 0;
            int last = Math.min(y.side(), (input.side() - 1 - right) / stride + 1);
            for (int image = 0; image < y.images(); image++) {
                int plane = (k / TAPS * input.images() + image) * input.plane();
                for (int line = 0; line < y.side(); line++) {
                    int source = line * stride + down;
                    if (source >= 0 && source < input.side()) {
                        int to = (k * y.images() + image) * y.plane() + line * y.side();
                        row.visit(plane + source * input.side() + right, to, first, last);
                    }
                }
            }
        }
    }

    @Override
    public List<Weights> weights() {
        return List.of(weights);
    }

    @Override
    public String write(NetworkWriter writer, String x) {
        String kernel = writer.constant("kernel", weights.values, outputs, inputs, KERNEL, KERNEL);
        return writer.add(
                "Conv",
                List.of(x, kernel),
                new NetworkWriter.Setting("kernel_shape", Attribute.ofLongs(KERNEL, KERNEL)),
                new NetworkWriter.Setting("strides", Attribute.ofLongs(stride, stride)),
                new NetworkWriter.Setting("pads", Attribute.ofLongs(1, 1, 1, 1)));
    }
}
