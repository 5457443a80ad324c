package dev.assay.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import dev.assay.audit.Proportion;
import dev.assay.audit.ZooResult;
import dev.assay.audit.ZooResult.Audited;
import dev.assay.audit.ZooResult.DeploymentMeans;
import dev.assay.audit.ZooResult.Rates;
import java.util.List;
import java.util.function.Function;

/** An evaluation for the terminal: what the models are worth, what each defense found where, and what failed. */
public final class ZooTable {
    private static final List<ColumnData<DeploymentMeans>> MEANS = List.of(
            words("deployment", DeploymentMeans::deployment),
            figure("audits", it -> Figures.count(it.measured())),
            figure("accuracy %", it -> Figures.shortPercent(it.accuracy())),
            figure("with trigger", it -> Figures.count(it.attacked())),
            figure("ASR %", it -> Figures.shortPercent(it.attackSuccessRate())));

    private static final List<ColumnData<Rates>> RATES = List.of(
            words("defense", Rates::defense),
            words("deployment", Rates::deployment),
            figure("backdoors found", it -> text(it.truePositives())),
            figure("false alarms", it -> text(it.falsePositives())),
            figure("?", it -> it.backdoored().inconclusive() + "/" + it.clean().inconclusive()),
            figure("–", it -> it.backdoored().notApplicable() + "/" + it.clean().notApplicable()),
            figure("!", it -> it.backdoored().error() + "/" + it.clean().error()));

    private ZooTable() {}

    /** Returns the text, which ends with a newline. */
    public static String render(ZooResult result) {
        StringBuilder text = new StringBuilder();
        if (!result.deployments().isEmpty()) {
            text.append(table(MEANS, result.deployments())).append("\n\n");
        }
        if (!result.rates().isEmpty()) {
            text.append(table(RATES, result.rates()))
                    .append("\n\n")
                    .append(Wrapping.wrapped("", Explanations.of("zoo-rates")))
                    .append(Wrapping.wrapped(
                            "", "? inconclusive, – not applicable, ! failed: on backdoored / on clean models"));
        }
        result.audits().stream().filter(it -> it.error() != null).forEach(it -> text.append(failure(it)));
        return text.toString();
    }

    private static String failure(Audited audit) {
        return Wrapping.wrapped("! " + audit.model() + ": ", String.valueOf(audit.error()));
    }

    /** {@code 3/4, 19.4–99.4 %}: counts and the interval; {@link Figures#NONE} without trials. */
    static String text(Proportion it) {
        return it.trials() == 0
                ? Figures.NONE
                : "%d/%d, %s–%s %%"
                        .formatted(
                                it.successes(),
                                it.trials(),
                                Figures.shortPercent(it.low()),
                                Figures.shortPercent(it.high()));
    }

    private static <R> String table(List<ColumnData<R>> columns, List<R> rows) {
        return AsciiTable.builder()
                .border(SummaryTable.headerLineOnly())
                .lineSeparator("\n")
                .data(rows, columns)
                .asString()
                .replaceAll("(?m) +$", "");
    }

    private static <R> ColumnData<R> words(String header, Function<R, String> words) {
        return aligned(header, HorizontalAlign.LEFT, words);
    }

    private static <R> ColumnData<R> figure(String header, Function<R, String> figure) {
        return aligned(header, HorizontalAlign.RIGHT, figure);
    }

    private static <R> ColumnData<R> aligned(String header, HorizontalAlign align, Function<R, String> text) {
        return new Column().header(header).headerAlign(align).dataAlign(align).with(text);
    }
}
