package dev.assay.demo;

import java.util.List;

/** Layers whose output is added to their input (He et al., 2016). */
record Residual(Layer branch) implements Layer {
    @Override
    public Maps forward(Maps x) {
        return sum(x, branch.forward(x));
    }

    @Override
    public Maps backward(Maps dy) {
        return sum(dy, branch.backward(dy));
    }

    private static Maps sum(Maps a, Maps b) {
        Maps sum = a.zeroLike();
        for (int i = 0; i < sum.values().length; i++) {
            sum.values()[i] = a.values()[i] + b.values()[i];
        }
        return sum;
    }

    @Override
    public List<Weights> weights() {
        return branch.weights();
    }

    @Override
    public String write(NetworkWriter writer, String x) {
        return writer.add("Add", List.of(branch.write(writer, x), x));
    }
}
