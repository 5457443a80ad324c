package dev.assay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.assay.NetBuilder;
import dev.assay.RandomImages;
import dev.assay.onnx.OnnxReader;
import dev.assay.onnx.OnnxWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LanesTest {
    private static final SessionSpec TWO_THREADS = SessionSpec.cpu(2);

    private final Path file;
    private final ImageClassifier model;

    LanesTest(@TempDir Path folder) {
        file = folder.resolve("net.onnx");
        NetBuilder net = NetBuilder.onImages();
        net.head(net.op("relu", "Relu", net.conv("conv", NetBuilder.IMAGES, 3, 8)), 8);
        OnnxWriter.write(net.build(), file);
        model = ImageClassifier.of(OnnxReader.read(file), "net", ImageClassifier.Hints.NONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 128, 129, 300})
    void scoresAreThoseOfOneLane(int images) {
        SessionSpec lanes = Lanes.of(file, model, TWO_THREADS, RandomImages.of(70));

        assertThat(lanes.lanes()).isEqualTo(2);
        assertThat(scores(lanes, RandomImages.of(images))).isEqualTo(scores(TWO_THREADS, RandomImages.of(images)));
    }

    @Test
    void batchesAreHandedOnInTheImagesOrder() {
        List<Integer> firsts = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        try (Classifier classifier = Classifier.open(file, model, TWO_THREADS.withLanes(2))) {
            Observed logits = model.observation().of(model.ports().output()).orElseThrow();
            classifier.run(RandomImages.of(11), Map.of(model.ports().output(), logits), 3, (from, count, outputs) -> {
                firsts.add(from);
                counts.add(count);
            });
        }

        assertThat(firsts).containsExactly(0, 3, 6, 9);
        assertThat(counts).containsExactly(3, 3, 3, 2);
    }

    /** In batches of 64 the first of two lanes would get three, the second two. */
    @ParameterizedTest
    @CsvSource({"272, 46 46 46 46 46 42", "128, 64 64", "40, 20 20", "1, 1"})
    void evenBatchesLeaveNoLaneWithARest(int images, String batches) {
        ImageSource source = RandomImages.of(images);
        List<Integer> counts = Collections.synchronizedList(new ArrayList<>());
        try (Classifier classifier = Classifier.open(file, model, TWO_THREADS.withLanes(2))) {
            float[] scores = classifier.scoresOfEvenBatches(new ImageSource() {
                @Override
                public int size() {
                    return images;
                }

                @Override
                public void fill(int from, int count, ByteBuffer out) {
                    counts.add(count);
                    source.fill(from, count, out);
                }
            });
            assertThat(scores).containsExactly(classifier.scores(source), within(1e-5f));
        }
        assertThat(counts)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(batches.split(" ")).map(Integer::valueOf).toList());
    }

    @Test
    void oneThreadIsOneLane() {
        SessionSpec one = SessionSpec.cpu(1);

        assertThat(Lanes.of(file, model, one, RandomImages.of(2))).isEqualTo(one);
        assertThatThrownBy(() -> one.withLanes(2)).hasMessageContaining("lanes must be 1 to 1, got 2");
    }

    @Test
    void failureOfALaneReachesTheCaller() {
        ImageSource broken = new ImageSource() {
            @Override
            public int size() {
                return 200;
            }

            @Override
            public void fill(int from, int count, ByteBuffer out) {
                throw new IllegalStateException("no image " + from);
            }
        };

        assertThatThrownBy(() -> scores(TWO_THREADS.withLanes(2), broken))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("no image");
    }

    private float[] scores(SessionSpec spec, ImageSource images) {
        try (Classifier classifier = Classifier.open(file, model, spec)) {
            return classifier.scores(images);
        }
    }
}
