package dev.assay.demo;

import dev.assay.ir.Attribute;
import java.util.List;

/** The largest of each two by two. */
final class MaxPool implements Layer {
    private static final int WINDOW = 2;

    private Maps input = Maps.zero(0, 0, 0);
    private int[] places = {};

    @Override
    public Maps forward(Maps x) {
        input = x;
        Maps y = Maps.zero(x.channels(), x.images(), x.side() / WINDOW);
        places = new int[y.values().length];
        for (int i = 0; i < places.length; i++) {
            int row = i / y.side();
            int corner = row * WINDOW * x.side() + i % y.side() * WINDOW;
            int best = corner;
            for (int other : new int[] {corner + 1, corner + x.side(), corner + x.side() + 1}) {
                best = x.values()[other] > x.values()[best] ? other : best;
            }
            places[i] = best;
            y.values()[i] = x.values()[best];
        }
        return y;
    }

    @Override
    public Maps backward(Maps dy) {
        Maps dx = input.zeroLike();
        for (int i = 0; i < places.length; i++) {
            dx.values()[places[i]] = dy.values()[i];
        }
        return dx;
    }

    @Override
    public List<Weights> weights() {
        return List.of();
    }

    @Override
    public String write(NetworkWriter writer, String x) {
        return writer.add(
                "MaxPool",
                List.of(x),
                new NetworkWriter.Setting("kernel_shape", Attribute.ofLongs(WINDOW, WINDOW)),
                new NetworkWriter.Setting("strides", Attribute.ofLongs(WINDOW, WINDOW)));
    }
}
