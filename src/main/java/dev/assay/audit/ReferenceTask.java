package dev.assay.audit;

import dev.assay.data.ImageSet;
import dev.assay.data.Npy;
import dev.assay.data.Trigger;
import dev.assay.ir.Tensor;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.Scores;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Scores the evaluation images with the model that deployments are compared with. */
final class ReferenceTask {
    private ReferenceTask() {}

    /**
     * What to score with what, and how.
     *
     * @param name of the scores' files
     */
    record Request(
            String name,
            Subject model,
            SessionSpec session,
            ImagesRef evaluation,
            @Nullable TriggerRef trigger) {}

    /**
     * The scores.
     *
     * @param clean {@code [N, classes]}, float32
     * @param triggered the same with the trigger on every image; null without one
     */
    record Result(FileRef clean, @Nullable FileRef triggered) {}

    static Result run(Request request, Path folder, Consumer<Progress> progress) {
        Subject.Opened model = request.model().open(folder);
        ImageSet images = request.evaluation().load(folder);
        Trigger trigger = request.trigger() == null ? null : request.trigger().load(folder);
        try (Classifier classifier = Classifier.open(model.file(), model.classifier(), request.session())) {
            float[] clean = classifier.scores(
                    model.source(images), done -> progress.accept(new Progress(done, images.size(), "images")));
            FileRef cleanFile = store(clean, model, request.name() + "-scores", folder);
            if (trigger == null) {
                return new Result(cleanFile, null);
            }
            float[] triggered = classifier.scores(
                    model.source(images, trigger),
                    done -> progress.accept(new Progress(done, images.size(), "images with the trigger")));
            return new Result(cleanFile, store(triggered, model, request.name() + "-triggered-scores", folder));
        }
    }

    /**
     * Writes scores that can be compared with.
     *
     * @throws dev.assay.InvalidModelException if one is not finite
     */
    private static FileRef store(float[] values, Subject.Opened model, String name, Path folder) {
        Scores scores =
                Scores.of(values, model.classifier().ports(), model.file().toString());
        Path file = OutFolder.taskFile(folder, name, ".npy");
        Npy.write(file, Tensor.ofFloats(new long[] {scores.images(), scores.classes()}, values));
        return FileRef.of(folder, file);
    }
}
