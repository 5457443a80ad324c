package dev.assay.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.InvalidModelException;
import dev.assay.NetBuilder;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Preprocessing.ChannelOrder;
import dev.assay.data.Preprocessing.Layout;
import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.Scores;
import dev.assay.runtime.SessionSpec;
import dev.assay.train.Trainee.Normalization;
import dev.assay.train.net.Network;
import dev.assay.train.net.NetworkSpec;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Losses and gradients of training graphs, against finite differences and against the exported models. */
class TrainingGraphTest {
    private static final int BATCH = 8;
    private static final double SMOOTHING = 0.1;

    static ImageClassifier classifier(Network network, int width) {
        NetworkSpec spec = new NetworkSpec(
                width,
                ToyImages.SIDE,
                ToyImages.SIDE,
                ToyImages.CLASSES,
                List.of(0.3, 0.4, 0.5),
                List.of(0.2, 0.2, 0.3),
                3);
        return ImageClassifier.of(network.build(spec), network.id(), ImageClassifier.Hints.NONE);
    }

    static Trainee trainee(ImageClassifier classifier) {
        return new Trainee(classifier, Preprocessing.DEFAULT, Normalization.BY_BATCH, "test");
    }

    private static TrainingStep open(TrainingGraph graph, double smoothing) {
        TrainingStep step = TrainingStep.open(graph, BATCH, SessionSpec.cpu(1), "test");
        ImageSet images = ToyImages.of(BATCH, 5);
        ByteBuffer pixels = step.images();
        FloatBuffer targets = step.targets();
        for (int i = 0; i < BATCH; i++) {
            pixels.put(images.image(i));
            TrainingSet.clean(images).writeTarget(i, ToyImages.CLASSES, smoothing, targets);
        }
        return step;
    }

    private static List<float[]> initial(TrainingGraph graph) {
        List<float[]> values = new ArrayList<>();
        graph.parameters().forEach(parameter -> values.add(parameter.initial().floats()));
        return values;
    }

