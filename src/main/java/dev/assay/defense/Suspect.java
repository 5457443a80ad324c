package dev.assay.defense;

import dev.assay.InvalidDataException;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.grad.Deployed;
import dev.assay.grad.DeployedGradient;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A deployment under suspicion and what is known of it.
 *
 * @param artifact its file
 * @param model the artifact as a probe observed it
 * @param spec how it is run
 * @param preprocessing how pixels become its input
 * @param clean labelled images known to be clean, of the model's size
 * @param training training images, possibly poisoned, of the model's size; null when not given
 * @param trigger a known trigger, of the model's size; null when none is known
 * @param gradient how its gradient can be had, and how good it is; null where no defense asked for one
 * @param startTriggers triggers inverted on other deployments of the same model, to start from
 * @param inverted what Neural Cleanse inverted on this deployment, at most one trigger a class; empty before it ran
 * @param seed of everything random
 */
public record Suspect(
        Path artifact,
        ImageClassifier model,
        SessionSpec spec,
        Preprocessing preprocessing,
        ImageSet clean,
        @Nullable ImageSet training,
        @Nullable Trigger trigger,
        @Nullable DeployedGradient gradient,
        List<Trigger> startTriggers,
        List<InvertedTrigger> inverted,
        long seed) {
    /**
     * A suspect.
     *
     * @throws InvalidDataException if clean or training images have labels that the model has no class for
     */
    public Suspect {
        requireClasses("clean", clean, model);
        if (training != null) {
            requireClasses("training", training, model);
        }
        startTriggers = List.copyOf(startTriggers);
        inverted = List.copyOf(inverted);
    }

    private static void requireClasses(String sort, ImageSet images, ImageClassifier model) {
        if (images.classes() > model.ports().classes()) {
            throw new InvalidDataException("%s images: expected labels below the model's %d classes, got %d classes"
                    .formatted(sort, model.ports().classes(), images.classes()));
        }
    }

    /** This suspect with a way to its gradient, which is found out by trying. */
    public Suspect withGradient() {
        DeployedGradient found = DeployedGradient.of(deployed(clean), seed);
        return with(found, inverted);
    }

    /** This suspect with the triggers that earlier defenses inverted on it. */
    public Suspect withInverted(List<InvertedTrigger> triggers) {
        return with(gradient, triggers);
    }

    private Suspect with(@Nullable DeployedGradient newGradient, List<InvertedTrigger> newInverted) {
        return new Suspect(
                artifact,
                model,
                spec,
                preprocessing,
                clean,
                training,
                trigger,
                newGradient,
                startTriggers,
                newInverted,
                seed);
    }

    /** Loads the deployment; the caller closes it. */
    Classifier open() {
        return Classifier.open(artifact, model, spec);
    }

    /** Images as the model takes them. */
    ImageSource source(ImageSet images) {
        return ImageSource.of(images, preprocessing, model.ports().type());
    }

    /** Images with the trigger on each as the model takes them. */
    ImageSource source(ImageSet images, Trigger stamp) {
        return ImageSource.of(images, preprocessing, model.ports().type(), stamp);
    }

    /** Images of several sets as the model takes them, one set after the other. */
    ImageSource source(List<ImageSet> sets) {
        return ImageSource.joined(
                sets.stream().map(this::source).toList(), model.ports().imageBytes());
    }

    /** What gradients are taken of, on these images. */
    Deployed deployed(ImageSet images) {
        return new Deployed(artifact, model, spec, preprocessing, images);
    }
}
