package dev.assay.report;

import static dev.assay.report.DataTable.column;
import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.img;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;
import static j2html.TagCreator.strong;
import static j2html.TagCreator.summary;
import static j2html.TagCreator.text;

import dev.assay.defense.Decision;
import dev.assay.defense.InvertedTrigger;
import dev.assay.defense.NeuralCleanseEvidence;
import dev.assay.defense.NeuralCleanseEvidence.ClassTrigger;
import dev.assay.defense.NeuralCleanseEvidence.FrontierPoint;
import dev.assay.defense.NeuralCleanseEvidence.LevelComparison;
import dev.assay.defense.NeuralCleanseEvidence.Screened;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Neural Cleanse: the inverted triggers, their norms beside each other, and how sure the comparison is. */
final class NeuralCleanseView implements EvidenceView<NeuralCleanseEvidence> {
    @Override
    public Class<NeuralCleanseEvidence> kind() {
        return NeuralCleanseEvidence.class;
    }

    @Override
    public DomContent draw(NeuralCleanseEvidence evidence, Judged judged) {
        return each(
                p(
                        "Optimized on %s clean images with %s gradients, %s image gradients in all; success measured on %s other images with the artifact itself."
                                .formatted(
                                        Figures.count(evidence.images()),
                                        evidence.estimator(),
                                        Figures.scaled(evidence.imageGradients()),
                                        Figures.count(evidence.verificationImages()))),
                firstLook(evidence.firstLook()),
                triggers(evidence, judged),
                iff(
                        !evidence.classes().isEmpty(),
                        norms(evidence, judged).render(Explanations.of("norms-chart"), frontiers(evidence, judged))),
                comparisons(evidence, judged),
                screened(evidence.screened(), judged.names()));
    }

    /** The suspected classes first, then from the smallest trigger to the largest. */
    private static DomContent triggers(NeuralCleanseEvidence evidence, Judged judged) {
        List<Integer> flagged = judged.result().flaggedClasses();
        List<InvertedTrigger> all = evidence.classes().stream()
                .flatMap(it -> Stream.ofNullable(it.trigger()))
                .sorted(Comparator.comparing((InvertedTrigger it) -> !flagged.contains(it.targetClass()))
                        .thenComparingDouble(InvertedTrigger::norm))
                .toList();
        int shown = fitting(all, judged.mostPictureCharacters());
        return each(
                p(Explanations.of("inverted-triggers")),
                div(each(
                                all.subList(0, shown),
                                it -> trigger(
                                        it, judged.names().of(it.targetClass()), flagged.contains(it.targetClass()))))
                        .withClasses("gallery", "triggers"),
                iff(
                        shown < all.size(),
                        p(
                                "Triggers to %d more classes are in audit.json: their pictures would make this page too large."
                                        .formatted(all.size() - shown))));
    }

    private static int fitting(List<InvertedTrigger> triggers, int mostCharacters) {
        int characters = 0;
        int count = 0;
        for (InvertedTrigger trigger : triggers) {
            characters += trigger.mask().length() + trigger.picture().length();
            if (characters > mostCharacters) {
                break;
            }
            count++;
        }
        return count;
    }

    private static DomContent trigger(InvertedTrigger trigger, String name, boolean flagged) {
        return figure(
                div(
                                picture(trigger.mask(), "Mask of the trigger to " + name),
                                picture(trigger.picture(), "Trigger to " + name + ", on black"))
                        .withClass("pair"),
                figcaption(
                        span(
                                        strong(name),
                                        text(" "),
                                        flagged ? Look.of(Decision.DETECTED).badge("suspected") : null)
                                .withClass("label"),
                        span("norm " + Figures.tenths(trigger.norm()) + " pixels"),
                        span("success " + level(trigger.success()))));
    }

    private static DomContent picture(String png, String alt) {
        return img().withClass("picture")
                .withSrc("data:image/png;base64," + png)
                .withAlt(alt);
    }

    private static Chart norms(NeuralCleanseEvidence evidence, Judged judged) {
        return new Chart(
                Chart.Kind.PANELS,
                "Norms of the inverted triggers on " + judged.deployment(),
                "Class",
                "norm in pixels",
                evidence.classes().stream()
                        .map(it -> judged.names().of(it.targetClass()))
                        .toList(),
                IntStream.range(0, evidence.levels().size())
                        .mapToObj(level -> panel(evidence, level))
                        .toList(),
                null);
    }

