package dev.assay.audit;

import dev.assay.data.ImageSet;
import dev.assay.defense.InvertedTrigger;
import dev.assay.defense.TriggerVerification;
import dev.assay.grad.Deployed;
import dev.assay.runtime.Lanes;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Tries triggers that were inverted on other deployments. */
final class TransferTask {
    private TransferTask() {}

    /**
     * What to try where.
     *
     * @param evaluation images, of which some are drawn
     * @param triggers inverted on other deployments
     * @param images how many of them, at most
     * @param seed for drawing the images
     */
    record Request(
            Subject artifact,
            SessionSpec session,
            ImagesRef evaluation,
            int images,
            List<InvertedTrigger> triggers,
            long seed) {}

    /** For each trigger the share of images outside its target class that it leads there. */
    record Result(List<Double> attackSuccessRates) {}

    static Result run(Request request, Path folder, Consumer<Progress> progress) {
        Subject.Opened artifact = request.artifact().open(folder);
        ImageSet all = request.evaluation().load(folder);
        ImageSet images = all.drawn(request.images(), new SplittableRandom(request.seed()));
        SessionSpec spec = Lanes.of(artifact.file(), artifact.classifier(), request.session(), artifact.source(images));
        Deployed deployed =
                new Deployed(artifact.file(), artifact.classifier(), spec, artifact.preprocessing(), images);
        List<Double> rates = new ArrayList<>();
        try (TriggerVerification trial = new TriggerVerification(deployed)) {
            for (InvertedTrigger trigger : request.triggers()) {
                progress.accept(new Progress(rates.size(), request.triggers().size(), "triggers of other deployments"));
                rates.add(trial.success(trigger.trigger()));
            }
        }
        return new Result(rates);
    }
}
