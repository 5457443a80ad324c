package dev.assay.report;

import static j2html.TagCreator.caption;
import static j2html.TagCreator.code;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.p;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.fidelity.Fidelity;
import j2html.tags.DomContent;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What quantization did to single classes, as two heat tables: recall, and how often the class is the answer. */
final class ClassDriftSection implements Section {
    /** More classes than this are told by those that moved most. */
    private static final int MOST_ROWS = 50;

    /** The drift, as a share, that gets the full colour. */
    private static final double FULL_COLOUR = 0.1;

    @Override
    public String id() {
        return "class-drift";
    }

    @Override
    public String title() {
        return "Drift by class";
    }

    @Override
    public @Nullable DomContent body(AuditResult result) {
        List<Measured<Fidelity>> measured = Measured.of(result, Deployment::fidelity);
        if (measured.isEmpty()) {
            return null;
        }
        ClassNames names = ClassNames.of(result);
        return each(
                p(Explanations.of("class-drift")).withClass("lead"),
                h3("Recall"),
                p(Explanations.of("recall-drift")),
                heatTable("Drift of recall, in points", measured, Fidelity::perClassRecallDrift, names),
                h3("Share of answers"),
                p(Explanations.of("share-drift")),
                heatTable("Drift of the share of answers, in points", measured, Fidelity::predictionShareDrift, names));
    }

    private static DomContent heatTable(
            String title,
            List<Measured<Fidelity>> measured,
            Function<Fidelity, List<Double>> drifts,
            ClassNames names) {
        List<List<Double>> columns =
                measured.stream().map(it -> drifts.apply(it.value())).toList();
        int classes = columns.stream().mapToInt(List::size).min().orElse(0);
        List<Integer> rows = IntStream.range(0, classes).boxed().toList();
        String shown = title;
        if (classes > MOST_ROWS) {
            rows = rows.stream()
                    .sorted(Comparator.comparing((Integer row) -> -largest(columns, row)))
                    .limit(MOST_ROWS)
                    .toList();
            shown = "%s: the %d of %d classes that moved most".formatted(title, MOST_ROWS, classes);
        }
        return DataTable.scrollable(
                shown,
                table(
                                caption(shown),
                                thead(tr(th("Class").attr("scope", "col"), each(measured, it -> th(code(it.id()))
                                        .attr("scope", "col")))),
                                tbody(each(
                                        rows,
                                        row -> tr(
                                                th(names.of(row)).attr("scope", "row"),
                                                each(columns, column -> heat(column.get(row)))))))
                        .withClass("heat"));
    }

    private static double largest(List<List<Double>> columns, int row) {
        return columns.stream()
                .mapToDouble(column -> Math.abs(column.get(row)))
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }

    private static DomContent heat(double drift) {
        double strength = Double.isFinite(drift) ? Math.min(1, Math.abs(drift) / FULL_COLOUR) : 0;
        return td(Figures.points(drift))
                .withClasses("figure", drift < 0 ? "less" : "more")
                .withStyle(String.format(Locale.ROOT, "--strength:%.0f%%", 100 * strength));
    }
}
