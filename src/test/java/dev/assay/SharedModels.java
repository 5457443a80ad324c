package dev.assay;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.data.DataSpec;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The real models and images beside the project; tests that need them are skipped, visibly, where they are not. */
public final class SharedModels {
    public static final Path DATA = Path.of("../shared/data");

    private SharedModels() {}

    /** A public model, as {@code models.tsv} describes it. */
    public record Entry(
            Path path,
            String dataset,
            Preprocessing preprocessing,
            String accuracy,
            String trigger,
            String target,
            String attackSuccess) {
        @Override
        public String toString() {
            return path.getFileName().toString();
        }
    }

    /** Skips the calling test where the shared folder is missing. */
    public static void assumeThere() {
        assumeTrue(Files.isDirectory(DATA), "needs ../shared/data");
    }

    /** Every model of {@code data/models}. */
    public static List<Entry> published() {
        try (Stream<String> lines = Files.lines(DATA.resolve("models/models.tsv"))) {
            return lines.skip(1)
                    .map(line -> line.split("\t"))
                    .map(SharedModels::entry)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Entry entry(String[] row) {
        Preprocessing preprocessing = Preprocessing.DEFAULT
                .withLayout(row[4].toLowerCase(Locale.ROOT))
                .withRange(row[5].equals("1") ? "0..255" : "0..1")
                .withMean(row[6])
                .withStd(row[7]);
        return new Entry(
                DATA.resolve("models").resolve(row[0]), row[1], preprocessing, row[15], row[13], row[14], row[16]);
    }

    /** The models trained for this project. */
    public static List<Entry> zoo() {
        return Stream.of("cifar10_clean_s0", "cifar10_badnets_s0", "gtsrb_clean_s0", "gtsrb_badnets_s0")
                .map(name -> new Entry(
                        DATA.resolve("zoo").resolve(name + ".onnx"),
                        name.startsWith("cifar10") ? "cifar10" : "gtsrb32",
                        Preprocessing.DEFAULT,
                        "",
                        "",
                        "",
                        ""))
                .toList();
    }

    /** Test images for a data set named as in {@code models.tsv}. */
    public static ImageSet testImages(String dataset) {
        return DataSpec.parse(
                        dataset.startsWith("gtsrb")
                                ? "records:" + DATA + "/gtsrb32/test.bin"
                                : "cifar10:" + DATA + "/cifar10")
                .load();
    }

    /** Training images for a data set named as in {@code models.tsv}. */
    public static ImageSet trainingImages(String dataset) {
        return DataSpec.parse(
                        dataset.startsWith("gtsrb")
                                ? "records:" + DATA + "/gtsrb32/train.bin"
                                : "cifar10-train:" + DATA + "/cifar10")
                .load();
    }

    /** Images as a model takes them. */
    public static ImageSource source(ImageSet images, Preprocessing preprocessing, ClassifierPorts ports) {
        ImageSet fitting = images.resized(ports.height(), ports.width());
        return new ImageSource() {
            @Override
            public int size() {
                return fitting.size();
            }

            @Override
            public void fill(int from, int count, ByteBuffer out) {
                preprocessing.fill(fitting, from, count, out.asFloatBuffer());
            }
        };
    }

    /** Percent of images whose highest score is at their label. */
    public static double accuracyPercent(float[] scores, ImageSet images) {
        int right = 0;
        for (int image = 0; image < images.size(); image++) {
            right += answer(scores, image, images.size()) == images.label(image) ? 1 : 0;
        }
        return 100.0 * right / images.size();
    }

    /** Percent of images of other classes whose highest score is at the target. */
    public static double attackSuccessPercent(float[] scores, ImageSet images, int target) {
        int others = 0;
        int led = 0;
        for (int image = 0; image < images.size(); image++) {
            if (images.label(image) != target) {
                others++;
                led += answer(scores, image, images.size()) == target ? 1 : 0;
            }
        }
        return 100.0 * led / others;
    }

    /** Percent of images that get the same answer from both. */
    public static double agreementPercent(float[] scores, float[] others, int images) {
        int same = 0;
        for (int image = 0; image < images; image++) {
            same += answer(scores, image, images) == answer(others, image, images) ? 1 : 0;
        }
        return 100.0 * same / images;
    }

    private static int answer(float[] scores, int image, int images) {
        int classes = scores.length / images;
        int best = 0;
        for (int c = 1; c < classes; c++) {
            best = scores[image * classes + c] > scores[image * classes + best] ? c : best;
        }
        return best;
    }
}
