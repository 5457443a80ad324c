package dev.assay.inspect;

import dev.assay.ir.Model;
import dev.assay.onnx.Metadata;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Every remark there is, weightiest first. A remark is a row here and a method beside its kin. */
final class Remarks {
    private record Row(String id, Function<Subject, Optional<String>> message) {}

    private static final List<Row> ROWS = List.of(
            new Row("weights-not-finite", WeightRemarks::notFinite),
            new Row("weights-all-zero", WeightRemarks::allZero),
            new Row("unknown-domain", OperatorRemarks::unknownDomain),
            new Row("training-mode", OperatorRemarks::trainingMode),
            new Row("overridable-initializers", GraphRemarks::overridableInitializers),
            new Row("external-data", WeightRemarks::externalData),
            new Row("already-quantized", OperatorRemarks::alreadyQuantized),
            new Row("control-flow", OperatorRemarks::controlFlow),
            new Row("opset-before-per-channel", GraphRemarks::opsetBeforePerChannel),
            new Row("fixed-batch", GraphRemarks::fixedBatch),
            new Row("batch-norm-not-folded", OperatorRemarks::batchNormNotFolded),
            new Row("dropout-left", OperatorRemarks::dropoutLeft),
            new Row("dead-nodes", GraphRemarks::deadNodes),
            new Row("unused-initializers", GraphRemarks::unusedInitializers),
            new Row("duplicate-node-names", GraphRemarks::duplicateNodeNames),
            new Row("unnamed-nodes", GraphRemarks::unnamedNodes),
            new Row("meaningless-output-names", GraphRemarks::meaninglessOutputNames),
            new Row("annotated-nodes", GraphRemarks::annotatedNodes));

    private Remarks() {}

    static List<Remark> about(Model model, Metadata metadata) {
        Subject subject = new Subject(model, metadata);
        return ROWS.stream()
                .flatMap(row -> row.message().apply(subject).map(message -> new Remark(row.id(), message)).stream())
                .toList();
    }
}
