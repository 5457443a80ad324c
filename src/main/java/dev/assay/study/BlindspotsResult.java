package dev.assay.study;

import dev.assay.defense.Budget;
import java.util.List;

/**
 * The seed study's first three experiments on other models, as {@code study.json} holds them.
 *
 * @param schema version of this format
 * @param assay version of Assay
 * @param command what was typed
 * @param seed of everything random
 * @param budget how much each audit might cost
 * @param exitCode 0, or that of an audit in which a deployment or a defense failed
 * @param models what was measured
 * @param comparisons with what the seed study reported
 */
public record BlindspotsResult(
        int schema,
        String assay,
        String command,
        long seed,
        Budget budget,
        int exitCode,
        List<StudiedModel> models,
        List<Comparison> comparisons) {
    /** The version of the format that this record describes. */
    public static final int SCHEMA = 1;

    public BlindspotsResult {
        models = List.copyOf(models);
        comparisons = List.copyOf(comparisons);
    }
}
