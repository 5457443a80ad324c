package dev.assay.demo;

import java.util.List;

/** The positive part. */
final class Relu implements Layer {
    private Maps output = Maps.zero(0, 0, 0);

    @Override
    public Maps forward(Maps x) {
        output = x.zeroLike();
        for (int i = 0; i < x.values().length; i++) {
            output.values()[i] = Math.max(0, x.values()[i]);
        }
        return output;
    }

    @Override
    public Maps backward(Maps dy) {
        Maps dx = dy.zeroLike();
        for (int i = 0; i < dx.values().length; i++) {
            dx.values()[i] = output.values()[i] > 0 ? dy.values()[i] : 0;
        }
        return dx;
    }

    @Override
    public List<Weights> weights() {
        return List.of();
    }

    @Override
    public String write(NetworkWriter writer, String x) {
        return writer.add("Relu", List.of(x));
    }
}
