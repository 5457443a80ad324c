package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.SharedModels;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.onnx.OnnxReader;
import dev.assay.onnx.OnnxWriter;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Quantizer;
import dev.assay.quant.Scheme;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.SessionSpec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Activation Clustering and Spectral Signatures on the zoo's models, with training images poisoned as they were. */
class FeatureDefensesIT {
    private static final List<Defense> DEFENSES = List.of(
            new ActivationClustering(ActivationClustering.Config.DEFAULTS),
            new SpectralSignatures(SpectralSignatures.Config.DEFAULTS));
    private static final double POISON_RATE = 0.1;
    private static final Path ZOO = SharedModels.DATA.resolve("zoo");

    private final Path folder;

    FeatureDefensesIT(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void sharedModels() {
        SharedModels.assumeThere();
    }

    @ParameterizedTest
    @CsvSource({
        "cifar10, FP32, 1",
        "cifar10, FP32, 2",
        "cifar10, INT8_STATIC, 1",
        "cifar10, INT8_STATIC, 2",
        "cifar10, INT4_KERNEL, 1",
        "gtsrb, FP32, 1",
        "gtsrb, INT8_STATIC, 2",
        "gtsrb, INT4_KERNEL, 1"
    })
    void aPlantedBackdoorIsFound(String data, Scheme scheme, long seed) {
        Suspect suspect = suspect(data, "badnets", scheme, poisoned(data, seed), null, seed);

        assertThat(DEFENSES).allSatisfy(defense -> {
            DefenseResult result = Defenses.inspect(defense, suspect);
            assertThat(result.decision()).as(result.reason()).isEqualTo(Decision.DETECTED);
            assertThat(result.flaggedClasses()).containsExactly(0);
            assertThat(result.score()).isGreaterThan(1.25 * result.threshold());
        });
    }

    @ParameterizedTest
    @CsvSource({
        "cifar10, FP32, 1",
        "cifar10, INT8_STATIC, 2",
        "cifar10, INT4_KERNEL, 1",
        "gtsrb, FP32, 1",
        "gtsrb, INT8_STATIC, 2",
        "gtsrb, INT4_KERNEL, 1"
    })
    void aCleanModelPasses(String data, Scheme scheme, long seed) {
        Suspect suspect = suspect(data, "clean", scheme, poisoned(data, seed), null, seed);

        assertThat(DEFENSES).allSatisfy(defense -> {
            DefenseResult result = Defenses.inspect(defense, suspect);
            assertThat(result.decision()).as(result.reason()).isEqualTo(Decision.NOT_DETECTED);
            assertThat(result.score()).isLessThan(0.8 * result.threshold());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"FP32", "INT8_STATIC"})
    void theKnownTriggerIsSeenOnTheBackdooredModelAlone(Scheme scheme) {
        Suspect badnets = suspect("cifar10", "badnets", scheme, null, trigger("cifar10"), 1);
        Suspect clean = suspect("cifar10", "clean", scheme, null, trigger("cifar10"), 1);

        assertThat(DEFENSES).allSatisfy(defense -> {
            assertThat(Defenses.inspect(defense, badnets).flaggedClasses()).containsExactly(0);
            assertThat(Defenses.inspect(defense, clean).decision()).isEqualTo(Decision.NOT_DETECTED);
        });
    }

    private Suspect suspect(
            String data,
            String kind,
            Scheme scheme,
            @Nullable ImageSet training,
            @Nullable Trigger trigger,
            long seed) {
        ImageSet test = SharedModels.testImages(data);
        ImageClassifier model = classifier(ZOO.resolve(data + "_" + kind + "_s0.onnx"));
        ImageSource calibration = ImageSource.of(
                SharedModels.trainingImages(data).slice(0, 400),
                Preprocessing.DEFAULT,
                model.ports().type());
        Path artifact = folder.resolve(kind + "_" + scheme.id() + ".onnx");
        OnnxWriter.write(
                Quantizer.quantize(model, scheme, QuantConfig.DEFAULTS, calibration, 2)
                        .model(),
                artifact);
        return new Suspect(
                artifact,
                classifier(artifact),
                SessionSpec.cpu(2),
                Preprocessing.DEFAULT,
                test.slice(0, Math.min(7000, test.size())),
                training,
                trigger,
                null,
                List.of(),
                List.of(),
                seed);
    }

    private static ImageClassifier classifier(Path file) {
        return ImageClassifier.of(OnnxReader.read(file), file.toString(), ImageClassifier.Hints.NONE);
    }

    private static Trigger trigger(String data) {
        return Trigger.read(ZOO.resolve(data + "_badnets_s0.json"), 32, 32);
    }

    /** Training images of which a share carries the trigger and its label. */
    private static ImageSet poisoned(String data, long seed) {
        ImageSet all = SharedModels.trainingImages(data);
        ImageSet images = all.slice(0, Math.min(8000, all.size()));
        ImageSet stamped = Stamping.stamped(images, trigger(data));
        SplittableRandom random = new SplittableRandom(seed);
        int bytes = ImageSet.CHANNELS * images.height() * images.width();
        ByteBuffer pixels = ByteBuffer.allocate(images.size() * bytes);
        int[] labels = images.labels();
        int target = trigger(data).target();
        for (int image = 0; image < labels.length; image++) {
            boolean isPoisoned = random.nextDouble() < POISON_RATE;
            pixels.put((isPoisoned ? stamped : images).image(image));
            labels[image] = isPoisoned ? target : labels[image];
        }
        return ImageSet.of(images.height(), images.width(), pixels.array(), labels, images.classNames());
    }
}
