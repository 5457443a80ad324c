package dev.assay.train;

import dev.assay.data.Trigger;
import org.jspecify.annotations.Nullable;

/**
 * What is to be said of the backdoor in a training set.
 *
 * @param attack its id
 * @param settings the attack with its options, as the command line takes it
 * @param target the class that it leads to
 * @param rate share of the images that were poisoned: of the target class's where labels stay, else of all
 * @param trigger as mask and pattern; null where they do not say it
 */
public record Planted(
        String attack,
        String settings,
        int target,
        double rate,
        @Nullable Trigger trigger) {}
