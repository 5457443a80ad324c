package dev.assay.report;

import static dev.assay.report.DataTable.column;
import static j2html.TagCreator.details;
import static j2html.TagCreator.each;
import static j2html.TagCreator.p;
import static j2html.TagCreator.summary;

import dev.assay.defense.SpectralSignaturesEvidence;
import dev.assay.defense.SpectralSignaturesEvidence.ClassSpectrum;
import dev.assay.defense.SpectralSignaturesEvidence.SpectralClass;
import j2html.tags.DomContent;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Spectral Signatures: spectrum and scores of the most suspicious labels, and the figures of all. */
final class SpectralSignaturesView implements EvidenceView<SpectralSignaturesEvidence> {
    @Override
    public Class<SpectralSignaturesEvidence> kind() {
        return SpectralSignaturesEvidence.class;
    }

    @Override
    public DomContent draw(SpectralSignaturesEvidence evidence, Judged judged) {
        return each(
                FeatureNote.draw(evidence.features(), judged.names()),
                each(
                        evidence.spectra(),
                        it -> each(
                                spectrum(it, judged).render(caption("spectrum-chart", it, judged)),
                                scores(it, judged).render(caption("spectral-scores", it, judged)),
                                removal(it))),
                classes(evidence, judged));
    }

    private static Chart spectrum(ClassSpectrum spectrum, Judged judged) {
        return new Chart(
                Chart.Kind.HISTOGRAM,
                "Spectrum of the images labelled %s on %s"
                        .formatted(judged.names().of(spectrum.targetClass()), judged.deployment()),
                "Singular value, largest first",
                "share of the squares' sum",
                IntStream.rangeClosed(1, spectrum.shares().size())
                        .mapToObj(String::valueOf)
                        .toList(),
                List.of(
                        new Chart.Series("most by chance", spectrum.nullShares()),
                        new Chart.Series("judged", spectrum.shares())),
                null);
    }

    private static String caption(String key, ClassSpectrum spectrum, Judged judged) {
        return "Images labelled %s. %s".formatted(judged.names().of(spectrum.targetClass()), Explanations.of(key));
    }

    private static Chart scores(ClassSpectrum spectrum, Judged judged) {
        List<Double> own = distances(spectrum.judgedScores());
        List<Double> clean = distances(spectrum.cleanScores());
        Histogram bins = Histogram.over(
                0,
                Stream.concat(own.stream(), clean.stream())
                        .filter(Double::isFinite)
                        .reduce(1.0, Math::max));
        return new Chart(
                Chart.Kind.HISTOGRAM,
                "Images labelled %s along their top direction on %s"
                        .formatted(judged.names().of(spectrum.targetClass()), judged.deployment()),
                "Standard deviations of clean images, from",
                "share of images",
                bins.labels(),
                List.of(new Chart.Series("clean", bins.shares(clean)), new Chart.Series("judged", bins.shares(own))),
                null);
    }

    private static List<Double> distances(List<Double> scores) {
        return scores.stream().map(Math::sqrt).toList();
    }

    private static @Nullable DomContent removal(ClassSpectrum spectrum) {
        return spectrum.removal().isEmpty()
                ? null
                : details(
                        summary("%d training images to look at first"
                                .formatted(spectrum.removal().size())),
                        p(Explanations.of("removal")),
                        p(spectrum.removal().stream().map(String::valueOf).collect(Collectors.joining(", "))));
    }

    private static DomContent classes(SpectralSignaturesEvidence evidence, Judged judged) {
        return new DataTable<SpectralClass>(
                        "Spectrum of each label on " + judged.deployment(),
                        List.of(
                                column("Label", it -> Cell.of(judged.names().of(it.targetClass()))),
                                column("Judged", "judged-images", it -> Cell.number(it.judged())),
                                column("Clean", "clean-images", it -> Cell.number(it.clean())),
                                column("Separation", "separation", it -> Cell.tenths(it.separation())),
                                column("By chance", "null-separation", it -> Cell.tenths(it.nullSeparation())),
                                column(
                                        "Same second answer",
                                        "second-answers",
                                        it -> FeatureNote.sharing(it.secondAnswers())),
                                column("Top share", "top-share", it -> Cell.percent(it.topShare())),
                                column("Share by chance", "null-share", it -> Cell.percent(it.nullShare())),
                                column("Higher than clean", "auc", it -> Cell.percent(it.auc())),
                                column("p", "kolmogorov-smirnov", it -> Cell.number(it.pValue()))))
                .render(evidence.classes());
    }
}
