package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.Bench;
import dev.assay.NetBuilder;
import dev.assay.RandomImages;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.onnx.OnnxReader;
import dev.assay.onnx.OnnxWriter;
import dev.assay.quant.Scheme;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.SessionSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Pruned channels are zero in the artifact as it ships, whatever its weights lie in, on the same kernels. */
class ChannelGroupTest {
    private static final Map<String, Model> NETS =
            Map.of("plain", plain(), "residual", residual(), "pre-activation", preActivation(), "gated", gated());

    @TempDir
    private Path folder;

    static Stream<Arguments> cases() {
        return Stream.of(Scheme.values())
                .flatMap(scheme -> new TreeSet<>(NETS.keySet()).stream().map(net -> Arguments.of(scheme, net)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void prunedChannelsAreExactlyZero(Scheme scheme, String net) throws IOException {
        Suspect artifact = artifact(scheme, net);
        ChannelGroup group = group(artifact);
        List<Double> before = ChannelActivity.of(artifact, group, images()).means();
        int[] active = IntStream.range(0, group.channels())
                .filter(channel -> before.get(channel) != 0)
                .toArray();
        boolean[] pruned = marked(group.channels(), active[1], active[2], active[4]);

        Suspect without = suspect(group.without(pruned));
        ChannelActivity after = ChannelActivity.of(without, group(without), images());

        for (int channel = 0; channel < pruned.length; channel++) {
            if (pruned[channel]) {
                assertThat(after.means().get(channel)).as("channel %d", channel).isZero();
            }
        }
        assertThat(after.means()).filteredOn(mean -> mean != 0).hasSizeGreaterThanOrEqualTo(active.length / 2);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void kernelsStayTheSame(Scheme scheme, String net) {
        Bench bench = bench(net);
        Model artifact = bench.quantize(scheme).model();
        ImageClassifier model = ImageClassifier.of(artifact, "test", ImageClassifier.Hints.NONE);
        ChannelGroup group = ChannelSearch.last(model).group().orElseThrow();

        byte[] pruned = group.without(marked(group.channels(), 0, 3));

        assertThat(bench.productKernels(OnnxReader.read(pruned, "test"), Bench.CPU))
                .isEqualTo(bench.productKernels(artifact, Bench.CPU));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void nothingPrunedChangesNoBitOfTheScores(Scheme scheme, String net) throws IOException {
        Suspect artifact = artifact(scheme, net);
        ChannelGroup group = group(artifact);

        assertThat(scores(suspect(group.without(new boolean[group.channels()]))))
                .isEqualTo(scores(artifact));
        assertThat(scores(suspect(group.without(marked(group.channels(), 2))))).isNotEqualTo(scores(artifact));
    }

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void channelsDoNotTouchEachOther(Scheme scheme) throws IOException {
        Suspect artifact = artifact(scheme, "plain");
        ChannelGroup group = group(artifact);
        Suspect without = suspect(group.without(marked(group.channels(), 1, 4)));

        List<Double> before = ChannelActivity.of(artifact, group, images()).means();
        List<Double> after =
                ChannelActivity.of(without, group(without), images()).means();

        for (int channel : List.of(0, 2, 3, 5, 6, 7)) {
            assertThat(after.get(channel)).isEqualTo(before.get(channel));
        }
    }

    @Test
    void integersStandAtTheirZeroPoint() throws IOException {
        SilencedConstant weights = weights(artifact(Scheme.INT8_DYNAMIC, "plain"));
        assertThat(weights.original().type()).isEqualTo(DataType.UINT8);
        assertThat(levels(weights, 1)).containsOnly(128);
        assertThat(levels(weights, 2)).isEqualTo(levels(weights, weights.original(), 2));

        SilencedConstant fourBits = weights(artifact(Scheme.INT4_KERNEL, "plain"));
        assertThat(fourBits.elements().type()).isEqualTo(DataType.UINT4);
        assertThat(fourBits.original().type()).isEqualTo(DataType.UINT8);
        assertThat(fourBits.without(marked(8, 1))
                        .bytes()
                        .get(fourBits.original().bytes().remaining() / 8))
                .isEqualTo((byte) 0x88);
    }

    /** What adds to a sum is pruned in every branch; behind a branch without weights, what comes before the sum is. */
    @Test
    void groupsFollowTheSums() throws IOException {
        assertThat(names(artifact(Scheme.FP32, "plain"))).containsExactly("conv2");
        assertThat(names(artifact(Scheme.FP32, "residual"))).containsExactly("down", "conv1b", "conv2b");
        assertThat(names(artifact(Scheme.FP32, "pre-activation"))).containsExactly("conv0", "conv1");

        ChannelSearch.Found padded = ChannelSearch.last(classifier(paddedShortcut()));
        assertThat(padded.group().orElseThrow().convolutions())
                .extracting(Node::name)
                .containsExactly("conv1a");
        assertThat(padded.obstacles())
                .containsExactly("'conv1b': a sum adds what no weights silence, from 'shortcut' (Pad)");
    }

    @Test
    void sharedWeightsAreLeftToTheOtherReader() {
        NetBuilder net = NetBuilder.onImages();
        String x = net.op("relu0", "Relu", net.conv("conv0", NetBuilder.IMAGES, 3, 8));
        String first = net.op("relu1", "Relu", net.conv("conv1", x, 8, 8));
        Node second = Node.of("Conv", List.of(first, "conv1.weight", "conv1.bias"), "conv2")
                .with("pads", Attribute.ofLongs(1, 1, 1, 1));
        net.head(net.op("relu2", "Relu", net.node(second)), 8);
        Model model = net.build();
        ChannelGroup group = ChannelSearch.last(classifier(model)).group().orElseThrow();

        Model pruned = OnnxReader.read(group.without(marked(8, 3)), "test");

        assertThat(group.convolutions()).extracting(Node::name).containsExactly("conv2");
        assertThat(pruned.graph().initializers())
                .containsEntry("conv1.weight", model.graph().initializers().get("conv1.weight"));
        assertThat(pruned.graph().initializers())
                .hasSize(model.graph().initializers().size() + 2);
    }

    /** A zero point for each block, as asymmetric 4-bit artifacts have it, and 8-bit activations inside the kernel. */
    @Test
    void blocksWithZeroPointsAndRoundedActivationsAreZeroToo() throws IOException {
        for (int accuracyLevel : List.of(0, 4)) {
            NetBuilder net = NetBuilder.onImages();
            String pixels =
                    net.op("pixels", "Transpose", List.of(NetBuilder.IMAGES), "perm", Attribute.ofLongs(0, 2, 3, 1));
            SplittableRandom random = new SplittableRandom(5);
            net.constant("weights", bytes(random, 8, 1, 8));
            net.random("scales", 0.1, 8);
            net.constant("zeros", bytes(random, 8));
            Node product = Node.of("MatMulNBits", List.of(pixels, "weights", "scales", "zeros"), "product")
                    .inDomain(Node.MICROSOFT)
                    .with("K", Attribute.of(3))
                    .with("N", Attribute.of(8))
                    .with("bits", Attribute.of(4))
                    .with("block_size", Attribute.of(16))
                    .with("accuracy_level", Attribute.of(accuracyLevel));
            String channels =
                    net.op("channels", "Transpose", List.of(net.node(product)), "perm", Attribute.ofLongs(0, 3, 1, 2));
            net.head(net.op("tanh", "Tanh", channels), 8);
            Suspect artifact = suspect(OnnxWriter.toBytes(net.build()));
            boolean[] pruned = marked(8, 0, 6, 7);

            Suspect without = suspect(group(artifact).without(pruned));
            List<Double> means =
                    ChannelActivity.of(without, group(without), images()).means();

            for (int channel = 0; channel < 8; channel++) {
                assertThat(means.get(channel) == 0)
                        .as("channel %d at level %d: %s", channel, accuracyLevel, means)
                        .isEqualTo(pruned[channel]);
            }
        }
    }

    private static Tensor bytes(SplittableRandom random, long... dims) {
        byte[] bytes = new byte[(int) Tensor.elements(dims)];
        random.nextBytes(bytes);
        return Tensor.of(DataType.UINT8, dims, bytes);
    }

    /** Attention mixes all channels of the patches before it. */
    @Test
    void nothingIsPrunedBeforeAttention() {
        NetBuilder net = NetBuilder.onImages();
        String conv =
                net.conv("patches", NetBuilder.IMAGES, 3, 8, 4, node -> node.with("strides", Attribute.ofLongs(4, 4)));
        String rows = net.op("rows", "Reshape", conv, net.constant("shape", Tensor.vector(0, 8, 16)));
        String tokens = net.op("tokens", "Transpose", List.of(rows), "perm", Attribute.ofLongs(0, 2, 1));
        String attention = net.op("attention", "MatMul", rows, tokens);
        net.gemm(NetBuilder.LOGITS, net.op("flat", "Flatten", attention), 64, NetBuilder.CLASSES);

        ChannelSearch.Found found = ChannelSearch.last(classifier(net.build()));

        assertThat(found.group()).isEmpty();
        assertThat(found.obstacles()).containsExactly("'attention' (MatMul) multiplies activations with each other");
    }

    private static Model plain() {
        NetBuilder net = NetBuilder.onImages();
        String x = net.op("relu1", "Relu", net.conv("conv1", NetBuilder.IMAGES, 3, 8));
        String y = net.op("relu2", "Relu", net.conv("conv2", x, 8, 8));
        String pooled = net.node(Node.of("MaxPool", List.of(y), "pool")
                .with("kernel_shape", Attribute.ofLongs(4, 4))
                .with("strides", Attribute.ofLongs(4, 4)));
        String hidden = net.op("relu3", "Relu", net.gemm("hidden", net.op("flat", "Flatten", pooled), 128, 16));
        net.gemm(NetBuilder.LOGITS, hidden, 16, NetBuilder.CLASSES);
        return net.build();
    }

    /** A stage of two blocks with normalisation, the first with a shortcut of its own. */
    private static Model residual() {
        NetBuilder net = NetBuilder.onImages();
        String x = net.op("relu0", "Relu", net.conv("conv0", NetBuilder.IMAGES, 3, 4));
        String shortcut = normalized(net, net.conv("down", x, 4, 8, 1, node -> node));
        String inner = net.op("relu1a", "Relu", normalized(net, net.conv("conv1a", x, 4, 8)));
        x = net.op("relu1b", "Relu", net.op("sum1", "Add", normalized(net, net.conv("conv1b", inner, 8, 8)), shortcut));
        inner = net.op("relu2a", "Relu", normalized(net, net.conv("conv2a", x, 8, 8)));
        net.head(
                net.op("relu2b", "Relu", net.op("sum2", "Add", normalized(net, net.conv("conv2b", inner, 8, 8)), x)),
                8);
        return net.build();
    }

    private static Model preActivation() {
        NetBuilder net = NetBuilder.onImages();
        String x = net.conv("conv0", NetBuilder.IMAGES, 3, 8);
        String inner = net.op("relu1", "Relu", normalized(net, x));
        String sum = net.op("sum", "Add", net.conv("conv1", inner, 8, 8), x);
        net.head(net.op("relu2", "Relu", normalized(net, sum)), 8);
        return net.build();
    }

    /** SiLU, as a product of two readers of one convolution. */
    private static Model gated() {
        NetBuilder net = NetBuilder.onImages();
        String x = net.op("relu1", "Relu", net.conv("conv1", NetBuilder.IMAGES, 3, 8));
        String y = net.conv("conv2", x, 8, 8);
        net.head(net.op("silu", "Mul", y, net.op("gate", "Sigmoid", y)), 8);
        return net.build();
    }

    private static Model paddedShortcut() {
        NetBuilder net = NetBuilder.onImages();
        String x = net.op("relu0", "Relu", net.conv("conv0", NetBuilder.IMAGES, 3, 4));
        String padded = net.op("shortcut", "Pad", x, net.constant("pads", Tensor.vector(0, 2, 0, 0, 0, 2, 0, 0)));
        String inner = net.op("relu1a", "Relu", net.conv("conv1a", x, 4, 8));
        net.head(net.op("relu1b", "Relu", net.op("sum", "Add", net.conv("conv1b", inner, 8, 8), padded)), 8);
        return net.build();
    }

    private static String normalized(NetBuilder net, String value) {
        float[] ones = {1.5f, 0.7f, 1.1f, 0.9f, 1.3f, 0.8f, 1.2f, 1};
        String variance = net.constant(value + ".variance", Tensor.ofFloats(new long[] {8}, ones));
        return net.op(
                value + ".norm",
                "BatchNormalization",
                value,
                net.random(value + ".scale", 1, 8),
                net.random(value + ".shift", 1, 8),
                net.random(value + ".mean", 0.2, 8),
                variance);
    }

    private static boolean[] marked(int channels, int... which) {
        boolean[] marked = new boolean[channels];
        IntStream.of(which).forEach(channel -> marked[channel] = true);
        return marked;
    }

    private static SilencedConstant weights(Suspect artifact) {
        return group(artifact).constants().stream()
                .filter(constant -> constant.elements().rank() > 1 && constant.axis() == 0)
                .findFirst()
                .orElseThrow();
    }

    private static int[] levels(SilencedConstant weights, int channel) {
        return levels(weights, weights.without(marked(8, 1)), channel);
    }

    private static int[] levels(SilencedConstant weights, Tensor tensor, int channel) {
        int row = (int) weights.original().size() / 8;
        return IntStream.range(channel * row, (channel + 1) * row)
                .map(element -> tensor.ints()[element])
                .toArray();
    }

    private static List<String> names(Suspect artifact) {
        return group(artifact).convolutions().stream().map(Node::name).toList();
    }

    private static ChannelGroup group(Suspect artifact) {
        return ChannelSearch.last(artifact.model()).group().orElseThrow();
    }

    private static Bench bench(String net) {
        return Bench.of(Objects.requireNonNull(NETS.get(net)), RandomImages.of(16));
    }

    private static ImageClassifier classifier(Model model) {
        return ImageClassifier.of(model, "test", ImageClassifier.Hints.NONE);
    }

    private Suspect artifact(Scheme scheme, String net) throws IOException {
        return suspect(OnnxWriter.toBytes(bench(net).quantize(scheme).model()));
    }

    private Suspect suspect(byte[] artifact) throws IOException {
        Path file = Files.write(Files.createTempFile(folder, "artifact", ".onnx"), artifact);
        return new Suspect(
                file,
                classifier(OnnxReader.read(file)),
                SessionSpec.cpu(1),
                Preprocessing.DEFAULT,
                images(),
                null,
                null,
                null,
                List.of(),
                List.of(),
                1);
    }

    private static ImageSet images() {
        byte[] pixels = new byte[24 * 3 * 16 * 16];
        new SplittableRandom(3).nextBytes(pixels);
        return ImageSet.of(16, 16, pixels, new int[24], List.of());
    }

    private static float[] scores(Suspect suspect) {
        try (Classifier classifier = suspect.open()) {
            return classifier.scores(suspect.source(images()));
        }
    }
}
