package dev.assay.demo;

import java.util.ArrayList;
import java.util.List;

/** Layers one after the other. */
record Chain(List<Layer> layers) implements Layer {
    static Chain of(Layer... layers) {
        return new Chain(List.of(layers));
    }

    @Override
    public Maps forward(Maps x) {
        Maps y = x;
        for (Layer layer : layers) {
            y = layer.forward(y);
        }
        return y;
    }

    @Override
    public Maps backward(Maps dy) {
        Maps dx = dy;
        for (int i = layers.size() - 1; i >= 0; i--) {
            dx = layers.get(i).backward(dx);
        }
        return dx;
    }

    @Override
    public List<Weights> weights() {
        List<Weights> all = new ArrayList<>();
        layers.forEach(layer -> all.addAll(layer.weights()));
        return all;
    }

    @Override
    public String write(NetworkWriter writer, String x) {
        String y = x;
        for (Layer layer : layers) {
            y = layer.write(writer, y);
        }
        return y;
    }
}
