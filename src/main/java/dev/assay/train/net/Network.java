package dev.assay.train.net;

import dev.assay.InvalidDataException;
import dev.assay.ir.Model;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * A kind of network. Its models take {@link #INPUT}, FLOAT {@code [N, 3, H, W]}, RGB in [0, 1], any N, and give
 * {@link #OUTPUT}, FLOAT {@code [N, classes]}; the normalization of images is inside.
 */
public enum Network {
    /** He et al., CVPR 2016, section 4.2, with one block a stage. */
    RESNET8(
            "resnet8",
            16,
            "CIFAR-style ResNet-8, base width %d (3x3 stem, 3 stages of 1 BasicBlock, linear)",
            ResNet.of(1, 1, 1)),
    /** He et al., CVPR 2016, section 4.2, n = 3, with projections where shapes change (option B). */
    RESNET20(
            "resnet20",
            16,
            "CIFAR-style ResNet-20, base width %d (3x3 stem, 3 stages of 3 BasicBlocks, linear)",
            ResNet.of(3, 3, 3)),
    /** ResNet-18 with a 3×3 stem and no pooling after it, as is usual for small images. */
    RESNET18(
            "resnet18",
            16,
            "CIFAR-style ResNet-18, base width %d (3x3 stem, 4 stages of 2 BasicBlocks, linear)",
            ResNet.of(2, 2, 2, 2)),
    /** Inverted residuals with depthwise convolutions: Sandler et al., CVPR 2018. */
    MOBILENET(
            "mobilenet",
            16,
            "MobileNetV2-style net, base width %d (3x3 stem, inverted residuals with depthwise 3x3, linear)",
            MobileNet::build),
    /** Tokens of patches, encoders with layer norms first, mean over tokens. */
    VIT(
            "vit",
            64,
            "Vision transformer, %d features (4x4 patches, 4 encoders of 4 heads, mean pooling, linear)",
            Vit::build);

    /** The images. */
    public static final String INPUT = "input";

    /** The logits. */
    public static final String OUTPUT = "logits";

    private final String id;
    private final int defaultWidth;
    private final String description;
    private final BiConsumer<NetworkWriter, NetworkSpec> layers;

    Network(String id, int defaultWidth, String description, BiConsumer<NetworkWriter, NetworkSpec> layers) {
        this.id = id;
        this.defaultWidth = defaultWidth;
        this.description = description;
        this.layers = layers;
    }

    /** The name on the command line. */
    public String id() {
        return id;
    }

    /** The width that is usual for small images. */
    public int defaultWidth() {
        return defaultWidth;
    }

    /** The architecture in words. */
    public String description(int width) {
        return description.formatted(width);
    }

    /**
     * A network with random weights, the same for the same spec.
     *
     * @throws InvalidDataException if images of this size or this width do not suit it
     */
    public Model build(NetworkSpec spec) {
        NetworkWriter writer = new NetworkWriter(spec);
        layers.accept(writer, spec);
        return writer.model(id);
    }

    /** Every network's name. */
    public static List<String> ids() {
        return List.of(values()).stream().map(Network::id).toList();
    }
}
