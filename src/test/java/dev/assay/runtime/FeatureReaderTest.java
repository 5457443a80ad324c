package dev.assay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.assay.InvalidModelException;
import dev.assay.NetBuilder;
import dev.assay.RandomImages;
import dev.assay.ir.DataType;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.onnx.OnnxReader;
import dev.assay.onnx.OnnxWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureReaderTest {
    private final Path file;

    FeatureReaderTest(@TempDir Path folder) {
        this.file = folder.resolve("net.onnx");
    }

    @Test
    void readsWhatTheLastProductReads() {
        NetBuilder net = NetBuilder.onImages();
        net.head(net.op("relu", "Relu", net.conv("conv", NetBuilder.IMAGES, 3, 8)), 8);

        try (FeatureReader reader = open(net.build())) {
            assertThat(reader.value()).isEqualTo("head.flat");
            assertThat(reader.readsLogits()).isFalse();
            assertThat(reader.size()).isEqualTo(8);
            Features features = reader.read(images());
            assertThat(features.values()).hasSize(70);
            assertThat(features.values().get(69)).hasSize(8).isEqualTo(expected("head.flat", 8)[69]);
            assertThat(features.scores().logits(3)).isEqualTo(ownLogits().logits(3));
        }
    }

    @Test
    void spatialFeaturesAreAveraged() {
        NetBuilder net = NetBuilder.onImages();
        String relu = net.op("relu", "Relu", net.conv("conv", NetBuilder.IMAGES, 3, 8));
        String last = net.conv("last", relu, 8, NetBuilder.CLASSES);
        net.op(NetBuilder.LOGITS, "Flatten", net.op("pool", "GlobalAveragePool", last));

        try (FeatureReader reader = open(net.build())) {
            assertThat(reader.value()).isEqualTo("relu");
            assertThat(reader.size()).isEqualTo(8);
            double[] all = expected("relu", 8 * 256)[0];
            double mean = 0;
            for (int pixel = 0; pixel < 256; pixel++) {
                mean += all[3 * 256 + pixel] / 256;
            }
            assertThat(reader.read(images()).values().get(0)[3]).isCloseTo(mean, within(1e-9));
        }
    }

    @Test
    void logitsStandInForTheImageItself() {
        NetBuilder plain = NetBuilder.onImages();
        String conv = plain.conv("only", NetBuilder.IMAGES, 3, NetBuilder.CLASSES);
        plain.op(NetBuilder.LOGITS, "Flatten", plain.op("pool", "GlobalAveragePool", conv));

        try (FeatureReader reader = open(plain.build())) {
            assertThat(reader.readsLogits()).isTrue();
            assertThat(reader.value()).isEqualTo(NetBuilder.LOGITS);
            assertThat(reader.read(images()).values().get(5))
                    .isEqualTo(ownLogits().logits(5));
        }
    }

    @Test
    void integersAreWhatTheyStandFor() {
        NetBuilder net = NetBuilder.onImages();
        String relu = net.op("relu", "Relu", net.conv("conv", NetBuilder.IMAGES, 3, 8));
        String flat = net.op("flat", "Flatten", net.op("pool", "GlobalAveragePool", relu));
        String scale = net.constant("scale", Tensor.ofFloats(new long[] {}, 0.02f));
        String zero = net.constant("zero", Tensor.of(DataType.UINT8, new long[] {}, new byte[] {3}));
        String integers = net.op("integers", "QuantizeLinear", flat, scale, zero);
        net.gemm(NetBuilder.LOGITS, net.op("back", "DequantizeLinear", integers, scale, zero), 8, NetBuilder.CLASSES);

        try (FeatureReader reader = open(net.build())) {
            assertThat(reader.value()).isEqualTo("integers");
            double[] found = reader.read(images()).values().get(0);
            double[] expected = expected("flat", 8)[0];
            for (int i = 0; i < 8; i++) {
                assertThat(found[i]).isCloseTo(expected[i], within(0.0101));
                assertThat(found[i] / 0.02 % 1).isCloseTo(Math.rint(found[i] / 0.02 % 1), within(1e-4));
            }
        }
    }

    @Test
    void featuresThatAreNotFiniteAreRefused() {
        NetBuilder net = NetBuilder.onImages();
        String relu = net.op("relu", "Relu", net.conv("conv", NetBuilder.IMAGES, 3, 8));
        String flat = net.op("flat", "Flatten", net.op("pool", "GlobalAveragePool", relu));
        String infinite = net.op("inverse", "Div", flat, net.constant("nought", Tensor.ofFloats(new long[] {1}, 0)));
        net.node(Node.of("MatMul", List.of(infinite, net.constant("none", zeros())), "product"));
        net.op(NetBuilder.LOGITS, "Clip", "product", lowest(net), highest(net));

        assertThatThrownBy(() -> {
                    try (FeatureReader reader = open(net.build())) {
                        reader.read(images());
                    }
                })
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("expected finite");
    }

    private static Tensor zeros() {
        return Tensor.ofFloats(new long[] {8, NetBuilder.CLASSES}, new float[8 * NetBuilder.CLASSES]);
    }

    private static String lowest(NetBuilder net) {
        return net.constant("lowest", Tensor.ofFloats(new long[] {}, -1));
    }

    private static String highest(NetBuilder net) {
        return net.constant("highest", Tensor.ofFloats(new long[] {}, 1));
    }

    private FeatureReader open(Model model) {
        OnnxWriter.write(model, file);
        return FeatureReader.open(file, classifier(), SessionSpec.cpu(1), images());
    }

    private ImageClassifier classifier() {
        return ImageClassifier.of(OnnxReader.read(file), "net", ImageClassifier.Hints.NONE);
    }

    private Scores ownLogits() {
        try (Classifier own = Classifier.open(file, classifier(), SessionSpec.cpu(1))) {
            return Scores.of(own.scores(images()), classifier().ports(), "net");
        }
    }

    /** A float value, read in a session with it as output, likewise. */
    private double[][] expected(String value, int perImage) {
        double[][] values = new double[images().size()][perImage];
        SessionSpec spec = SessionSpec.cpu(1);
        try (Classifier tapped =
                Classifier.open(TappedArtifact.bytes(classifier(), List.of(value)), "net", classifier(), spec)) {
            tapped.run(
                    images(),
                    Map.of(value, classifier().observation().of(value).orElseThrow()),
                    (from, count, outputs) -> {
                        for (int i = 0; i < count * perImage; i++) {
                            values[from + i / perImage][i % perImage] =
                                    outputs.get(value).getFloat(4 * i);
                        }
                    });
        }
        return values;
    }

    private static ImageSource images() {
        return RandomImages.of(70);
    }
}
