package dev.assay.quant;

import dev.assay.ir.Model;
import java.util.List;

/**
 * What a scheme makes of a model.
 *
 * @param model the quantized model
 * @param skips nodes that were left as they were, each with its reason
 */
public record Artifact(Model model, List<Skip> skips) {
    public Artifact {
        skips = List.copyOf(skips);
    }
}
