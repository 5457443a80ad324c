package dev.assay.report;

import static dev.assay.report.TextTable.figure;
import static dev.assay.report.TextTable.words;

import com.github.freva.asciitable.ColumnData;
import dev.assay.audit.AuditRequest;
import dev.assay.study.BlindspotsResult;
import dev.assay.study.Comparison;
import dev.assay.study.StudiedModel;
import java.util.ArrayList;
import java.util.List;

/** The study of blind spots for the terminal: what was measured of each model, then what agrees with the seed study. */
public final class BlindspotsTable {
    private BlindspotsTable() {}

    /** Returns the text, which ends with a newline. */
    public static String render(BlindspotsResult result) {
        StringBuilder text = new StringBuilder();
        for (StudiedModel model : result.models()) {
            text.append("%s (%s, %s to class %d, %s images)\n\n"
                            .formatted(
                                    model.name(),
                                    model.dataset(),
                                    model.attack(),
                                    model.target(),
                                    Figures.count(model.images())))
                    .append(TextTable.render(columns(), StudyRow.of(model)))
                    .append("\n\n");
            model.deployments().stream()
                    .filter(it -> it.outcome().error() != null)
                    .forEach(it -> text.append(Wrapping.wrapped(
                            "! " + it.scheme() + ": ",
                            String.valueOf(it.outcome().error()))));
        }
        text.append(Wrapping.wrapped("", "ASR: attack success of the trigger; beside a decision: its score"))
                .append(SummaryTable.decisions(AuditRequest.Plan.DEFENSES))
                .append('\n');
        result.comparisons().forEach(it -> text.append(comparison(it)));
        return text.toString();
    }

    private static List<ColumnData<StudyRow>> columns() {
        List<ColumnData<StudyRow>> columns = new ArrayList<>(List.of(
                words("deployment", StudyRow::name),
                figure("acc %", it -> Figures.shortPercent(it.outcome().accuracy())),
                figure("ASR %", it -> Figures.shortPercent(it.outcome().attackSuccessRate()))));
        AuditRequest.Plan.DEFENSES.forEach(id -> columns.add(words(SummaryTable.abbreviation(id), it -> it.mark(id))));
        return columns;
    }

    private static String comparison(Comparison it) {
        Look look = Look.of(it.answer());
        return Wrapping.wrapped("%s %s: ".formatted(look.symbol(), look.word()), claim(it))
                + Wrapping.wrapped("    reported: ", it.reported())
                + (it.measured().isEmpty() ? "" : Wrapping.wrapped("    measured: ", it.measured()))
                + Wrapping.wrapped("    why: ", it.why());
    }

    private static String claim(Comparison it) {
        return it.model().isEmpty() ? it.claim() : "%s (%s)".formatted(it.claim(), it.model());
    }
}
