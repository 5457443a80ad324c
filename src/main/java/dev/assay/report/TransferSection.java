package dev.assay.report;

import static j2html.TagCreator.caption;
import static j2html.TagCreator.code;
import static j2html.TagCreator.details;
import static j2html.TagCreator.each;
import static j2html.TagCreator.p;
import static j2html.TagCreator.summary;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.Transfer;
import dev.assay.defense.InvertedTrigger;
import dev.assay.defense.NeuralCleanseEvidence;
import j2html.tags.DomContent;
import j2html.tags.specialized.TdTag;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Triggers inverted on one deployment and tried on the others: the suspected classes first. */
final class TransferSection implements Section {
    @Override
    public String id() {
        return "transfer";
    }

    @Override
    public String title() {
        return "Transfer of triggers";
    }

    @Override
    public @Nullable DomContent body(AuditResult result) {
        if (result.transfer().isEmpty()) {
            return null;
        }
        ClassNames names = ClassNames.of(result);
        Set<Integer> flagged = result.deployments().stream()
                .flatMap(deployment -> deployment.defenses().stream())
                .flatMap(defense -> defense.flaggedClasses().stream())
                .collect(Collectors.toSet());
        List<Integer> classes = result.transfer().stream()
                .map(Transfer::targetClass)
                .distinct()
                .sorted()
                .toList();
        List<Integer> suspected = classes.stream().filter(flagged::contains).toList();
        List<Integer> others =
                classes.stream().filter(target -> !flagged.contains(target)).toList();
        return each(
                p(Explanations.of("transfer")).withClass("lead"),
                each(suspected, target -> heatTable(result, target, names)),
                others.isEmpty()
                        ? null
                        : details(
                                summary("Triggers to the %d classes that are not suspected".formatted(others.size())),
                                p(Explanations.of("transfer-unsuspected")),
                                each(others, target -> heatTable(result, target, names))));
    }

    private static DomContent heatTable(AuditResult result, int target, ClassNames names) {
        List<Transfer> transfers = result.transfer().stream()
                .filter(it -> it.targetClass() == target)
                .toList();
        List<String> from = ids(result, transfers, Transfer::from);
        List<String> to = ids(result, transfers, Transfer::to);
        String title = "Trigger to %s: attack success".formatted(names.of(target));
        return DataTable.scrollable(
                title,
                table(
                                caption(title),
                                thead(tr(th("Inverted on / tried on").attr("scope", "col"), each(to, id -> th(code(id))
                                        .attr("scope", "col")))),
                                tbody(each(
                                        from,
                                        row -> tr(
                                                th(code(row)).attr("scope", "row"),
                                                each(to, column -> cell(result, transfers, target, row, column))))))
                        .withClass("heat"));
    }

    /** In the order of the result. */
    private static List<String> ids(AuditResult result, List<Transfer> transfers, Function<Transfer, String> id) {
        Set<String> named = transfers.stream().map(id).collect(Collectors.toSet());
        return result.deployments().stream()
                .map(Deployment::id)
                .filter(named::contains)
                .toList();
    }

    private static DomContent cell(AuditResult result, List<Transfer> transfers, int target, String from, String to) {
        return from.equals(to)
                ? rate(own(result, target, from)).withClasses("figure", "rate", "own")
                : rate(transfers.stream()
                                .filter(it -> it.from().equals(from) && it.to().equals(to))
                                .mapToDouble(Transfer::attackSuccessRate)
                                .findFirst()
                                .orElse(Double.NaN))
                        .withClasses("figure", "rate");
    }

    /** What the trigger reached where it was inverted. */
    private static double own(AuditResult result, int target, String id) {
        return result.deployments().stream()
                .filter(it -> it.id().equals(id))
                .map(Deployment::defenses)
                .flatMap(defenses -> NeuralCleanseEvidence.triggersIn(defenses).stream())
                .filter(it -> it.targetClass() == target)
                .mapToDouble(InvertedTrigger::success)
                .findFirst()
                .orElse(Double.NaN);
    }

    private static TdTag rate(double rate) {
        return td(Figures.percent(rate))
                .withStyle(String.format(Locale.ROOT, "--strength:%.0f%%", Figures.isUndefined(rate) ? 0 : 100 * rate));
    }
}
