package dev.assay.train.net;

import dev.assay.train.net.NetworkWriter.Window;
import java.util.function.BiConsumer;

/**
 * Residual networks of BasicBlocks (He et al., CVPR 2016, figure 5 left): each stage after the first halves the image and
 * doubles the channels. Where shapes change the shortcut is a 1×1 convolution (option B).
 */
final class ResNet {
    private ResNet() {}

    /** With this many blocks in each stage. */
    static BiConsumer<NetworkWriter, NetworkSpec> of(int... blocks) {
        return (writer, spec) -> build(writer, spec.width(), blocks);
    }

    private static void build(NetworkWriter writer, int width, int... blocks) {
        String stem = writer.conv("conv1", writer.normalizedImages(), 3, width, Window.of(3, 1));
        String x = writer.relu("relu1", writer.batchNorm("bn1", stem, width));
        int channels = width;
        for (int stage = 0; stage < blocks.length; stage++) {
            int filters = width << stage;
            for (int block = 0; block < blocks[stage]; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                x = basicBlock(writer, "layer%d.%d".formatted(stage + 1, block), x, channels, filters, stride);
                channels = filters;
            }
        }
        writer.classifier(x, channels);
    }

    private static String basicBlock(
            NetworkWriter writer, String name, String x, int channels, int filters, int stride) {
        String first = writer.conv(name + ".conv1", x, channels, filters, Window.of(3, stride));
        String between = writer.relu(name + ".relu1", writer.batchNorm(name + ".bn1", first, filters));
        String second = writer.conv(name + ".conv2", between, filters, filters, Window.of(3, 1));
        String changed = writer.batchNorm(name + ".bn2", second, filters);
        String shortcut = x;
        if (stride > 1 || channels != filters) {
            String projected = writer.conv(name + ".shortcut.conv", x, channels, filters, Window.of(1, stride));
            shortcut = writer.batchNorm(name + ".shortcut.bn", projected, filters);
        }
        return writer.relu(name + ".relu2", writer.add("Add", name + ".sum", changed, shortcut));
    }
}
