package dev.assay.report;

import static j2html.TagCreator.each;
import static j2html.TagCreator.p;

import dev.assay.defense.StripEvidence;
import j2html.tags.DomContent;
import java.util.List;
import java.util.stream.Stream;

/** STRIP: entropy of clean and of judged inputs, with the threshold between them. */
final class StripView implements EvidenceView<StripEvidence> {
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
        Histogram bins = Histogram.over(low, high);
        return new Chart(
                Chart.Kind.HISTOGRAM,
                "Entropy of clean and judged inputs on " + deployment,
                "Entropy in nats, from",
                "share of inputs",
                bins.labels(),
                List.of(
                        new Chart.Series("clean", bins.shares(evidence.cleanEntropies())),
                        new Chart.Series("judged", bins.shares(evidence.suspectEntropies()))),
                new Chart.Marker("threshold", (evidence.entropyThreshold() - low) / bins.width()));
    }
}
