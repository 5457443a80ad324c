package dev.assay.fidelity;

import dev.assay.fidelity.Fidelity.Layer;
import dev.assay.fidelity.LayerMatch.Pair;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.Observed;
import dev.assay.runtime.Optimization;
import dev.assay.runtime.SessionSpec;
import dev.assay.runtime.TappedArtifact;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads values of an artifact and of the reference on the same images, and sums up how they differ.
 *
 * <p>Not thread-safe.
 */
final class NoiseMeasurement {
    /** Images at a time: every layer's elements of both models are in memory together. */
    private static final int BATCH = 16;

    private final ImageClassifier reference;
    private final ImageClassifier artifact;
    private final SessionSpec spec;
    private final ImageSource images;
    private final TappedArtifact tapped;

    /**
     * A measurement on all {@code images}.
     *
     * @param file of the artifact
     * @param spec how the artifact is run; the reference runs on the CPU at optimization level none
     */
    NoiseMeasurement(
            ImageClassifier reference, Path file, ImageClassifier artifact, SessionSpec spec, ImageSource images) {
        this.reference = reference;
        this.artifact = artifact;
        this.spec = spec;
        this.images = images;
        this.tapped = new TappedArtifact(file, artifact, spec);
    }

    /** The pairs that can be tapped together while the artifact executes the same operators, earlier ones preferred. */
    List<Pair> harmless(List<Pair> pairs) {
        if (keepsOperators(pairs)) {
            return pairs;
        }
        List<Pair> kept = new ArrayList<>();
        for (Pair pair : pairs) {
            kept.add(pair);
            if (!keepsOperators(kept)) {
                kept.remove(kept.size() - 1);
            }
        }
        return kept;
    }

    private boolean keepsOperators(List<Pair> pairs) {
        return tapped.keepsOperators(taps(pairs));
    }

    /** The layers' noise; empty where reading them changes a score. */
    Optional<List<Layer>> layers(List<Pair> pairs) {
        Set<String> referenceValues = new LinkedHashSet<>();
        pairs.forEach(pair -> referenceValues.add(pair.reference()));
        byte[] observed = TappedArtifact.bytes(reference, referenceValues);
        SessionSpec unoptimized = SessionSpec.cpu(spec.threads()).at(Optimization.NONE);
        try (Classifier model = Classifier.open(observed, "the reference with taps", reference, unoptimized);
                Classifier own = tapped.open();
                Classifier derived = tapped.open(taps(pairs))) {
            Sums sums = new Sums(pairs, own, derived);
            for (int from = 0; from < images.size(); from += BATCH) {
                ImageSource batch = images.slice(from, Math.min(from + BATCH, images.size()));
                model.run(
                        batch,
                        reference.observation().ofAll(referenceValues),
                        (first, count, values) -> sums.add(batch.slice(first, first + count), values));
            }
            return sums.bitIdentical ? Optional.of(sums.layers()) : Optional.empty();
        }
    }

    private static Set<String> taps(List<Pair> pairs) {
        Set<String> taps = new LinkedHashSet<>();
        pairs.forEach(pair -> taps.add(pair.tap().value()));
        return taps;
    }

    /** Adds up signal and noise, and watches that the tapped session stays true to the artifact. */
    private final class Sums {
        private final Map<Pair, Sqnr> sums = new LinkedHashMap<>();
        private final Classifier own;
        private final Classifier derived;
        private final Map<String, Observed> wanted;
        private boolean bitIdentical = true;

        Sums(List<Pair> pairs, Classifier own, Classifier derived) {
            pairs.forEach(pair -> sums.put(pair, new Sqnr()));
            this.own = own;
            this.derived = derived;
            Set<String> read = taps(pairs);
            read.add(artifact.ports().output());
            this.wanted = artifact.observation().ofAll(read);
        }

        /** Runs the artifact on a batch of which the reference's values are given. */
        void add(ImageSource batch, Classifier.Outputs referenceValues) {
            int classes = artifact.ports().classes();
            float[] scores = new float[batch.size() * classes];
            derived.run(batch, wanted, (from, count, values) -> {
                values.get(artifact.ports().output()).asFloatBuffer().get(scores, from * classes, count * classes);
                sums.forEach((pair, sum) -> add(pair, sum, from, count, referenceValues, values));
            });
            bitIdentical &= Arrays.equals(scores, own.scores(batch));
        }

        private void add(
                Pair pair,
                Sqnr sum,
                int from,
                int count,
                Classifier.Outputs referenceValues,
                Classifier.Outputs values) {
            int perImage = (int)
                    reference.observation().of(pair.reference()).orElseThrow().elementsPerImage();
            ByteBuffer expected = referenceValues.get(pair.reference());
            ByteBuffer found = values.get(pair.tap().value());
            for (int i = 0; i < count * perImage; i++) {
                sum.add(
                        expected.getFloat((from * perImage + i) * Float.BYTES),
                        pair.tap().read(found, i));
            }
        }

        List<Layer> layers() {
            return sums.entrySet().stream()
                    .map(entry -> new Layer(
                            entry.getKey().reference(), entry.getValue().decibels()))
                    .toList();
        }
    }
}
