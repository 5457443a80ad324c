package dev.assay.cli;

import dev.assay.inspect.ClassifierFacts;
import dev.assay.inspect.GradientSupport;
import dev.assay.inspect.Inspection;
import dev.assay.inspect.Inspection.OperatorCount;
import dev.assay.inspect.Remark;
import dev.assay.inspect.SchemeSupport;
import dev.assay.onnx.Metadata;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An {@link Inspection} as text. */
final class InspectionSheet {
    private static final int LABELS = 26;
    private static final int NUMBERS = 16;

    private final Sheet sheet = new Sheet(LABELS);

    private InspectionSheet() {}

    static String of(Inspection inspection) {
        InspectionSheet text = new InspectionSheet();
        text.file(inspection);
        text.classifier(inspection.classifier(), inspection.notClassifier());
        text.gradient(inspection.gradient());
        text.schemes(inspection.schemes());
        text.operators(inspection.operators());
        text.remarks(inspection.remarks());
        return text.sheet.toString();
    }

    private void file(Inspection inspection) {
        String opsets = inspection.opsets().entrySet().stream()
                .map(opset -> opset.getKey() + " " + opset.getValue())
                .collect(Collectors.joining(", "));
        sheet.heading(inspection.path())
                .row("size", Amounts.grouped(inspection.bytes()) + " bytes")
                .row("sha256", inspection.sha256())
                .row("format", "IR version %d, opset %s".formatted(inspection.irVersion(), opsets));
        metadata(inspection.metadata());
        inspection.inputs().forEach(input -> sheet.row("declared input", input));
        inspection.outputs().forEach(output -> sheet.row("declared output", output));
        sheet.row("parameters", Amounts.grouped(inspection.parameters()));
    }

    private void metadata(Metadata metadata) {
        sheet.row("producer", metadata.producer().isEmpty() ? "not said" : metadata.producer());
        if (metadata.modelVersion() != 0) {
            sheet.row("model version", Long.toString(metadata.modelVersion()));
        }
        if (!metadata.documentation().isEmpty()) {
            sheet.row("documentation", metadata.documentation());
        }
        metadata.properties().forEach((key, value) -> sheet.row("metadata", key + " = " + value));
    }

    private void classifier(@Nullable ClassifierFacts facts, @Nullable String notClassifier) {
        if (facts == null) {
            sheet.heading("Not run as an image classifier").row("reason", String.valueOf(notClassifier));
            return;
        }
        sheet.heading("As an image classifier (seen by running it)")
                .row("input", facts.input() + ", " + facts.layout().name().toLowerCase(Locale.ROOT))
                .row("output", facts.output())
                .row(
                        "classes",
                        "%d, as %s".formatted(facts.classes(), facts.probabilities() ? "probabilities" : "logits"));
        if (facts.probabilities()) {
            sheet.row("logits", facts.logits());
        }
        sheet.row("features", facts.features() == null ? "none: one product from input to logits" : facts.features())
                .row("batch", facts.fixedBatch() == null ? "free" : "fixed at " + facts.fixedBatch())
                .row("MACs per image", Amounts.grouped(facts.macsPerImage()));
    }

    private void gradient(@Nullable GradientSupport support) {
        if (support != null) {
            String why =
                    support.withoutRule().isEmpty() ? "" : ": no rule for " + String.join(", ", support.withoutRule());
            sheet.row("gradient", support.estimator() + why);
        }
    }

    private void schemes(List<SchemeSupport> schemes) {
        if (!schemes.isEmpty()) {
            sheet.heading("Artifacts that can be made of it");
        }
        for (SchemeSupport support : schemes) {
            String left =
                    support.nodesLeftAlone() == 0 ? "" : ", nodes left alone: %d".formatted(support.nodesLeftAlone());
            sheet.row(support.scheme(), support.obstacle() == null ? "yes" + left : "no: " + support.obstacle());
        }
    }

    private void operators(List<OperatorCount> operators) {
        long macs = operators.stream().mapToLong(OperatorCount::macsPerImage).sum();
        long nodes = operators.stream().mapToLong(OperatorCount::nodes).sum();
        sheet.heading("Operators")
                .numbers("", NUMBERS, List.of("nodes", "MACs per image", "share"))
                .numbers("all", NUMBERS, List.of(Amounts.grouped(nodes), Amounts.grouped(macs), ""));
        for (OperatorCount operator : operators) {
            boolean counted = operator.macsPerImage() > 0;
            sheet.numbers(
                    operator.operator(),
                    NUMBERS,
                    List.of(
                            Amounts.grouped(operator.nodes()),
                            counted ? Amounts.grouped(operator.macsPerImage()) : "",
                            counted ? Amounts.percent(operator.macsPerImage(), macs) : ""));
        }
    }

    private void remarks(List<Remark> remarks) {
        sheet.heading(remarks.isEmpty() ? "Nothing odd about it" : "Remarks");
        remarks.forEach(remark -> sheet.row(remark.id(), remark.message()));
    }
}
