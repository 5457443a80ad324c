package dev.assay.report;

import static dev.assay.report.DataTable.column;
import static j2html.TagCreator.code;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.li;
import static j2html.TagCreator.p;
import static j2html.TagCreator.small;
import static j2html.TagCreator.text;
import static j2html.TagCreator.ul;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.fidelity.Fidelity;
import dev.assay.report.DataTable.Column;
import dev.assay.runtime.KernelEvidence;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The deployments side by side. */
final class DeploymentsSection implements Section {
    private static final List<Column<Deployment>> FIGURES = List.of(
            column("Attack success", "attack-success", fidelity(it -> Cell.percent(it.attackSuccessRate()))),
            column("Accuracy", "accuracy", fidelity(it -> Cell.percent(it.accuracy()))),
            column("Accuracy change", "accuracy-drift", fidelity(it -> Cell.points(it.accuracyDrift()))),
            column("Agreement", "agreement", fidelity(it -> Cell.percent(it.top1Agreement()))),
            column("KL", "kl", fidelity(it -> Cell.number(it.meanKl()))),
            column("Integer MACs", "integer-macs", kernels(it -> Cell.percent(it.integerMacShare()))),
            column("4-bit MACs", "four-bit-macs", kernels(it -> Cell.percent(it.fourBitMacShare()))),
            column("Size", "size", DeploymentsSection::size));

    @Override
    public String id() {
        return "deployments";
    }

    @Override
    public String title() {
        return "Deployments";
    }

    @Override
    public @Nullable DomContent body(AuditResult result) {
        List<Deployment> deployments = result.deployments();
        if (deployments.isEmpty()) {
            return null;
        }
        List<Column<Deployment>> columns = new ArrayList<>();
        columns.add(column("Deployment", "deployment", DeploymentsSection::name));
        result.defenseIds().forEach(id -> columns.add(new Column<>(id, Explanations.ofDefense(id), decision(id))));
        columns.addAll(FIGURES);
        return each(
                p(Explanations.of("deployments")).withClass("lead"),
                new DataTable<>("Deployments side by side", columns).render(deployments),
                failures(deployments));
    }

    private static Cell name(Deployment it) {
        return new Cell(
                div(
                        code(it.id()),
                        each(it.options(), option -> small(option)),
                        iff(it.error() != null, small("✕ not measured").withClass("failed"))),
                it.id(),
                false);
    }

    private static @Nullable DomContent failures(List<Deployment> deployments) {
        List<Deployment> failed =
                deployments.stream().filter(it -> it.error() != null).toList();
        return failed.isEmpty()
                ? null
                : each(
                        h3("Not measured"),
                        ul(each(failed, it -> li(code(it.id()), text(": " + it.error()))))
                                .withClass("notes"));
    }

    private static Cell size(Deployment it) {
        return it.artifact() == null ? Cell.none() : Cell.bytes(it.artifact().bytes());
    }

    private static Function<Deployment, Cell> fidelity(Function<Fidelity, Cell> cell) {
        return it -> it.fidelity() == null ? Cell.none() : cell.apply(it.fidelity());
    }

    private static Function<Deployment, Cell> kernels(Function<KernelEvidence, Cell> cell) {
        return it -> it.kernels() == null ? Cell.none() : cell.apply(it.kernels());
    }

    private static Function<Deployment, Cell> decision(String id) {
        return it -> it.defenses().stream()
                .filter(defense -> defense.id().equals(id))
                .findFirst()
                .map(defense -> Cell.of(Look.of(defense.decision())))
                .orElseGet(() -> Cell.of(Figures.NONE));
    }
}
