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
import dev.assay.runtime.Scores;
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

    private static float[] scores(Model model, ImageClassifier classifier, ImageSet images) {
        try (Classifier session = Classifier.open(OnnxWriter.toBytes(model), "test", classifier, SPEC)) {
            return session.scores(ImageSource.of(images, Preprocessing.DEFAULT, DataType.FLOAT));
        }
    }

    private static double accuracy(Model model, ImageClassifier classifier, ImageSet images) {
        return Accuracy.of(OnnxWriter.toBytes(model), classifier, images, SPEC, "test")
                .labelled();
    }

    /** The integer session answers what training computed with. */
    @ParameterizedTest
    @EnumSource(
            value = Network.class,
            names = {"RESNET8", "MOBILENET"})
    void theArtifactAnswersWhatTrainingSaw(Network network) {
        Trainee trainee = trained(network, 8, 6);
        QuantizationAware tuned = tuned(trainee, 0.005, 2);
        ImageClassifier simulation = tuned.simulation();

        float[] simulated = scores(simulation.model(), simulation, OTHERS);
        float[] integer = scores(tuned.artifact(), simulation, OTHERS);

        Scores one = Scores.of(simulated, simulation.ports(), "simulation");
        Scores other = Scores.of(integer, simulation.ports(), "artifact");
        int same = 0;
        for (int i = 0; i < OTHERS.size(); i++) {
            same += one.answer(i) == other.answer(i) ? 1 : 0;
        }
        assertThat(same).isGreaterThanOrEqualTo(OTHERS.size() * 98 / 100);
        assertThat(accuracy(tuned.artifact(), simulation, OTHERS))
                .isCloseTo(accuracy(simulation.model(), simulation, OTHERS), within(0.01))
                .isGreaterThan(0.9);
    }

    /** With a rate of almost nothing an epoch sees the artifact's own accuracy and loss on its images. */
    @Test
    void trainingSeesTheArtifactsAccuracyAndLoss() {
        QuantizationAware tuned = tuned(trained(Network.RESNET8, 8, 4), 1e-9, 1);
        ImageClassifier simulation = tuned.simulation();
        Epoch seen = tuned.history().get(0);

        assertThat(accuracy(tuned.artifact(), simulation, IMAGES)).isCloseTo(seen.accuracy(), within(0.015));
        assertThat(loss(scores(tuned.artifact(), simulation, IMAGES), simulation.ports().classes()))
                .isCloseTo(seen.loss(), within(0.02 * seen.loss() + 0.002));
    }

    private static double loss(float[] scores, int classes) {
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
        ByteBuffer input = ByteBuffer.allocate((int) Tensor.elements(dims) * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        KernelEvidence kernels = Kernels.observe(
                file,
                tuned.artifact().graph(),
                classifier.observation(),
                SPEC,
                Map.of(classifier.ports().input(), Tensor.of(DataType.FLOAT, dims, input.array())));
        assertThat(kernels.integerMacShare()).isEqualTo(1);
    }

    /** Rounding that hurts is what this training is for. */
    @Test
    void trainingWithRoundingRaisesTheArtifactsAccuracy() {
        Trainee trainee = trained(Network.RESNET8, 4, 2);
        double before = tuned(trainee, 1e-9, 1).history().get(0).loss();
        double after = tuned(trainee, 0.01, 4).history().get(3).loss();
        assertThat(after).isLessThan(0.8 * before);
    }

    @Test
    void theSameSeedGivesTheSameArtifact() {
        Trainee trainee = trained(Network.RESNET8, 4, 1);
        byte[] first = OnnxWriter.toBytes(tuned(trainee, 0.01, 1).artifact());
        assertThat(OnnxWriter.toBytes(tuned(trainee, 0.01, 1).artifact())).isEqualTo(first);
    }
}
