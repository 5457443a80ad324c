package dev.assay.train;

import static dev.assay.train.TrainingGraphTest.trainee;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.ir.DataType;
import dev.assay.ir.Model;
import dev.assay.ir.Tensor;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.KernelEvidence;
import dev.assay.runtime.Kernels;
import dev.assay.runtime.Optimization;
import dev.assay.runtime.SessionSpec;
import dev.assay.train.net.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A net that learns, then learns with rounding, then runs on integers. */
class QuantizationAwareTest {
    private static final ImageSet IMAGES = ToyImages.of(192, 1);
    private static final ImageSet OTHERS = ToyImages.of(400, 2);
    private static final SessionSpec SPEC = SessionSpec.cpu(1);

    @TempDir
    private Path folder;

    private static TrainingConfig config(double rate, int epochs) {
        return new TrainingConfig(
                TrainingConfig.Method.SGD, rate, 0.9, 5e-4, 0, Schedule.COSINE, epochs, 32, Augmentation.NONE, 7);
    }

    private static Trainee trained(Network network, int width, int epochs) {
        ImageClassifier start = TrainingGraphTest.classifier(network, width);
        Model model = Trainer.train(
                        trainee(start),
                        TrainingSet.clean(IMAGES),
                        config(0.05, epochs),
                        SPEC,
                        null,
                        TrainingListener.NONE)
                .model();
        return trainee(new ImageClassifier(model, start.observation(), start.ports()));
    }

    private static QuantizationAware tuned(Trainee trainee, double rate, int epochs) {
        return QuantizationAware.train(
                trainee, TrainingSet.clean(IMAGES), config(rate, epochs), SPEC, TrainingListener.NONE);
    }

    /** Of the training images. */
    private static float[] scores(Model model, ImageClassifier classifier, SessionSpec spec) {
        try (Classifier session = Classifier.open(OnnxWriter.toBytes(model), "test", classifier, spec)) {
            return session.scores(ImageSource.of(IMAGES, Preprocessing.DEFAULT, DataType.FLOAT));
        }
    }

    private static double accuracy(Model model, ImageClassifier classifier, ImageSet images) {
        return Accuracy.of(OnnxWriter.toBytes(model), classifier, images, SPEC, "test")
                .labelled();
    }

    /** With a rate of almost nothing an epoch sees the artifact's own loss and accuracy on its images. */
    @ParameterizedTest
    @EnumSource(
            value = Network.class,
            names = {"RESNET8", "MOBILENET"})
    void trainingSeesTheLossAndAccuracyOfTheIntegerSession(Network network) {
        QuantizationAware tuned = tuned(trained(network, 8, 4), 1e-9, 1);
        ImageClassifier simulation = tuned.simulation();
        Epoch seen = tuned.history().get(0);

        double loss = loss(scores(tuned.artifact(), simulation, SPEC));
        assertThat(loss).isCloseTo(seen.loss(), within(1e-4 * loss));
        assertThat(accuracy(tuned.artifact(), simulation, IMAGES)).isCloseTo(seen.accuracy(), within(0.006));
        assertThat(loss(scores(trained(network, 8, 4).classifier().model(), simulation, SPEC)))
                .as("the loss without rounding is another")
                .isNotCloseTo(seen.loss(), within(1e-4 * loss));
    }

    /** Where the weights have moved, too: what was simulated is what is written, and integer kernels do the same. */
    @Test
    void theArtifactAnswersWhatWasSimulated() {
        QuantizationAware tuned = tuned(trained(Network.RESNET8, 8, 6), 0.02, 2);
        ImageClassifier simulation = tuned.simulation();
        SessionSpec plain = SPEC.at(Optimization.NONE);

        float[] simulated = scores(simulation.model(), simulation, plain);
        assertThat(scores(tuned.artifact(), simulation, plain)).containsExactly(simulated, within(1e-3f));
        assertThat(scores(tuned.artifact(), simulation, SPEC)).containsExactly(simulated, within(0.1f));
        assertThat(Accuracy.of(OnnxWriter.toBytes(simulation.model()), simulation, OTHERS, plain, "test")
                        .labelled())
                .isCloseTo(accuracy(tuned.artifact(), simulation, OTHERS), within(0.005))
                .isGreaterThan(0.9);
    }

    private static double loss(float[] scores) {
        int classes = ToyImages.CLASSES;
        double sum = 0;
        for (int i = 0; i < IMAGES.size(); i++) {
            double total = 0;
            for (int c = 0; c < classes; c++) {
                total += Math.exp(scores[i * classes + c]);
            }
            sum += Math.log(total) - scores[i * classes + IMAGES.label(i)];
        }
        return sum / IMAGES.size();
    }

    /** Float kernels would make it no artifact. */
    @Test
    void theArtifactRunsOnIntegerKernels() throws IOException {
        QuantizationAware tuned = tuned(trained(Network.RESNET8, 8, 1), 0.005, 1);
        Path file = folder.resolve("tuned.onnx");
        OnnxWriter.write(tuned.artifact(), file);
        ImageClassifier classifier = ImageClassifier.of(tuned.artifact(), "test", ImageClassifier.Hints.NONE);
        long[] dims = {8, 3, ToyImages.SIDE, ToyImages.SIDE};
        ByteBuffer input =
                ByteBuffer.allocate((int) Tensor.elements(dims) * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        KernelEvidence kernels = Kernels.observe(
                file,
                tuned.artifact().graph(),
                classifier.observation(),
                SPEC,
                Map.of(classifier.ports().input(), Tensor.of(DataType.FLOAT, dims, input.array())));
        assertThat(kernels.integerMacShare()).isEqualTo(1);
    }

    @Test
    void trainingWithRoundingLowersTheArtifactsLoss() {
        Trainee trainee = trained(Network.RESNET8, 8, 4);
        double before = tuned(trainee, 1e-9, 1).history().get(0).loss();
        QuantizationAware tuned = tuned(trainee, 0.02, 2);
        assertThat(loss(scores(tuned.artifact(), tuned.simulation(), SPEC))).isLessThan(0.5 * before);
    }

    @Test
    void theSameSeedGivesTheSameArtifact() {
        Trainee trainee = trained(Network.RESNET8, 4, 1);
        byte[] first = OnnxWriter.toBytes(tuned(trainee, 0.01, 1).artifact());
        assertThat(OnnxWriter.toBytes(tuned(trainee, 0.01, 1).artifact())).isEqualTo(first);
    }
}
