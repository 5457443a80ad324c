package dev.assay.runtime;

import dev.assay.InvalidModelException;
import dev.assay.SessionException;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the penultimate features of a deployment: what the last product before the logits reads, in the session that
 * ships but for one more output.
 *
 * <p>The value is read at the first tap, from the features backwards through moves, quantization and global pooling, with
 * which the same operators run and the scores of a probe batch are bit for bit the artifact's own. Integers are turned
 * into what they stand for. Features of rank 4, {@code [N, C, H, W]}, are averaged over H and W.
 *
 * <p>Where no tap leaves the artifact as it is, or the only product reads the image itself, its {@link Scores#logits}
 * stand in: a linear function of the features that needs no tap.
 *
 * <p>Not thread-safe. Close it to free native memory.
 */
public final class FeatureReader implements AutoCloseable {
    /** Operators that only move, quantize or pool globally, so that the value before them holds the same features. */
    private static final Set<String> TRANSPARENT = Set.of(
            "Identity",
            "Flatten",
            "Reshape",
            "Squeeze",
            "GlobalAveragePool",
            "QuantizeLinear",
            "DequantizeLinear",
            "DynamicQuantizeLinear",
            "com.microsoft.QuantizeLinear",
            "com.microsoft.DequantizeLinear",
            "com.microsoft.QLinearGlobalAveragePool");

    private static final int SPATIAL_RANK = 4;

    private final ImageClassifier artifact;
    private final String place;
    private final @Nullable Tap tap;
    private final Classifier classifier;

    private FeatureReader(ImageClassifier artifact, String place, @Nullable Tap tap, Classifier classifier) {
        this.artifact = artifact;
        this.place = place;
        this.tap = tap;
        this.classifier = classifier;
    }

    /**
     * Opens a deployment; the caller closes it.
     *
     * @param file of the artifact
     * @param artifact as a probe observed it
     * @param spec how it is run
     * @param probe images on which scores are compared, a batch of them
     */
    public static FeatureReader open(Path file, ImageClassifier artifact, SessionSpec spec, ImageSource probe) {
        TappedArtifact tapped = new TappedArtifact(file, artifact, spec);
        ImageSource batch = probe.slice(0, Math.min(Classifier.BATCH, probe.size()));
        float[] expected;
        try (Classifier own = tapped.open()) {
            expected = own.scores(batch);
        }
        for (Tap tap : taps(artifact)) {
            Optional<Classifier> harmless = harmless(tapped, tap, batch, expected);
            if (harmless.isPresent()) {
                return new FeatureReader(artifact, file.toString(), tap, harmless.get());
            }
        }
        return new FeatureReader(artifact, file.toString(), null, tapped.open());
    }

    private static Optional<Classifier> harmless(TappedArtifact tapped, Tap tap, ImageSource batch, float[] expected) {
        List<String> values = List.of(tap.value());
        Classifier classifier = null;
        boolean isHarmless = false;
        try {
            if (tapped.keepsOperators(values)) {
                classifier = tapped.open(values);
                isHarmless = Arrays.equals(classifier.scores(batch), expected);
            }
        } catch (SessionException refused) {
            // What cannot be an output of the artifact is no tap; the next one may be.
            isHarmless = false;
        } finally {
            if (classifier != null && !isHarmless) {
                classifier.close();
            }
        }
        return isHarmless ? Optional.ofNullable(classifier) : Optional.empty();
    }

    /** From the features backwards: at each value what stands for it, then the float value itself. */
    private static Set<Tap> taps(ImageClassifier artifact) {
        Graph graph = artifact.model().graph();
        Taps taps = new Taps(artifact);
        Set<Tap> found = new LinkedHashSet<>();
        Optional<String> value = artifact.ports().features();
        while (value.isPresent()) {
            taps.standingFor(value.get()).ifPresent(found::add);
            if (artifact.observation().of(value.get()).map(Observed::type).orElse(null) == DataType.FLOAT) {
                found.add(Tap.ofFloat(value.get()));
            }
            value = graph.producer(value.get())
                    .filter(FeatureReader::isTransparent)
                    .map(node -> node.input(0));
        }
        found.removeIf(tap -> artifact.observation()
                .of(tap.value())
                .filter(Observed::isImageByImage)
                .isEmpty());
        return found;
    }

    private static boolean isTransparent(Node node) {
        return TRANSPARENT.contains(node.qualifiedOp());
    }

    /** The artifact's value that is read, or its output where the logits stand in. */
    public String value() {
        return tap == null ? artifact.ports().output() : tap.value();
    }

    /** Whether the logits stand in for the features. */
    public boolean readsLogits() {
        return tap == null;
    }

    /** Features of one image. */
    public int size() {
        return tap == null
                ? artifact.ports().classes()
                : Math.toIntExact(observed(tap).elementsPerImage()) / plane(observed(tap));
    }

    private Observed observed(Tap tapped) {
        return artifact.observation().of(tapped.value()).orElseThrow();
    }

    /** Pixels that one feature is the mean of. */
    private static int plane(Observed observed) {
        long[] shape = observed.shapeAt(1);
        return shape.length == SPATIAL_RANK ? Math.toIntExact(shape[2] * shape[3]) : 1;
    }

    /**
     * Features and scores of all images.
     *
     * @throws InvalidModelException if a score or a feature is not finite
     */
    public Features read(ImageSource images) {
        int classes = artifact.ports().classes();
        float[] scores = new float[images.size() * classes];
        double[][] values = new double[images.size()][];
        String output = artifact.ports().output();
        Set<String> wanted = new LinkedHashSet<>(List.of(output, value()));
        classifier.run(images, artifact.observation().ofAll(wanted), (from, count, outputs) -> {
            outputs.get(output).asFloatBuffer().get(scores, from * classes, count * classes);
            for (int image = 0; tap != null && image < count; image++) {
                values[from + image] = features(tap, outputs.get(tap.value()), image);
            }
        });
        Scores checked = Scores.of(scores, artifact.ports(), place);
        if (tap == null) {
            Arrays.setAll(values, checked::logits);
        }
        return new Features(Arrays.asList(values), checked);
    }

    private double[] features(Tap tapped, ByteBuffer elements, int image) {
        double[] features = new double[size()];
        int plane = plane(observed(tapped));
        int perImage = features.length * plane;
        for (int i = 0; i < perImage; i++) {
            features[i / plane] += tapped.read(elements, image * perImage + i) / plane;
        }
        if (!Double.isFinite(Arrays.stream(features).sum())) {
            throw new InvalidModelException(
                    "%s: expected finite features, got others in '%s'".formatted(place, tapped.value()));
        }
        return features;
    }

    @Override
    public void close() {
        classifier.close();
    }
}
