package dev.assay.data;

import dev.assay.InvalidDataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a model whose training is known: the part of its sidecar that says so, keys {@code dataset},
 * {@code attack}, {@code target} and {@code trigger}. Other keys are ignored.
 *
 * @param sidecar the file, which {@link Trigger#read} reads where there is a trigger
 * @param dataset name of the data it was trained on; empty when not said
 * @param attack name of the attack; {@code none} for a clean model
 * @param target the class of the attack; null for a clean model
 * @param hasTrigger whether the sidecar holds the trigger as mask and pattern
 */
public record GroundTruth(
        Path sidecar,
        String dataset,
        String attack,
        @Nullable Integer target,
        boolean hasTrigger) {
    private static final String NONE = "none";

    /** Whether the model has a backdoor. */
    public boolean isBackdoored() {
        return !attack.equals(NONE);
    }

    /**
     * Reads the sidecar of a model: its name with {@code .json} in place of {@code .onnx}. Empty when there is none, or
     * none that names an attack.
     *
     * @throws InvalidDataException if it is damaged, or names an attack without its target
     */
    public static Optional<GroundTruth> readSidecar(Path model) {
        Path sidecar = Preprocessing.sidecarOf(model);
        if (!Files.exists(sidecar)) {
            return Optional.empty();
        }
        JsonObject json = JsonObject.read(sidecar);
        if (!json.has("attack")) {
            return Optional.empty();
        }
        String attack = json.text("attack");
        return Optional.of(new GroundTruth(
                sidecar,
                json.has("dataset") ? json.text("dataset") : "",
                attack,
                attack.equals(NONE) ? null : (Integer) json.count("target"),
                json.has("trigger")));
    }
}
