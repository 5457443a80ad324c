package dev.assay.report;

import static dev.assay.report.DataTable.column;
import static j2html.TagCreator.code;
import static j2html.TagCreator.dd;
import static j2html.TagCreator.div;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.dt;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.p;
import static j2html.TagCreator.text;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Artifact;
import dev.assay.audit.AuditResult.DataInfo;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.Environment;
import dev.assay.audit.AuditResult.ModelInfo;
import j2html.tags.DomContent;
import java.util.List;

/** What was audited, with what, and where: enough to do it again. */
final class ProvenanceSection implements Section {
    private static final DataTable<Measured<Artifact>> ARTIFACTS = new DataTable<>(
            "Artifacts",
            List.of(
                    column("Deployment", it -> Cell.name(it.id())),
                    column("File", it -> Cell.name(it.value().path())),
                    column("SHA-256", "sha256", it -> Cell.name(it.value().sha256()))));

    @Override
    public String id() {
        return "provenance";
    }

    @Override
    public String title() {
        return "Provenance";
    }

    @Override
    public DomContent body(AuditResult result) {
        List<Measured<Artifact>> artifacts = Measured.of(result, Deployment::artifact);
        return each(
                p(Explanations.of("provenance")).withClass("lead"),
                h3("Model"),
                model(result.model()),
                h3("Images"),
                data(result.data()),
                h3("Environment"),
                environment(result),
                iff(!artifacts.isEmpty(), each(h3("Artifacts"), ARTIFACTS.render(artifacts))));
    }

    private static DomContent model(ModelInfo it) {
        return facts(
                fact("File", code(it.path())),
                fact("SHA-256", code(it.sha256())),
                fact("Size", text(Figures.bytes(it.bytes()))),
                fact("Parameters", text(Figures.count(it.parameters()))),
                fact("Opset", text(String.valueOf(it.opset()))),
                fact("Inputs", code(String.join(", ", it.inputs()))),
                fact("Output", code(it.output())),
                fact("Ends in", text(it.probabilities() ? "probabilities" : "logits")),
                fact("Classes", text(Figures.count(it.classes()))));
    }

    private static DomContent data(DataInfo it) {
        return facts(
                fact("Evaluation", code(it.evaluation())),
                fact("SHA-256", code(it.evaluationSha256())),
                fact("Images", text(Figures.count(it.evaluationImages()))),
                fact("Calibration", code(it.calibration())),
                fact("Images", text(Figures.count(it.calibrationImages()))),
                fact("Preprocessing", text(it.preprocessing())),
                fact("Known trigger", text(it.trigger() == null ? "none" : it.trigger())));
    }

    private static DomContent environment(AuditResult result) {
        Environment it = result.environment();
        return facts(
                fact("Assay", text(result.assay())),
                fact("ONNX Runtime", text(it.onnxruntime())),
                fact("Java", text(it.java())),
                fact("System", text(it.os())),
                fact("Processor", text(it.cpu())),
                fact("Instruction sets", text(String.join(", ", it.isa()))),
                fact("Threads", text(String.valueOf(it.threads()))),
                fact("Seed", text(String.valueOf(result.seed()))));
    }

    private static DomContent facts(DomContent... facts) {
        return dl(facts).withClass("provenance");
    }

    private static DomContent fact(String name, DomContent value) {
        return div(dt(name), dd(value));
    }
}
