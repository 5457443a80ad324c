package dev.assay.report;

import static dev.assay.report.DataTable.column;
import static j2html.TagCreator.each;
import static j2html.TagCreator.p;

import dev.assay.audit.AuditResult;
import dev.assay.quant.Skip;
import j2html.tags.DomContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nodes that a scheme left as they were, each with its reason. */
final class SkipsSection implements Section {
    private static final DataTable<Measured<Skip>> TABLE = new DataTable<>(
            "Nodes left as they were",
            List.of(
                    column("Node", it -> Cell.name(it.value().node())),
                    column("Operator", it -> Cell.name(it.value().op())),
                    column("Deployment", it -> Cell.name(it.id())),
                    column("Reason", it -> Cell.of(it.value().reason()))));

    @Override
    public String id() {
        return "skips";
    }

    @Override
    public String title() {
        return "Nodes not quantized";
    }

    @Override
    public @Nullable DomContent body(AuditResult result) {
        List<Measured<Skip>> skips = result.deployments().stream()
                .flatMap(it -> it.skips().stream().map(skip -> new Measured<>(it, skip)))
                .toList();
        return skips.isEmpty() ? null : each(p(Explanations.of("skips")).withClass("lead"), TABLE.render(skips));
    }
}
