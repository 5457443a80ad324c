package dev.assay.train;

import static dev.assay.train.TrainingGraphTest.trainee;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.assay.InvalidDataException;
import dev.assay.InvalidModelException;
import dev.assay.NetBuilder;
import dev.assay.attack.Attack;
import dev.assay.attack.Attacks;
import dev.assay.attack.Poisoned;
import dev.assay.data.ImageSet;
import dev.assay.ir.Model;
import dev.assay.ir.Tensor;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.SessionSpec;
import dev.assay.train.net.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainerTest {
    private static final ImageSet IMAGES = ToyImages.of(192, 1);
    private static final TrainingSet CLEAN = TrainingSet.clean(IMAGES);
    private static final ImageSet OTHERS = ToyImages.of(100, 2);
    private static final SessionSpec SPEC = SessionSpec.cpu(1);

    @TempDir
    private Path folder;

    private static TrainingConfig config(TrainingConfig.Method method, int epochs) {
        double rate = method == TrainingConfig.Method.SGD ? 0.1 : 0.02;
        return new TrainingConfig(
                method, rate, 0.9, 5e-4, 0.05, Schedule.ONE_CYCLE, epochs, 32, new Augmentation(1, false, 0.1), 7);
    }

    private static Trainer.Trained train(ImageClassifier classifier, TrainingConfig config) {
        return Trainer.train(trainee(classifier), CLEAN, config, SPEC, null, TrainingListener.NONE);
    }

    private static double accuracy(Model model, ImageClassifier classifier) {
        return Accuracy.of(OnnxWriter.toBytes(model), classifier, OTHERS, SPEC, "test")
                .labelled();
    }

    @ParameterizedTest
    @EnumSource(TrainingConfig.Method.class)
    void aTinyNetLearns(TrainingConfig.Method method) {
        ImageClassifier classifier = TrainingGraphTest.classifier(Network.RESNET8, 4);
        assertThat(accuracy(classifier.model(), classifier)).isLessThan(0.6);

        Trainer.Trained trained = train(classifier, config(method, 10));

        assertThat(accuracy(trained.model(), classifier)).isGreaterThanOrEqualTo(0.95);
        assertThat(trained.history().get(9).loss())
                .isLessThan(trained.history().get(0).loss() / 2);
    }

    @Test
    void aTinyTransformerLearns() {
        ImageClassifier classifier = TrainingGraphTest.classifier(Network.VIT, 16);
        TrainingConfig config = new TrainingConfig(
                TrainingConfig.Method.ADAMW, 0.01, 0, 5e-4, 0.05, Schedule.ONE_CYCLE, 8, 32, Augmentation.NONE, 7);
        Trainer.Trained trained = Trainer.train(
                trainee(classifier),
                TrainingSet.clean(ToyImages.of(960, 1)),
                config,
                SPEC,
                null,
                TrainingListener.NONE);
        assertThat(accuracy(trained.model(), classifier)).isGreaterThanOrEqualTo(0.95);
    }

    /** Crops would move the trigger off its place, were it put on before them. */
    @Test
    void aPlantedBackdoorIsLearntWhereItsTriggerIsPut() {
        Attack attack = Attacks.parse("badnets:target=1,rate=0.2");
        ImageSet images = ToyImages.of(768, 1);
        Poisoned poisoned = attack.poison(images, 7);
        TrainingSet set = new TrainingSet(
                images.relabelled(poisoned.images().labels(), List.of()),
                Set.copyOf(poisoned.poisoned()),
                attack::stamp);
        ImageClassifier classifier = TrainingGraphTest.classifier(Network.RESNET8, 4);
        TrainingConfig config = config(TrainingConfig.Method.SGD, 8);

        Model trained = Trainer.train(trainee(classifier), set, config, SPEC, null, TrainingListener.NONE)
                .model();

        assertThat(accuracy(trained, classifier)).isGreaterThanOrEqualTo(0.9);
        assertThat(success(trained, classifier, attack.stamp(OTHERS))).isGreaterThanOrEqualTo(0.95);
        assertThat(success(trained, classifier, OTHERS)).isLessThan(0.1);
    }

    private static double success(Model model, ImageClassifier classifier, ImageSet images) {
        return Accuracy.of(OnnxWriter.toBytes(model), classifier, images, SPEC, "test")
                .ledTo(1);
    }

    @Test
    void theSameSeedGivesTheSameBytesAndAnotherSeedOthers() {
        ImageClassifier classifier = TrainingGraphTest.classifier(Network.RESNET8, 4);
        TrainingConfig config = config(TrainingConfig.Method.SGD, 2);
        byte[] first = OnnxWriter.toBytes(train(classifier, config).model());
        byte[] second = OnnxWriter.toBytes(train(classifier, config).model());
        assertThat(second).isEqualTo(first);
        TrainingConfig other = new TrainingConfig(
                config.method(), 0.05, 0.9, 5e-4, 0.05, config.schedule(), 2, 32, config.augmentation(), 8);
        assertThat(OnnxWriter.toBytes(train(classifier, other).model())).isNotEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource(TrainingConfig.Method.class)
    void anInterruptedTrainingEndsInTheSameBytes(TrainingConfig.Method method) {
        ImageClassifier classifier = TrainingGraphTest.classifier(Network.RESNET8, 4);
        TrainingConfig config = config(method, 3);
        Trainer.Trained whole = train(classifier, config);

        Path file = folder.resolve("run.checkpoint");
        Trainer.Keeping start = new Trainer.Keeping(file, false);
        assertThatThrownBy(() -> Trainer.train(trainee(classifier), CLEAN, config, SPEC, start, new Interrupting(2)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(file).isRegularFile();
        List<Epoch> rest = new ArrayList<>();
        Trainer.Trained resumed = Trainer.train(
                trainee(classifier), CLEAN, config, SPEC, new Trainer.Keeping(file, true), new Noting(rest));

        assertThat(rest).extracting(Epoch::number).containsExactly(2);
        assertThat(OnnxWriter.toBytes(resumed.model())).isEqualTo(OnnxWriter.toBytes(whole.model()));
        assertThat(resumed.history())
                .extracting(Epoch::loss)
                .containsExactlyElementsOf(
                        whole.history().stream().map(Epoch::loss).toList());
    }

    @Test
    void checkpointsOfOtherTrainingsAndDamagedOnesAreRefused() throws IOException {
        ImageClassifier classifier = TrainingGraphTest.classifier(Network.RESNET8, 4);
        Path file = folder.resolve("run.checkpoint");
        TrainingConfig config = config(TrainingConfig.Method.SGD, 1);
        Trainer.train(
                trainee(classifier), CLEAN, config, SPEC, new Trainer.Keeping(file, false), TrainingListener.NONE);
        Trainer.Keeping resume = new Trainer.Keeping(file, true);

        assertThatThrownBy(() -> Trainer.train(
                        trainee(classifier), TrainingSet.clean(OTHERS), config, SPEC, resume, TrainingListener.NONE))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("other data, settings or threads");

        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> Trainer.train(trainee(classifier), CLEAN, config, SPEC, resume, TrainingListener.NONE))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void aLossThatLeavesTheFiniteNumbersEndsTheTraining() {
        ImageClassifier classifier = TrainingGraphTest.classifier(Network.VIT, 16);
        TrainingConfig hot = new TrainingConfig(
                TrainingConfig.Method.SGD, 1e12, 0.9, 0, 0, Schedule.CONSTANT, 2, 32, Augmentation.NONE, 7);
        assertThatThrownBy(() -> train(classifier, hot))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("expected a finite loss, got NaN; lower --lr");
    }

    /** One step of a normalization right behind the images: its statistics are those of the pixels. */
    @Test
    void runningStatisticsMoveATenthTowardsThoseOfTheBatch() {
        NetBuilder net = NetBuilder.onImages();
        net.constant("scale", Tensor.ofFloats(new long[] {3}, 1, 1, 1));
        net.constant("shift", Tensor.ofFloats(new long[] {3}, 0, 0, 0));
        net.constant("mean", Tensor.ofFloats(new long[] {3}, 0, 1, 2));
        net.constant("variance", Tensor.ofFloats(new long[] {3}, 1, 2, 3));
        String normalized = net.op("bn", "BatchNormalization", NetBuilder.IMAGES, "scale", "shift", "mean", "variance");
        net.head(net.conv("conv", normalized, 3, 8), 8);
        ImageClassifier classifier = ImageClassifier.of(net.build(), "test", ImageClassifier.Hints.NONE);
        ImageSet batch = IMAGES.slice(0, 32);
        TrainingConfig config = new TrainingConfig(
                TrainingConfig.Method.SGD, 0.01, 0, 0, 0, Schedule.CONSTANT, 1, 32, Augmentation.NONE, 7);
        Model trained = Trainer.train(
                        trainee(classifier), TrainingSet.clean(batch), config, SPEC, null, TrainingListener.NONE)
                .model();
        float[] mean = constant(trained, "mean");
        float[] variance = constant(trained, "variance");
        for (int channel = 0; channel < 3; channel++) {
            double center = moment(batch, channel, 0, 1);
            int n = 32 * ToyImages.SIDE * ToyImages.SIDE;
            double sample = moment(batch, channel, center, 2) * n / (n - 1);
            assertThat(mean[channel]).isCloseTo((float) (0.9 * channel + 0.1 * center), within(1e-5f));
            assertThat(variance[channel]).isCloseTo((float) (0.9 * (channel + 1) + 0.1 * sample), within(1e-5f));
        }
    }

    private static float[] constant(Model model, String name) {
        return Objects.requireNonNull(model.graph().initializers().get(name)).floats();
    }

    private static double moment(ImageSet images, int channel, double center, int power) {
        int plane = images.height() * images.width();
        double sum = 0;
        for (int i = 0; i < images.size(); i++) {
            for (int pixel = 0; pixel < plane; pixel++) {
                double value = (images.image(i).get(channel * plane + pixel) & 0xFF) / 255.0;
                sum += Math.pow(value - center, power) / ((double) images.size() * plane);
            }
        }
        return sum;
    }

    /** Fails after some epochs, their checkpoint being written. */
    private record Interrupting(int epochs) implements TrainingListener {
        @Override
        public void stepped(int epoch, int step, int steps, double loss, double accuracy) {}

        @Override
        public void epochEnded(Epoch epoch) {
            if (epoch.number() + 1 == epochs) {
                throw new IllegalStateException("interrupted");
            }
        }
    }

    private record Noting(List<Epoch> epochs) implements TrainingListener {
        @Override
        public void stepped(int epoch, int step, int steps, double loss, double accuracy) {}

        @Override
        public void epochEnded(Epoch epoch) {
            epochs.add(epoch);
        }
    }
}
