package dev.assay.audit;

import dev.assay.data.ImageSet;
import dev.assay.data.Npy;
import dev.assay.data.Trigger;
import dev.assay.ir.Tensor;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Scores the evaluation images with the model that deployments are compared with. */
final class ReferenceTask {
    private ReferenceTask() {}

    /** What to score with what, and how. */
    record Request(
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
            FileRef clean = score(classifier, model, images, null, folder, progress);
            return new Result(
                    clean, trigger == null ? null : score(classifier, model, images, trigger, folder, progress));
        }
    }

    private static FileRef score(
            Classifier classifier,
            Subject.Opened model,
            ImageSet images,
            @Nullable Trigger trigger,
            Path folder,
            Consumer<Progress> progress) {
        String unit = trigger == null ? "images" : "images with the trigger";
        float[] scores = classifier.scores(
                model.source(images, trigger), done -> progress.accept(new Progress(done, images.size(), unit)));
        long[] dims = {images.size(), model.classifier().ports().classes()};
        Path file = OutFolder.taskFile(folder, "reference", trigger == null ? "-scores.npy" : "-triggered-scores.npy");
        Npy.write(file, Tensor.ofFloats(dims, scores));
        return FileRef.of(folder, file);
    }
}
