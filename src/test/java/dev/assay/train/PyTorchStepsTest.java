package dev.assay.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.data.ImageSet;
import dev.assay.ir.Tensor;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.SessionSpec;
import dev.assay.train.net.Network;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ten steps of training go where PyTorch's go: batch statistics, gradients, label smoothing, decay, momentum, schedule. */
class PyTorchStepsTest {
    private static final int STEPS = 10;
    private static final int BATCH = 32;
    private static final ImageSet IMAGES = ToyImages.of(STEPS * BATCH, 1);
    private static final double TOLERANCE = 1e-3;

    @ParameterizedTest
    @CsvSource({"SGD, 0.05", "ADAMW, 0.01"})
    void tenStepsAgree(TrainingConfig.Method method, double rate) throws IOException {
        ImageClassifier start = TrainingGraphTest.classifier(Network.RESNET8, 16);
        TrainingConfig config =
                new TrainingConfig(method, rate, 0.9, 5e-4, 0.05, Schedule.COSINE, 1, BATCH, Augmentation.NONE, 7);
        List<Double> meanLosses = new ArrayList<>();
        Map<String, Tensor> trained = Trainer.train(
                        TrainingGraphTest.trainee(start),
                        TrainingSet.clean(IMAGES),
                        config,
                        SessionSpec.cpu(1),
                        null,
                        meansInto(meanLosses))
                .model()
                .graph()
                .initializers();

        Map<String, Double> expected = expected(method);
        double sum = 0;
        for (int step = 1; step <= STEPS; step++) {
            sum += Objects.requireNonNull(expected.remove("loss " + step));
            assertThat(meanLosses.get(step - 1))
                    .as("mean loss of %d steps", step)
                    .isCloseTo(sum / step, within(TOLERANCE));
        }
        assertThat(expected).hasSizeGreaterThan(40).allSatisfy((name, length) -> assertThat(length(trained, name))
                .as(name)
                .isCloseTo(length, within(TOLERANCE * (1 + length))));
    }

    private static TrainingListener meansInto(List<Double> losses) {
        return new TrainingListener() {
            @Override
            public void started(int epochs) {}

            @Override
            public void stepped(int epoch, int step, int steps, double loss, double accuracy) {
                losses.add(loss);
            }

            @Override
            public void epochEnded(Epoch epoch) {}
        };
    }

    private static double length(Map<String, Tensor> constants, String name) {
        double squares = 0;
        for (float value : Objects.requireNonNull(constants.get(name), name).floats()) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    private static Map<String, Double> expected(TrainingConfig.Method method) throws IOException {
        Map<String, Double> figures = new LinkedHashMap<>();
        try (InputStream file =
                Objects.requireNonNull(PyTorchStepsTest.class.getResourceAsStream("pytorch-steps.tsv"))) {
            new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split("\t"))
                    .filter(cells -> cells[0].equals(method.name()))
                    .forEach(cells -> figures.put(cells[1], Double.valueOf(cells[2])));
        }
        return figures;
    }
}