    private static Chart.Series panel(NeuralCleanseEvidence evidence, int level) {
        double share = evidence.levels().get(level);
        List<Chart.Marker> lines = new ArrayList<>();
        evidence.comparisons().stream().filter(it -> it.level() == share).forEach(it -> {
            lines.add(new Chart.Marker("median", it.median()));
            lines.add(new Chart.Marker("line", it.line()));
        });
        return new Chart.Series(
                level(share) + " success",
                evidence.classes().stream()
                        .map(it -> it.frontier().get(level).norm())
                        .toList(),
                lines);
    }

    private static double lowestNorm(NeuralCleanseEvidence evidence, LevelComparison compared) {
        return evidence.classes().stream()
                .filter(it -> it.targetClass() == compared.lowestClass())
                .flatMap(it -> it.frontier().stream())
                .filter(point -> point.level() == compared.level())
                .mapToDouble(FrontierPoint::norm)
                .findFirst()
                .orElse(Double.NaN);
    }

    private static DomContent frontiers(NeuralCleanseEvidence evidence, Judged judged) {
        List<DataTable.Column<ClassTrigger>> columns = new ArrayList<>();
        columns.add(column("Class", it -> Cell.of(judged.names().of(it.targetClass()))));
        for (int i = 0; i < evidence.levels().size(); i++) {
            int index = i;
            String level = level(evidence.levels().get(i));
            columns.add(column(
                    "Norm at " + level,
                    it -> Cell.tenths(it.frontier().get(index).norm())));
            columns.add(column(
                    "Measured at " + level,
                    it -> Cell.percent(it.frontier().get(index).success())));
        }
        columns.add(column("Without trigger", "without-trigger", it -> Cell.percent(it.withoutTrigger())));
        columns.add(column("Best seen", "best-success", it -> Cell.percent(it.bestSuccess())));
        return new DataTable<>("Frontier of norm against success on " + judged.deployment(), columns)
                .render(evidence.classes());
    }

    private static DomContent comparisons(NeuralCleanseEvidence evidence, Judged judged) {
        if (evidence.comparisons().isEmpty()) {
            return p(Explanations.of("not-compared"));
        }
        return new DataTable<LevelComparison>(
                        "Comparison of the norms on " + judged.deployment(),
                        List.of(
                                column(
                                        "Success",
                                        "success-level",
                                        it -> new Cell(text(level(it.level())), String.valueOf(it.level()), false)),
                                column("Smallest", it -> Cell.of(judged.names().of(it.lowestClass()))),
                                column("Its norm", it -> Cell.tenths(lowestNorm(evidence, it))),
                                column("Median", "median-norm", it -> Cell.tenths(it.median())),
                                column("Line", "norm-line", it -> Cell.tenths(it.line())),
                                column("Deviations", "norm-deviations", it -> Cell.tenths(it.deviations())),
                                column("p", "norm-chance", it -> Cell.figure(chance(it.p()), it.p())),
                                column("Paper’s index", "anomaly-index", it -> Cell.tenths(it.index())),
                                column("Leave one out", "leave-one-out", NeuralCleanseView::spread),
                                column("Classes", it -> Cell.number(it.classes().size()))))
                .render(evidence.comparisons());
    }

    private static @Nullable DomContent firstLook(List<LevelComparison> comparisons) {
        return comparisons.isEmpty()
                ? null
                : p("%s p of the first search: %s."
                        .formatted(
                                Explanations.of("second-look"),
                                comparisons.stream()
                                        .map(it -> "%s at %s success".formatted(chance(it.p()), level(it.level())))
                                        .collect(Collectors.joining(", "))));
    }

    private static String chance(double p) {
        return p < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", p);
    }

    private static Cell spread(LevelComparison compared) {
        return Cell.figure(
                Figures.tenths(compared.lowestIndex()) + " to " + Figures.tenths(compared.highestIndex()),
                compared.lowestIndex());
    }

    private static @Nullable DomContent screened(List<Screened> screened, ClassNames names) {
        return screened.isEmpty()
                ? null
                : details(
                        summary("%d classes were only screened".formatted(screened.size())),
                        p(Explanations.of("screened")),
                        new DataTable<Screened>(
                                        "Classes that were only screened",
                                        List.of(
                                                column("Class", it -> Cell.of(names.of(it.targetClass()))),
                                                column("Norm until then", it -> Cell.tenths(it.norm())),
                                                column("Success until then", it -> Cell.percent(it.success()))))
                                .render(screened));
    }

    /** {@code 99 %}. */
    private static String level(double share) {
        return Figures.shortPercent(share).replaceFirst("\\.0$", "") + " %";
    }
}
