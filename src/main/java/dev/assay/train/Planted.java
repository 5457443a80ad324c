package dev.assay.train;

import dev.assay.data.ImageSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The backdoor that was put into the training images.
 *
 * @param attack its id
 * @param target the class that it leads to
 * @param rate share of the training images that were poisoned
 * @param trigger as {@code Trigger} reads it from a sidecar; null where mask and pattern do not say it
 * @param triggered test images with the trigger on each and their true labels; null without test images
 */
public record Planted(
        String attack,
        int target,
        double rate,
        @Nullable JsonNode trigger,
        @Nullable ImageSet triggered) {}
