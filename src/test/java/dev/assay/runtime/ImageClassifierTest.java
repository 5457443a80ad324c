package dev.assay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.Bench;
import dev.assay.InvalidModelException;
import dev.assay.NetBuilder;
import dev.assay.RandomImages;
import dev.assay.UnsupportedOpException;
import dev.assay.data.Preprocessing.Layout;
import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.runtime.ImageClassifier.Hints;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageClassifierTest {
    private static NetBuilder images(Dim batch) {
        return NetBuilder.on(DataType.FLOAT, batch, Dim.of(3), Dim.of(16), Dim.of(16));
    }

    private static Model plain(NetBuilder net) {
        net.head(net.conv("conv", NetBuilder.IMAGES, 3, 8), 8);
        return net.build();
    }

    private static ClassifierPorts ports(Model model) {
        return ImageClassifier.of(model, "net.onnx", Hints.NONE).ports();
    }

    private static void assertRefused(Model model, String message) {
        assertThatThrownBy(() -> ports(model))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageStartingWith("net.onnx: ")
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void portsOfAFreeBatch() {
        ClassifierPorts ports = ports(plain(images(Dim.named("N"))));
        assertThat(ports.layout()).isEqualTo(Layout.NCHW);
        assertThat(ports.classes()).isEqualTo(NetBuilder.CLASSES);
        assertThat(ports.probabilities()).isFalse();
        assertThat(ports.features()).contains("head.flat");
        assertThat(ports.fixedBatch()).isEmpty();
        assertThat(ports.inputShape(4)).containsExactly(4, 3, 16, 16);
    }

    @Test
    void portsOfAFixedBatch() {
        assertThat(ports(plain(images(Dim.of(4)))).fixedBatch()).isEqualTo(OptionalLong.of(4));
    }

    @Test
    void aRewritingIsRunOnlyForValuesOfNewNames() {
        Model model = plain(images(Dim.named("N")));
        ImageClassifier classifier = ImageClassifier.of(model, "net.onnx", Hints.NONE);
        Graph graph = model.graph();
        Model same = model.withGraph(graph.edit().forgetDeclaredValues().commit());
        Node conv = graph.producer("conv").orElseThrow();
        Model inserted = model.withGraph(graph.edit()
                .replace(
                        conv,
                        List.of(
                                conv.withOutputs(List.of("conv/new")),
                                Node.of("Relu", List.of("conv/new"), "conv").named("relu")))
                .commit());

        assertThat(classifier.after(same, "net.onnx").observation()).isSameAs(classifier.observation());
        ImageClassifier rewritten = classifier.after(inserted, "net.onnx");
        assertThat(rewritten.observation().of("conv/new"))
                .isEqualTo(classifier.observation().of("conv"));
        assertThat(rewritten.ports()).isEqualTo(classifier.ports());
    }

    @Test
    void channelsLast() {
        NetBuilder net = NetBuilder.on(DataType.FLOAT, Dim.named("N"), Dim.of(16), Dim.of(12), Dim.of(3));
        String first = net.op("first", "Transpose", List.of(NetBuilder.IMAGES), "perm", Attribute.ofLongs(0, 3, 1, 2));
        net.head(net.conv("conv", first, 3, 8), 8);
        ClassifierPorts ports = ports(net.build());
        assertThat(ports.layout()).isEqualTo(Layout.NHWC);
        assertThat(ports.inputShape(2)).containsExactly(2, 16, 12, 3);
    }

    @Test
    void otherThanThreeColoursAreRefusedWhateverTheLayout() {
        NetBuilder net = NetBuilder.on(DataType.FLOAT, Dim.named("N"), Dim.of(1), Dim.of(16), Dim.of(16));
        net.head(net.conv("conv", NetBuilder.IMAGES, 1, 8), 8);
        Model gray = net.build();

        assertRefused(gray, "expected three colour channels on axis 1 or 3 of the input, got Nx1x16x16");
        assertThatThrownBy(() -> ImageClassifier.of(gray, "net.onnx", new Hints(Layout.NCHW, null, null)))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("expected three colour channels on axis 1 of the input");
    }

    @Test
    void anAmbiguousLayoutIsAskedFor() {
        NetBuilder net = NetBuilder.on(DataType.FLOAT, Dim.named("N"), Dim.of(3), Dim.of(16), Dim.named("W"));
        net.head(net.conv("conv", NetBuilder.IMAGES, 3, 8), 8);
        assertThat(ImageClassifier.of(net.build(), "net.onnx", new Hints(null, null, 16))
                        .ports()
                        .layout())
                .isEqualTo(Layout.NCHW);

        NetBuilder free = NetBuilder.on(DataType.FLOAT, Dim.named("N"), Dim.named("C"), Dim.of(16), Dim.named("W"));
        free.head(free.conv("conv", NetBuilder.IMAGES, 3, 8), 8);
        assertRefused(free.build(), "say --layout nchw or nhwc");
    }

    @Test
    void bytesAsPixels() {
        NetBuilder net = NetBuilder.on(DataType.UINT8, Dim.named("N"), Dim.of(3), Dim.of(16), Dim.of(16));
        String floats = net.op("floats", "Cast", List.of(NetBuilder.IMAGES), "to", Attribute.of(1));
        net.head(net.conv("conv", floats, 3, 8), 8);
        assertThat(ports(net.build()).type()).isEqualTo(DataType.UINT8);
    }

    @Test
    void otherPixelsAreRefused() {
        NetBuilder net = NetBuilder.on(DataType.INT32, Dim.named("N"), Dim.of(3), Dim.of(16), Dim.of(16));
        String floats = net.op("floats", "Cast", List.of(NetBuilder.IMAGES), "to", Attribute.of(1));
        net.head(net.conv("conv", floats, 3, 8), 8);
        assertThatThrownBy(() -> ports(net.build()))
                .isInstanceOf(UnsupportedOpException.class)
                .hasMessage("net.onnx: input 'images': expected FLOAT or UINT8 pixels, got INT32");
    }

    @Test
    void softmaxAtTheEnd() {
        NetBuilder net = images(Dim.named("N"));
        net.head(net.conv("conv", NetBuilder.IMAGES, 3, 8), 8);
        String probabilities = net.op("probabilities", "Softmax", NetBuilder.LOGITS);
        ClassifierPorts ports = ports(net.build(net.op("out", "Identity", probabilities)));
        assertThat(ports.probabilities()).isTrue();
        assertThat(ports.output()).isEqualTo("out");
        assertThat(ports.logits()).isEqualTo(NetBuilder.LOGITS);
    }

    @Test
    void scoresWithTrailingOnes() {
        NetBuilder net = images(Dim.named("N"));
        net.op(NetBuilder.LOGITS, "GlobalAveragePool", net.conv("conv", NetBuilder.IMAGES, 3, 8));
        assertThat(ports(net.build()).classes()).isEqualTo(8);
    }

    @Test
    void twoInputsAreRefused() {
        NetBuilder net = images(Dim.named("N")).input("scale", DataType.FLOAT);
        String scaled = net.op("scaled", "Mul", NetBuilder.IMAGES, "scale");
        net.head(net.conv("conv", scaled, 3, 8), 8);
        assertRefused(net.build(), "expected one image input, got 2: images, scale");
    }

    @Test
    void freeSizesNeedAHint() {
        NetBuilder net = NetBuilder.on(DataType.FLOAT, Dim.named("N"), Dim.of(3), Dim.named("H"), Dim.named("W"));
        Model model = plain(net);
        assertRefused(model, "axis 2 of the input is free (Nx3xHxW): say --size HEIGHTxWIDTH");
        assertThat(ImageClassifier.of(model, "net.onnx", new Hints(null, 20, 24))
                        .ports()
                        .inputShape(1))
                .containsExactly(1, 3, 20, 24);
    }

    @ParameterizedTest
    @CsvSource({"0, 16, 16", "4, 0, 16", "4, 16, 1099511627776", "1099511627776, 16, 16", "4, 3000000000, 3000000000"})
    void sizesThatNoBufferHoldsAreRefused(long batch, long height, long width) {
        NetBuilder net = NetBuilder.on(DataType.FLOAT, Dim.of(batch), Dim.of(3), Dim.of(height), Dim.of(width));
        assertRefused(
                plain(net),
                "expected a batch of %d images to have 1 to 536870911 elements, got input %dx3x%dx%d"
                        .formatted(batch, batch, height, width));
    }

    @Test
    void imagesAsOutputAreRefused() {
        NetBuilder net = images(Dim.named("N"));
        net.conv(NetBuilder.LOGITS, NetBuilder.IMAGES, 3, 8);
        assertRefused(net.build(), "expected an output with a FLOAT score for each of two or more classes");
    }

    @Test
    void modelsThatCannotRunAreRefused() {
        NetBuilder net = images(Dim.named("N"));
        net.head(net.op("shaped", "Reshape", NetBuilder.IMAGES, net.constant("shape", Tensor.vector(0, 8, 7, 7))), 8);
        assertRefused(net.build(), "expected a model that runs on batches of 2 and 3 random images");
    }

    /** 70 images: more than a batch, and a rest. */
    @ParameterizedTest
    @ValueSource(ints = {1, 8, 64})
    void scoresDoNotDependOnBatches(int fixed) {
        RandomImages images = RandomImages.of(70);
        Bench free = Bench.of(plain(images(Dim.named("N"))), images);
        Bench bound = Bench.of(plain(images(Dim.of(fixed))), images);
        float[] expected = free.scores(free.model(), Bench.CPU);
        assertThat(expected).hasSize(70 * NetBuilder.CLASSES);
        assertThat(bound.scores(bound.model(), Bench.CPU))
                .usingComparatorWithPrecision(1e-5f)
                .containsExactly(expected);
    }

    @Test
    void aConstantThatFoldingTakesIsNoInputAnyMore() {
        NetBuilder net = images(Dim.named("N")).opset(9);
        net.head(net.conv("conv", NetBuilder.IMAGES, 3, 8), 8);
        String zeros = net.op("zeros", "ConstantOfShape", net.constant("shape", Tensor.ofLongs(new long[] {1}, 1)));
        Model model = net.build(net.op("out", "Add", NetBuilder.LOGITS, zeros));
        List<Value> inputs = new ArrayList<>(model.graph().inputs());
        model.graph()
                .initializers()
                .forEach((name, tensor) -> inputs.add(Value.of(name, tensor.type(), Shape.of(tensor.dims()))));
        Model old = model.withGraph(model.graph().withInputs(inputs)).withIrVersion(3);

        Model simplified = Simplifier.simplify(old, "net.onnx");

        assertThat(simplified.graph().fedInputs()).extracting(Value::name).containsExactly(NetBuilder.IMAGES);
        assertThat(simplified.graph().inputs()).hasSizeGreaterThan(1);
    }

    @Test
    void simplifyingKeepsOutputsAndScores() {
        Model model = plain(images(Dim.named("N")));
        Bench bench = Bench.of(model);
        Model simplified = Simplifier.simplify(model, "net.onnx");
        assertThat(simplified.graph().outputs().get(0).name()).isEqualTo(NetBuilder.LOGITS);
        assertThat(simplified.opsets()).isEqualTo(model.opsets());
        assertThat(bench.relativeError(simplified, Bench.CPU)).isLessThan(1e-6);
    }
}
