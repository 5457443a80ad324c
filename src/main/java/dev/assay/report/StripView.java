package dev.assay.report;

import static j2html.TagCreator.each;
import static j2html.TagCreator.p;

import dev.assay.defense.StripEvidence;
import j2html.tags.DomContent;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** STRIP: entropy of clean and of judged inputs, with the threshold between them. */
final class StripView implements EvidenceView<StripEvidence> {
    private static final int BINS = 40;

    @Override
    public Class<StripEvidence> kind() {
        return StripEvidence.class;
    }

    @Override
    public DomContent draw(StripEvidence evidence, Judged judged) {
        return each(
                p("Judged: %s. %s of them lie above the threshold; it is set to reject %s of clean inputs."
                        .formatted(
                                evidence.suspects(),
                                Figures.percent(evidence.falseAcceptanceRate()),
                                Figures.percent(evidence.falseRejectionRate()))),
                histogram(evidence, judged.deployment()).render());
    }

    private static Chart histogram(StripEvidence evidence, String deployment) {
        double low = Math.min(0, evidence.entropyThreshold());
        double high = Stream.of(evidence.cleanEntropies(), evidence.suspectEntropies())
                .flatMap(List::stream)
                .mapToDouble(it -> it)
                .filter(Double::isFinite)
                .reduce(Math.max(low + 1e-9, evidence.entropyThreshold()), Math::max);
        double width = (high - low) / BINS;
        return new Chart(
                Chart.Kind.HISTOGRAM,
                "Entropy of clean and judged inputs on " + deployment,
                "Entropy in nats, from",
                "share of inputs",
                IntStream.range(0, BINS)
                        .mapToObj(bin -> String.format(Locale.ROOT, "%.2f", low + bin * width))
                        .toList(),
                List.of(
                        new Chart.Series("clean", shares(evidence.cleanEntropies(), low, width)),
                        new Chart.Series("judged", shares(evidence.suspectEntropies(), low, width))),
                new Chart.Marker("threshold", (evidence.entropyThreshold() - low) / width));
    }

    private static List<Double> shares(List<Double> entropies, double low, double width) {
        double[] shares = new double[BINS];
        for (double entropy : entropies) {
            if (Double.isFinite(entropy)) {
                shares[Math.min(BINS - 1, (int) ((entropy - low) / width))] += 1.0 / entropies.size();
            }
        }
        return DoubleStream.of(shares).boxed().toList();
    }
}
