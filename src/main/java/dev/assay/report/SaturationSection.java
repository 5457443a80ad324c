package dev.assay.report;

import static dev.assay.report.DataTable.column;
import static j2html.TagCreator.each;
import static j2html.TagCreator.p;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.fidelity.Saturation;
import j2html.tags.DomContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a deployment could answer differently on an older CPU. */
final class SaturationSection implements Section {
    private static final DataTable<Measured<Saturation>> TABLE = new DataTable<>(
            "Layers that could saturate",
            List.of(
                    column("Deployment", it -> Cell.name(it.id())),
                    column("U8S8 layers", it -> Cell.number(it.value().layers())),
                    column(
                            "At risk",
                            "saturation-risk",
                            it -> Cell.number(it.value().layersAtRisk())),
                    column(
                            "Worst bound",
                            "saturation-bound",
                            it -> Cell.number(it.value().worstBound())),
                    column("Worst layer", it -> worst(it.value()))));

    @Override
    public String id() {
        return "saturation";
    }

    @Override
    public String title() {
        return "Saturation on other CPUs";
    }

    @Override
    public @Nullable DomContent body(AuditResult result) {
        List<Measured<Saturation>> measured = Measured.of(result, Deployment::saturation);
        return measured.isEmpty()
                ? null
                : each(p(Explanations.of("saturation")).withClass("lead"), TABLE.render(measured));
    }

    private static Cell worst(Saturation saturation) {
        return saturation.worstNode() == null ? Cell.of(Figures.NONE) : Cell.name(saturation.worstNode());
    }
}
