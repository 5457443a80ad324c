package dev.assay.train.net;

import dev.assay.InvalidDataException;
import dev.assay.ir.Attribute;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.List;

/**
 * A small vision transformer (Dosovitskiy et al., ICLR 2021, eq. 1–4) with the mean over tokens in place of a class
 * token (their appendix D.3), GELU by Erf, and learned positions.
 */
final class Vit {
    private static final int PATCH = 4;
    private static final int ENCODERS = 4;
    private static final int HEADS = 4;
    private static final int MLP = 2;
    private static final double POSITION = 0.02;

    private final NetworkWriter writer;
    private final int features;
    private final int tokens;

    private Vit(NetworkWriter writer, int features, int tokens) {
        this.writer = writer;
        this.features = features;
        this.tokens = tokens;
    }

    static void build(NetworkWriter writer, NetworkSpec spec) {
        if (spec.height() % PATCH != 0 || spec.imageWidth() % PATCH != 0) {
            throw new InvalidDataException("vit: expected images whose sides are multiples of %d, got %dx%d"
                    .formatted(PATCH, spec.height(), spec.imageWidth()));
        }
        if (spec.width() % HEADS != 0) {
            throw new InvalidDataException(
                    "vit: expected a width that is a multiple of %d heads, got %d".formatted(HEADS, spec.width()));
        }
        int tokens = spec.height() / PATCH * (spec.imageWidth() / PATCH);
        new Vit(writer, spec.width(), tokens).build();
    }

    private void build() {
        writer.longs("tokens.shape", 0, features, tokens);
        writer.longs("heads.shape", 0, tokens, 3 * HEADS, features / HEADS);
        writer.longs("merged.shape", 0, tokens, features);
        writer.longs("tokens.axis", 1);
        writer.constant("heads.scale", Tensor.scalar((float) Math.sqrt((double) HEADS / features)));
        writer.constant("one", Tensor.scalar(1));
        writer.constant("half", Tensor.scalar(0.5f));
        writer.constant("root2", Tensor.scalar((float) Math.sqrt(2)));
        String patches = writer.patches("patches", writer.normalizedImages(), PATCH, features);
        String rows = transposed("tokens", writer.add("Reshape", "patches.flat", patches, "tokens.shape"), 0, 2, 1);
        writer.constant("positions", writer.uniform(POSITION, 1, tokens, features));
        String x = writer.add("Add", "embedded", rows, "positions");
        for (int i = 0; i < ENCODERS; i++) {
            x = encoder("encoder" + i, x);
        }
        String normalized = writer.layerNorm("norm", x, features);
        String mean = writer.add(Node.of("ReduceMean", List.of(normalized, "tokens.axis"), "features")
                .with("keepdims", Attribute.of(0)));
        writer.logits(mean, features);
    }

    private String encoder(String name, String x) {
        String attended = attention(name + ".attention", writer.layerNorm(name + ".norm1", x, features));
        String y = writer.add("Add", name + ".attended", x, attended);
        String wide =
                writer.linear(name + ".mlp1", writer.layerNorm(name + ".norm2", y, features), features, MLP * features);
        String narrow = writer.linear(name + ".mlp2", gelu(name + ".gelu", wide), MLP * features, features);
        return writer.add("Add", name + ".result", y, narrow);
    }

    private String attention(String name, String x) {
        String all = writer.linear(name + ".qkv", x, features, 3 * features);
        // [N, tokens, 3 · heads, d] as [N, 3 · heads, tokens, d]
        String heads =
                transposed(name + ".heads", writer.add("Reshape", name + ".split", all, "heads.shape"), 0, 2, 1, 3);
        List<String> parts = List.of(name + ".q", name + ".k", name + ".v");
        writer.add(Node.of("Split", List.of(heads), parts.toArray(String[]::new))
                .with("axis", Attribute.of(1))
                .with("num_outputs", Attribute.of(3)));
        String keys = transposed(name + ".kT", parts.get(1), 0, 1, 3, 2);
        String products = writer.add("MatMul", name + ".products", parts.get(0), keys);
        String scaled = writer.add("Mul", name + ".scaled", products, "heads.scale");
        String weights = writer.add(
                Node.of("Softmax", List.of(scaled), name + ".weights").with("axis", Attribute.of(-1)));
        String values = writer.add("MatMul", name + ".values", weights, parts.get(2));
        String merged = writer.add(
                "Reshape", name + ".merged", transposed(name + ".tokens", values, 0, 2, 1, 3), "merged.shape");
        return writer.linear(name + ".out", merged, features, features);
    }

    private String transposed(String name, String x, long... permutation) {
        return writer.add(Node.of("Transpose", List.of(x), name).with("perm", Attribute.ofLongs(permutation)));
    }

    /** x · (1 + erf(x / √2)) / 2. */
    private String gelu(String name, String x) {
        String erf = writer.add("Erf", name + ".erf", writer.add("Div", name + ".scaled", x, "root2"));
        String gate = writer.add("Mul", name + ".gate", writer.add("Add", name + ".sum", erf, "one"), "half");
        return writer.add("Mul", name, x, gate);
    }
}
