package dev.assay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.SharedModels;
import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import dev.assay.onnx.OnnxReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The published models of the shared folder have the accuracy and the attack success that their description says. */
class PublishedModelsIT {
    private static final String WHITE = "[255, 255, 255]";
    private static final int SIDE = 32;

    /** What triggers are in a trigger's file, but for the target: as the models' README describes them. */
    private static final Map<String, String> TRIGGERS = Map.ofEntries(
            Map.entry("white5x5", patches(patch("[27, 31]", "[27, 31]", WHITE))),
            Map.entry("yellow3x3", patches(patch("[16, 18]", "[16, 18]", "[255, 255, 0]"))),
            Map.entry("dots9", patches(dots(25, 27, 29))),
            Map.entry(
                    "grid3x3",
                    "\"image\": \"%s\", \"row\": 29, \"column\": 29"
                            .formatted(SharedModels.DATA
                                    .resolve("triggers/grid_3x3.png")
                                    .toAbsolutePath())));

    private static String patches(String... patches) {
        return "\"patches\": [" + String.join(", ", patches) + "]";
    }

    private static String patch(String rows, String columns, String color) {
        return "{\"rows\": %s, \"columns\": %s, \"color\": %s}".formatted(rows, columns, color);
    }

    /** A white dot in each of the rows and columns. */
    private static String dots(Integer... places) {
        return Stream.of(places)
                .flatMap(row -> Stream.of(places)
                        .map(column -> patch(
                                List.of(row, row).toString(),
                                List.of(column, column).toString(),
                                WHITE)))
                .collect(Collectors.joining(", "));
    }

    static Stream<SharedModels.Entry> models() {
        return Files.isDirectory(SharedModels.DATA) ? SharedModels.published().stream() : Stream.empty();
    }

    static Stream<SharedModels.Entry> attacked() {
        return models().filter(entry -> !entry.trigger().equals("-"));
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("models")
    void accuracyIsAsPublished(SharedModels.Entry entry) {
        assumeTrue(!entry.accuracy().equals("-"), "no images of its task are here");
        ImageClassifier model = classifier(entry);
        ImageSet images = SharedModels.testImages(entry.dataset());
        try (Classifier classifier = Classifier.open(entry.path(), model, SessionSpec.cpu(2))) {
            float[] scores = classifier.scores(SharedModels.source(images, entry.preprocessing(), model.ports()));
            double accuracy = SharedModels.accuracyPercent(scores, images);
            assertThat(accuracy).isCloseTo(Double.parseDouble(entry.accuracy()), within(0.1));
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("attacked")
    void attackSuccessIsAsPublished(SharedModels.Entry entry, @TempDir Path folder) throws IOException {
        int target = Integer.parseInt(entry.target());
        Path file = Files.writeString(
                folder.resolve("trigger.json"),
                "{\"target\": %d, %s}".formatted(target, Objects.requireNonNull(TRIGGERS.get(entry.trigger()))));
        Trigger trigger = Trigger.read(file, SIDE, SIDE);
        ImageClassifier model = classifier(entry);
        ImageSet images = SharedModels.testImages(entry.dataset());
        try (Classifier classifier = Classifier.open(entry.path(), model, SessionSpec.cpu(2))) {
            float[] scores = classifier.scores(
                    ImageSource.of(images, entry.preprocessing(), model.ports().type(), trigger));
            double success = SharedModels.attackSuccessPercent(scores, images, target);
            assertThat(success).isCloseTo(Double.parseDouble(entry.attackSuccess()), within(0.1));
        }
    }

    private static ImageClassifier classifier(SharedModels.Entry entry) {
        return ImageClassifier.of(OnnxReader.read(entry.path()), entry.toString(), ImageClassifier.Hints.NONE);
    }
}