    @TestFactory
    Stream<DynamicTest> gradientsAgreeWithFiniteDifferences() {
        return Map.of(Network.RESNET8, 16, Network.RESNET20, 4, Network.MOBILENET, 8, Network.VIT, 16)
                .entrySet()
                .stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey().id(), () -> check(trainee(classifier(entry.getKey(), entry.getValue())))));
    }

    /** Along each parameter's gradient the loss must rise as steeply as the gradient is long. */
    private static void check(Trainee trainee) {
        TrainingGraph graph = TrainingGraph.of(trainee);
        try (TrainingStep step = open(graph, SMOOTHING)) {
            List<float[]> values = initial(graph);
            step.run(values);
            List<float[]> gradients = new ArrayList<>();
            for (int i = 0; i < values.size(); i++) {
                gradients.add(new float[values.get(i).length]);
                step.gradient(i, gradients.get(i));
            }
            double squaredLength = 0;
            double squaredError = 0;
            for (int i = 0; i < values.size(); i++) {
                double length = length(gradients.get(i));
                double slope = slope(step, values, i, gradients.get(i), length);
                squaredLength += length * length;
                squaredError += (slope - length) * (slope - length);
                assertThat(slope).as(graph.parameters().get(i).name()).isCloseTo(length, within(0.03 * length + 0.004));
            }
            assertThat(Math.sqrt(squaredError)).isLessThan(0.02 * Math.sqrt(squaredLength));
        }
    }

    private static double slope(
            TrainingStep step, List<float[]> values, int parameter, float[] gradient, double length) {
        if (length < 1e-6) {
            return 0;
        }
        double width = 1.5e-4;
        double above = lossAt(step, values, parameter, gradient, width / length);
        double below = lossAt(step, values, parameter, gradient, -width / length);
        return (above - below) / (2 * width);
    }

    private static double lossAt(
            TrainingStep step, List<float[]> values, int parameter, float[] direction, double distance) {
        List<float[]> moved = new ArrayList<>(values);
        float[] at = values.get(parameter).clone();
        for (int i = 0; i < at.length; i++) {
            at[i] += (float) (distance * direction[i]);
        }
        moved.set(parameter, at);
        step.run(moved);
        return step.loss();
    }

    private static double length(float[] vector) {
        double sum = 0;
        for (float value : vector) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    @Test
    void imagesStayInBlocksFromTheFirstConvolutionOnWhereTheRuntimeHasSuchKernels() {
        assumeTrue(BlockSize.ofThisMachine().isPresent(), "needs a processor with blocked kernels");
        TrainingGraph graph = TrainingGraph.of(trainee(classifier(Network.RESNET8, 16)));
        // Stem and six, and the gradients of the inputs of those four that do not stride.
        assertThat(blocked(graph, kernel -> kernel > 1)).isEqualTo(11);
        // Two shortcuts; and one a normalization, two for its gradient.
        assertThat(blocked(graph, kernel -> kernel == 1)).isEqualTo(2 + 3 * 9);
        // Of images only the gradients behind the pool and the two convolutions that stride come in another layout.
        assertThat(graph.model().graph().nodes())
                .noneMatch(node -> node.op().equals("BatchNormalization"))
                .filteredOn(node -> node.op().equals("ReorderInput"))
                .filteredOn(node -> node.output().contains("/blocked"))
                .hasSize(3);
        TrainingGraph depthwise = TrainingGraph.of(trainee(classifier(Network.MOBILENET, 16)));
        // The stem, six depthwise ones, and the gradients of the inputs of those four that do not stride.
        assertThat(blocked(depthwise, kernel -> kernel > 1)).isEqualTo(11);
    }

    /** Blocked convolutions by the height of their weight. */
    private static long blocked(TrainingGraph graph, LongPredicate kernel) {
        return graph.model().graph().nodes().stream()
                .filter(node -> node.qualifiedOp().equals("com.microsoft.nchwc.Conv"))
                .filter(node -> kernel.test(node.ints("kernel_shape").orElseThrow()[0]))
                .count();
    }

    @Test
    void exportedModelWithTheBatchsStatisticsGivesTheLossOfTheTrainingGraph() {
        ImageClassifier classifier = classifier(Network.RESNET8, 4);
        TrainingGraph graph = TrainingGraph.of(trainee(classifier));
        GraphEditor edit = classifier.model().graph().edit();
        double loss;
        try (TrainingStep step = open(graph, 0)) {
            step.run(initial(graph));
            loss = step.loss();
            for (BatchStatistics each : graph.statistics()) {
                edit.setConstant(each.runningMean(), tensor(step.floats(each.batchMean())));
                edit.setConstant(each.runningVariance(), tensor(step.floats(each.batchVariance())));
            }
        }
        Model exported = classifier.model().withGraph(edit.commit());
        assertThat(loss(exported, classifier)).isCloseTo(loss, within(1e-5));
    }

    private static Tensor tensor(FloatBuffer values) {
        float[] floats = new float[values.remaining()];
        values.get(floats);
        return Tensor.ofFloats(new long[] {floats.length}, floats);
    }

    private static double loss(Model model, ImageClassifier classifier) {
        ImageSet images = ToyImages.of(BATCH, 5);
        try (Classifier session = Classifier.open(OnnxWriter.toBytes(model), "test", classifier, SessionSpec.cpu(1))) {
            Scores scores = Scores.of(
                    session.scores(ImageSource.of(images, Preprocessing.DEFAULT, DataType.FLOAT)),
                    classifier.ports(),
                    "test");
            double sum = 0;
            for (int i = 0; i < BATCH; i++) {
                sum -= scores.logProbabilities(i)[images.label(i)] / BATCH;
            }
            return sum;
        }
    }

    @Test
    void normalizationAsDeployedGivesTheLossOfTheModelAsItIs() {
        ImageClassifier classifier = classifier(Network.RESNET8, 4);
        Trainee trainee = new Trainee(classifier, Preprocessing.DEFAULT, Normalization.AS_DEPLOYED, "test");
        TrainingGraph graph = TrainingGraph.of(trainee);
        assertThat(graph.statistics()).isEmpty();
        try (TrainingStep step = open(graph, 0)) {
            step.run(initial(graph));
            assertThat((double) step.loss()).isCloseTo(loss(classifier.model(), classifier), within(1e-5));
        }
        check(trainee);
    }

    @Test
    void weightsDecayAndBiasesNormsAndPositionsDoNot() {
        List<Parameter> parameters =
                Parameter.of(classifier(Network.VIT, 16).model().graph());
        assertThat(parameters)
                .filteredOn(Parameter::decays)
                .extracting(Parameter::name)
                .contains("patches.weight", "encoder0.mlp1.weight", "fc.weight")
                .allMatch(name -> name.endsWith(".weight"))
                .noneMatch(name -> name.contains("norm"));
        assertThat(parameters)
                .filteredOn(parameter -> !parameter.decays())
                .extracting(Parameter::name)
                .contains("positions", "norm.weight", "fc.bias", "encoder0.mlp1.bias");
        assertThat(parameters).extracting(Parameter::name).doesNotContain("mean", "std", "one", "half", "root2");
    }

    /** Imported models may end in a Softmax, and take what another preprocessing makes of pixels. */
    @Test
    void probabilitiesAndOtherPreprocessingChangeNothingButTheWayIn() {
        ImageClassifier classifier = classifier(Network.RESNET8, 4);
        GraphEditor edit = classifier.model().graph().edit();
        Shape batch = new Shape(List.of(Dim.named("N"), Dim.of(ToyImages.SIDE), Dim.of(ToyImages.SIDE), Dim.of(3)));
        edit.removeInput(Network.INPUT)
                .addInput(Value.of("levels", DataType.FLOAT, batch))
                .add(Node.of("Transpose", List.of("levels"), "bgr").with("perm", Attribute.ofLongs(0, 3, 1, 2)))
                .add(Node.of("Gather", List.of("bgr", edit.addConstant("order", Tensor.vector(2, 1, 0))), "rgb")
                        .with("axis", Attribute.of(1)))
                .add(Node.of("Add", List.of("rgb", edit.addConstant("center", Tensor.scalar(0.5f))), Network.INPUT))
                .add(Node.of("Softmax", List.of(Network.OUTPUT), "probabilities"))
                .setOutputs(List.of(Value.of("probabilities", DataType.FLOAT, null)));
        Model probabilities = classifier.model().withGraph(edit.commit());
        ImageClassifier other = ImageClassifier.of(probabilities, "test", ImageClassifier.Hints.NONE);
        Preprocessing preprocessing =
                new Preprocessing(Layout.NHWC, ChannelOrder.BGR, 0, 1, List.of(0.5, 0.5, 0.5), List.of(1.0, 1.0, 1.0));

        assertThat(firstLoss(new Trainee(other, preprocessing, Normalization.BY_BATCH, "test")))
                .isCloseTo(firstLoss(trainee(classifier)), within(1e-5));
    }

    private static double firstLoss(Trainee trainee) {
        TrainingGraph graph = TrainingGraph.of(trainee);
        try (TrainingStep step = open(graph, SMOOTHING)) {
            step.run(initial(graph));
            return step.loss();
        }
    }

    @Test
    void modelsWithoutWeightsAreRefused() {
        NetBuilder net = NetBuilder.onImages();
        ImageClassifier classifier = ImageClassifier.of(
                net.build(net.op("pool", "GlobalAveragePool", NetBuilder.IMAGES)), "test", ImageClassifier.Hints.NONE);
        assertThatThrownBy(() -> TrainingGraph.of(trainee(classifier)))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage("test: expected weights to train, got none");
    }
}
