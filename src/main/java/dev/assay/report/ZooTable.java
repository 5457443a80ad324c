package dev.assay.report;

import static dev.assay.report.TextTable.figure;
import static dev.assay.report.TextTable.words;

import com.github.freva.asciitable.ColumnData;
import dev.assay.audit.Proportion;
import dev.assay.audit.ZooResult;
import dev.assay.audit.ZooResult.Audited;
import dev.assay.audit.ZooResult.DeploymentMeans;
import dev.assay.audit.ZooResult.Rates;
import java.util.List;

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
            figure("target named", it -> Figures.count(it.backdoored().targetFlagged())),
            figure("false alarms", it -> text(it.falsePositives())),
            figure("?", it -> it.backdoored().inconclusive() + "/" + it.clean().inconclusive()),
            figure("–", it -> it.backdoored().notApplicable() + "/" + it.clean().notApplicable()),
            figure("!", it -> it.backdoored().error() + "/" + it.clean().error()));

    private ZooTable() {}

    /** Returns the text, which ends with a newline. */
    public static String render(ZooResult result) {
        StringBuilder text = new StringBuilder();
        if (!result.deployments().isEmpty()) {
            text.append(TextTable.render(MEANS, result.deployments())).append("\n\n");
        }
        if (!result.rates().isEmpty()) {
            text.append(TextTable.render(RATES, result.rates()))
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
}
