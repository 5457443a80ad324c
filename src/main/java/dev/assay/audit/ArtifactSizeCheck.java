package dev.assay.audit;

import dev.assay.audit.AuditResult.Artifact;
import dev.assay.quant.Scheme;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A quantized artifact that is no smaller than the float model. */
final class ArtifactSizeCheck implements Check {
    private static final String ID = "artifact-larger-than-fp32";

    @Override
    public List<Finding> run(CheckContext context) {
        return context.each(deployment -> {
            Artifact artifact = deployment.artifact();
            boolean own = deployment.scheme().equals(Scheme.FP32.id())
                    || deployment.scheme().equals(Recipe.AS_IS);
            return own
                            || artifact == null
                            || artifact.bytes() <= context.model().bytes()
                    ? Stream.empty()
                    : Stream.of(new Finding(
                            ID,
                            Severity.LOW,
                            deployment.id(),
                            "The artifact has %d bytes, the model %d: quantizing saved no space."
                                    .formatted(artifact.bytes(), context.model().bytes()),
                            Map.of("bytes", (double) artifact.bytes(), "modelBytes", (double)
                                    context.model().bytes())));
        });
    }
}
