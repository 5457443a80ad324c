package dev.assay.report;

import static dev.assay.report.DataTable.column;
import static j2html.TagCreator.each;
import static j2html.TagCreator.p;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Timing;
import j2html.tags.DomContent;
import java.util.List;
import java.util.Map;

/** How long it took. */
final class TimingSection implements Section {
    private static final DataTable<Map.Entry<String, Double>> TASKS = new DataTable<>(
            "Wall time of each task",
            List.of(
                    column("Task", it -> Cell.name(it.getKey())),
                    column("Time", it -> Cell.figure(Figures.seconds(it.getValue()), it.getValue()))));

    @Override
    public String id() {
        return "timing";
    }

    @Override
    public String title() {
        return "Timing";
    }

    @Override
    public DomContent body(AuditResult result) {
        Timing timing = result.timing();
        return each(
                p("Started %s; took %s. %s"
                                .formatted(
                                        timing.started(), Figures.seconds(timing.seconds()), Explanations.of("timing")))
                        .withClass("lead"),
                timing.tasks().isEmpty() ? null : TASKS.render(longestFirst(timing.tasks())));
    }

    private static List<Map.Entry<String, Double>> longestFirst(Map<String, Double> tasks) {
        return tasks.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .toList();
    }
}
