package dev.assay.report;

import static j2html.TagCreator.code;
import static j2html.TagCreator.each;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.li;
import static j2html.TagCreator.p;
import static j2html.TagCreator.text;
import static j2html.TagCreator.ul;

import dev.assay.defense.FinePruningEvidence;
import dev.assay.defense.FinePruningEvidence.Point;
import dev.assay.defense.FinePruningEvidence.PrunedTrigger;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Fine-Pruning: accuracy and success of each trigger as channels are pruned, and where accuracy gives out. */
final class FinePruningView implements EvidenceView<FinePruningEvidence> {
    @Override
    public Class<FinePruningEvidence> kind() {
        return FinePruningEvidence.class;
    }

    @Override
    public DomContent draw(FinePruningEvidence evidence, Judged judged) {
        return each(
                p(
                        text("Pruned: the channels of "),
                        each(evidence.layers(), (i, layer) -> each(text(i == 0 ? "" : ", "), code(layer))),
                        text(", ranked on %s clean images; measured on %s others."
                                .formatted(
                                        Figures.count(evidence.rankingImages()),
                                        Figures.count(evidence.heldOutImages())))),
                iff(!evidence.bitIdentical(), p(Explanations.of("ranking-differs"))),
                iff(
                        !evidence.obstacles().isEmpty(),
                        each(
                                p("Passed over, for their channels cannot be silenced:"),
                                ul(each(evidence.obstacles(), it -> li(it))).withClass("notes"))),
                iff(evidence.curve().size() > 1, curve(evidence, judged).render(Explanations.of("pruning-chart"))));
    }

    private static Chart curve(FinePruningEvidence evidence, Judged judged) {
        List<Point> curve = evidence.curve();
        List<Chart.Series> series = new ArrayList<>();
        series.add(new Chart.Series(
                "accuracy", curve.stream().map(point -> 100 * point.accuracy()).toList()));
        for (int i = 0; i < evidence.triggers().size(); i++) {
            int index = i;
            series.add(new Chart.Series(
                    name(evidence.triggers().get(i), judged.names()),
                    curve.stream()
                            .map(point -> 100 * point.success().get(index))
                            .toList()));
        }
        Map<Integer, List<Double>> recalls = new TreeMap<>();
        for (int i = 0; i < evidence.triggers().size(); i++) {
            int index = i;
            recalls.put(
                    evidence.triggers().get(i).targetClass(),
                    curve.stream().map(point -> 100 * point.recall().get(index)).toList());
        }
        recalls.forEach((label, values) ->
                series.add(new Chart.Series("recall of " + judged.names().of(label), values)));
        return new Chart(
                Chart.Kind.CURVES,
                "Accuracy and success of triggers without the least active channels on " + judged.deployment(),
                "Channels pruned of %d".formatted(evidence.channels()),
                "share of images in %",
                curve.stream().map(point -> String.valueOf(point.pruned())).toList(),
                series,
                new Chart.Marker("tolerance", lastWithin(evidence)));
    }

    private static int lastWithin(FinePruningEvidence evidence) {
        double lowest = evidence.curve().get(0).accuracy() - evidence.tolerance();
        return (int) evidence.curve().stream()
                        .takeWhile(point -> point.accuracy() >= lowest)
                        .count()
                - 1;
    }

    private static String name(PrunedTrigger trigger, ClassNames names) {
        return "%s trigger to %s, norm %s"
                .formatted(
                        trigger.known() ? "known" : "inverted",
                        names.of(trigger.targetClass()),
                        Figures.tenths(trigger.norm()));
    }
}
