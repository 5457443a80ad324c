package dev.assay.defense;

import dev.assay.math.Spectrum;
import dev.assay.math.Vectors;
import dev.assay.runtime.FeatureReader;
import dev.assay.runtime.Features;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Penultimate features of the images with one label, of those that the model answers with it: what it did not learn is no
 * backdoor of its.
 *
 * @param label a class of the model
 * @param judged for each image its features
 * @param judgedSeconds for each judged image the class it would be answered with if not for the label
 * @param numbers of the judged images in the training data; empty where they do not come from there
 * @param stamped how many of the judged images, the last ones, Assay stamped
 * @param clean for each image that is known to be clean its features
 * @param cleanSeconds for each clean image likewise
 * @param answeredOtherwise images with the label that are left out for their answer
 */
record ClassFeatures(
        int label,
        List<double[]> judged,
        List<Integer> judgedSeconds,
        List<Integer> numbers,
        int stamped,
        List<double[]> clean,
        List<Integer> cleanSeconds,
        int answeredOtherwise) {
    ClassFeatures {
        judged = List.copyOf(judged);
        judgedSeconds = List.copyOf(judgedSeconds);
        numbers = List.copyOf(numbers);
        clean = List.copyOf(clean);
        cleanSeconds = List.copyOf(cleanSeconds);
    }

    /** Reads the features of a label's images. */
    static ClassFeatures of(JudgedClass images, Suspect suspect, FeatureReader reader) {
        int label = images.label();
        int plain = images.plain().size();
        int judged = plain + images.toStamp().size();
        int all = judged + images.clean().size();
        Features features = reader.read(suspect.source(List.of(images.plain(), images.stamped(), images.clean())));
        List<Integer> keptPlain = answered(features, 0, plain, label);
        List<Integer> keptJudged = answered(features, 0, judged, label);
        List<Integer> keptClean = answered(features, judged, all, label);
        return new ClassFeatures(
                label,
                chosen(features.values(), keptJudged),
                seconds(features, keptJudged),
                images.numbers().isEmpty() ? List.of() : chosen(images.numbers(), keptPlain),
                keptJudged.size() - keptPlain.size(),
                chosen(features.values(), keptClean),
                seconds(features, keptClean),
                judged - keptJudged.size());
    }

    private static List<Integer> answered(Features features, int from, int to, int label) {
        return IntStream.range(from, to)
                .filter(image -> features.scores().answer(image) == label)
                .boxed()
                .toList();
    }

    private static List<Integer> seconds(Features features, List<Integer> images) {
        return images.stream().map(features.scores()::secondAnswer).toList();
    }

    private static <T> List<T> chosen(List<T> all, List<Integer> images) {
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
                judgedSeconds,
                numbers,
                stamped,
                coordinates.subList(judged.size(), all.size()),
                cleanSeconds,
                answeredOtherwise);
    }

    /** Judged images, then clean ones. */
    List<double[]> together() {
        return joined(judged, clean);
    }

    /** Compares the second answers of some judged images with those of the clean ones. */
    SecondAnswers secondAnswers(IntPredicate isSuspicious) {
        return SecondAnswers.of(
                IntStream.range(0, judged.size())
                        .filter(isSuspicious)
                        .mapToObj(judgedSeconds::get)
                        .toList(),
                cleanSeconds);
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
