package dev.assay.defense;

import dev.assay.math.Spectrum;
import dev.assay.math.Vectors;
import dev.assay.runtime.FeatureReader;
import dev.assay.runtime.Features;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Penultimate features of the images with one label, of those that the model answers with it: what it did not learn is no
 * backdoor of its.
 *
 * @param label a class of the model
 * @param judged for each image its features
 * @param stamped how many of the judged images, the last ones, Assay stamped
 * @param clean for each image that is known to be clean its features
 * @param answeredOtherwise images with the label that are left out for their answer
 */
record ClassFeatures(int label, List<double[]> judged, int stamped, List<double[]> clean, int answeredOtherwise) {
    ClassFeatures {
        judged = List.copyOf(judged);
        clean = List.copyOf(clean);
    }

    /** Reads the features of a label's images. */
    static ClassFeatures of(JudgedClass images, Suspect suspect, FeatureReader reader) {
        int label = images.label();
        Features plain = reader.read(suspect.source(images.plain()));
        Features stamped = reader.read(suspect.source(images.stamped()));
        List<Integer> keptStamped = answered(stamped, label);
        List<double[]> judged = new ArrayList<>(chosen(plain.values(), answered(plain, label)));
        judged.addAll(chosen(stamped.values(), keptStamped));
        Features clean = reader.read(suspect.source(images.clean()));
        return new ClassFeatures(
                label,
                judged,
                keptStamped.size(),
                chosen(clean.values(), answered(clean, label)),
                plain.values().size() + stamped.values().size() - judged.size());
    }

    private static List<Integer> answered(Features features, int label) {
        return IntStream.range(0, features.values().size())
                .filter(image -> features.scores().answer(image) == label)
                .boxed()
                .toList();
    }

    private static List<double[]> chosen(List<double[]> all, List<Integer> images) {
        return images.stream().map(all::get).toList();
    }

    /**
     * The same images in coordinates of what they span, which keep all distances and angles: fewer numbers where there are
     * more features than images.
     */
    ClassFeatures inOwnSpan() {
        List<double[]> all = together();
        if (all.get(0).length <= all.size()) {
            return this;
        }
        List<double[]> coordinates =
                Spectrum.of(Vectors.minus(all, Vectors.mean(all))).coordinates(all.size());
        return new ClassFeatures(
                label,
                coordinates.subList(0, judged.size()),
                stamped,
                coordinates.subList(judged.size(), all.size()),
                answeredOtherwise);
    }

    /** Judged images, then clean ones. */
    List<double[]> together() {
        List<double[]> all = new ArrayList<>(judged);
        all.addAll(clean);
        return all;
    }
}
