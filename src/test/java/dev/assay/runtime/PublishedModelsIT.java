package dev.assay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.SharedModels;
import dev.assay.data.ImageSet;
import dev.assay.onnx.OnnxReader;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The published models of the shared folder have the accuracy that their description says. */
class PublishedModelsIT {
    static Stream<SharedModels.Entry> models() {
        return Files.isDirectory(SharedModels.DATA) ? SharedModels.published().stream() : Stream.empty();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("models")
    void accuracyIsAsPublished(SharedModels.Entry entry) {
        assumeTrue(!entry.accuracy().equals("-"), "no images of its task are here");
        ImageClassifier model = ImageClassifier.of(
                OnnxReader.read(entry.path()), entry.toString(), new ImageClassifier.Hints(null, null, null));
        ImageSet images = SharedModels.testImages(entry.dataset());
        try (Classifier classifier = Classifier.open(entry.path(), model, SessionSpec.cpu(2))) {
            float[] scores = classifier.scores(SharedModels.source(images, entry.preprocessing(), model.ports()));
            double accuracy = SharedModels.accuracyPercent(scores, images);
            assertThat(accuracy).isCloseTo(Double.parseDouble(entry.accuracy()), within(0.1));
        }
    }
}
