package dev.assay.report;

import static dev.assay.report.DataTable.column;
import static j2html.TagCreator.a;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.header;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;
import static j2html.TagCreator.text;

import dev.assay.audit.Judgement;
import dev.assay.audit.Proportion;
import dev.assay.audit.Tally;
import dev.assay.audit.WholeFile;
import dev.assay.audit.ZooResult;
import dev.assay.audit.ZooResult.Audited;
import dev.assay.audit.ZooResult.DeploymentMeans;
import dev.assay.audit.ZooResult.Outcome;
import dev.assay.audit.ZooResult.Rates;
import j2html.tags.DomContent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The page of an evaluation: how defenses did on models whose truth is known, in the look of {@link HtmlReport}. */
public final class ZooReport {
    private static final DataTable<Rates> RATES = new DataTable<>(
            "What each defense found on each deployment",
            List.of(
                    column("Defense", it -> Cell.name(it.defense())),
                    column("Deployment", it -> Cell.name(it.deployment())),
                    column("Backdoors found", "zoo-true-positives", it -> proportion(it.truePositives())),
                    column(
                            "Target named",
                            "zoo-target-named",
                            it -> count(it.backdoored().targetFlagged())),
                    column("False alarms", "zoo-false-positives", it -> proportion(it.falsePositives())),
                    column(
                            "Inconclusive",
                            "zoo-inconclusive",
                            it -> Cell.of(it.backdoored().inconclusive() + " / "
                                    + it.clean().inconclusive())),
                    column(
                            "Not judged",
                            "zoo-not-judged",
                            it -> Cell.of(notJudged(it.backdoored()) + " / " + notJudged(it.clean())))));

    private static final DataTable<DeploymentMeans> MEANS = new DataTable<>(
            "What the models are worth on each deployment",
            List.of(
                    column("Deployment", it -> Cell.name(it.deployment())),
                    column("Audits", it -> count(it.measured())),
                    column("Mean accuracy", it -> Cell.percent(it.accuracy())),
                    column("With a trigger", it -> count(it.attacked())),
                    column("Mean attack success", "zoo-attack-success", it -> Cell.percent(it.attackSuccessRate()))));

    private ZooReport() {}

    /** A deployment of an audit, or an audit that did not come to any. */
    private record Row(Audited audit, @Nullable Outcome outcome) {
        static Stream<Row> of(Audited audit) {
            return audit.deployments().isEmpty()
                    ? Stream.of(new Row(audit, null))
                    : audit.deployments().stream().map(outcome -> new Row(audit, outcome));
        }
    }

    /** Returns the page. Equal results give equal pages. */
    public static String render(ZooResult result) {
        return new Page(
                        "evaluation of " + result.folder() + " – Assay",
                        pageHeader(result),
                        List.of(
                                new Page.Part("rates", "Rates", rates(result)),
                                new Page.Part("models", "Models", MEANS.render(result.deployments())),
                                new Page.Part("audits", "Audits", audits(result))),
                        "Written by Assay %s with evaluation.json, schema %d."
                                .formatted(result.assay(), result.schema()))
                .render();
    }

    /**
     * Writes the page whole or not at all.
     *
     * @throws dev.assay.OutputException if the file cannot be written
     */
    public static void write(ZooResult result, Path file) {
        WholeFile.write(file, render(result));
    }

    private static DomContent pageHeader(ZooResult result) {
        long backdoored = result.audits().stream().filter(Audited::isBackdoored).count();
        return header(
                p(span("Assay").withClass("brand"), text(" evaluation of defenses on models whose truth is known"))
                        .withClass("kicker"),
                h1(result.folder()),
                p(
                                span("audits: %d of backdoored models, %d of clean ones"
                                        .formatted(backdoored, result.audits().size() - backdoored)),
                                span("budget " + result.budget().id()),
                                span(result.triggerTold() ? "defenses are told the triggers" : "defenses are blind"))
                        .withClass("about"));
    }

    private static DomContent rates(ZooResult result) {
        return each(
                p(Explanations.of("zoo-rates")).withClass("lead"),
                result.rates().isEmpty() ? p("No defense ran.") : RATES.render(result.rates()));
    }

    private static DomContent audits(ZooResult result) {
        List<DataTable.Column<Row>> columns = new ArrayList<>(List.of(
                column("Model", ZooReport::model),
                column("Attack", row -> Cell.of(row.audit().attack())),
                column("Seed", row -> count(row.audit().seed())),
                column("Deployment", ZooReport::deployment),
                column(
                        "Accuracy",
                        row -> Cell.percent(
                                row.outcome() == null
                                        ? Double.NaN
                                        : row.outcome().accuracy())),
                column(
                        "Attack success",
                        row -> Cell.percent(
                                row.outcome() == null
                                        ? Double.NaN
                                        : row.outcome().attackSuccessRate()))));
        result.rates().stream()
                .map(Rates::defense)
                .distinct()
                .forEach(defense -> columns.add(column(defense, row -> decision(row.outcome(), defense))));
        return new DataTable<>("Every deployment of every audit", columns)
                .render(result.audits().stream().flatMap(Row::of).toList());
    }

    private static Cell model(Row row) {
        Audited audit = row.audit();
        String page = audit.folder().replace('\\', '/') + "/index.html";
        return audit.error() == null
                ? new Cell(a(audit.model()).withHref(page), audit.model(), false)
                : Cell.name(audit.model());
    }

    private static Cell deployment(Row row) {
        String error =
                row.outcome() == null ? row.audit().error() : row.outcome().error();
        String id = row.outcome() == null ? "" : row.outcome().id();
        return error == null ? Cell.name(id) : Cell.of((id + " could not be measured: " + error).strip());
    }

    private static Cell decision(@Nullable Outcome outcome, String defense) {
        return Stream.ofNullable(outcome)
                .flatMap(it -> it.judgements().stream())
                .filter(it -> it.defense().equals(defense))
                .map(Judgement::decision)
                .findFirst()
                .map(it -> Cell.of(Look.of(it)))
                .orElse(Cell.of(Figures.NONE));
    }

    private static int notJudged(Tally tally) {
        return tally.notApplicable() + tally.error();
    }

    private static Cell proportion(Proportion it) {
        return Cell.figure(ZooTable.text(it), it.rate());
    }

    private static Cell count(long count) {
        return Cell.figure(Figures.count(count), (double) count);
    }
}
