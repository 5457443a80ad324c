package dev.assay.cli;

import dev.assay.InvalidModelException;
import dev.assay.onnx.ModelFiles;
import dev.assay.quant.Artifact;
import dev.assay.quant.Scheme;
import dev.assay.quant.Skip;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What {@code assay quantize} prints: the file, and the nodes left alone, grouped by reason. */
final class ArtifactSheet {
    private static final int LABEL_WIDTH = 12;

    private ArtifactSheet() {}

    static String of(Path model, Path file, Scheme scheme, Artifact artifact) {
        Sheet sheet = new Sheet(LABEL_WIDTH)
                .heading(file.toString())
                .row("scheme", scheme.id() + ": " + scheme.description())
                .row(
                        "size",
                        "%s bytes; the model has %s"
                                .formatted(Amounts.grouped(bytes(file)), Amounts.grouped(bytes(model))))
                .row("opset", Long.toString(artifact.model().opset()));
        if (!artifact.skips().isEmpty()) {
            sheet.heading("Left as they were");
            reasonsByOp(artifact.skips()).forEach(sheet::row);
        }
        return sheet.toString();
    }

    /** For each operator: how many nodes, and why. */
    private static Map<String, String> reasonsByOp(List<Skip> skips) {
        Map<String, Map<String, Long>> counted = skips.stream()
                .collect(Collectors.groupingBy(
                        Skip::op,
                        TreeMap::new,
                        Collectors.groupingBy(Skip::reason, TreeMap::new, Collectors.counting())));
        Map<String, String> rows = new TreeMap<>();
        counted.forEach((op, reasons) -> rows.put(
                op,
                reasons.entrySet().stream()
                        .map(entry -> "%d: %s".formatted(entry.getValue(), entry.getKey()))
                        .collect(Collectors.joining("; "))));
        return rows;
    }

    /** External data included. */
    private static long bytes(Path model) {
        try {
            return ModelFiles.of(model).bytes();
        } catch (IOException e) {
            throw new InvalidModelException(model + ": cannot be read: " + e, e);
        }
    }
}
