package dev.assay.train.net;

import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.train.net.NetworkWriter.Window;
import java.util.List;

/**
 * Inverted residuals (Sandler et al., CVPR 2018, figure 3b) for small images: a 1×1 convolution to more channels, a
 * depthwise 3×3, a 1×1 back without activation; Relu6. Two blocks a stage, where the paper has one to four.
 */
final class MobileNet {
    private static final int STAGES = 3;
    private static final int BLOCKS = 2;
    private static final int EXPANSION = 4;
    private static final int HEAD = 8;

    private MobileNet() {}

    static void build(NetworkWriter writer, NetworkSpec spec) {
        writer.constant("relu6.low", Tensor.scalar(0));
        writer.constant("relu6.high", Tensor.scalar(6));
        int channels = spec.width();
        String x = normalized(writer, "stem", writer.normalizedImages(), 3, channels, Window.of(3, 1));
        for (int stage = 0; stage < STAGES; stage++) {
            int filters = spec.width() << stage;
            for (int block = 0; block < BLOCKS; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                x = invertedResidual(writer, "layer%d.%d".formatted(stage + 1, block), x, channels, filters, stride);
                channels = filters;
            }
        }
        int features = HEAD * spec.width();
        writer.classifier(normalized(writer, "head", x, channels, features, Window.of(1, 1)), features);
    }

    private static String invertedResidual(
            NetworkWriter writer, String name, String x, int channels, int filters, int stride) {
        int wide = EXPANSION * channels;
        String expanded = normalized(writer, name + ".expand", x, channels, wide, Window.of(1, 1));
        String moved = normalized(writer, name + ".depthwise", expanded, wide, wide, new Window(3, stride, wide));
        String projected = writer.conv(name + ".project.conv", moved, wide, filters, Window.of(1, 1));
        String result = writer.batchNorm(name + ".project.bn", projected, filters);
        return stride == 1 && channels == filters ? writer.add("Add", name + ".sum", result, x) : result;
    }

    /** Convolution, normalization and Relu6. */
    private static String normalized(
            NetworkWriter writer, String name, String x, int channels, int filters, Window window) {
        String conv = writer.conv(name + ".conv", x, channels, filters, window);
        String normalized = writer.batchNorm(name + ".bn", conv, filters);
        return writer.add(Node.of("Clip", List.of(normalized, "relu6.low", "relu6.high"), name + ".relu6"));
    }
}
