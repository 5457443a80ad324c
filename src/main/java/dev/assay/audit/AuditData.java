package dev.assay.audit;

import dev.assay.InvalidDataException;
import dev.assay.attack.KnownTrigger;
import dev.assay.audit.AuditResult.DataInfo;
import dev.assay.data.DataSpec;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Split;
import dev.assay.data.Trigger;
import dev.assay.runtime.ClassifierPorts;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The images of an audit, loaded, drawn and put aside for its tasks.
 *
 * @param info what the result says of them
 * @param evaluation labelled clean images that deployments are measured on
 * @param clean what defenses see: these and, of rare labels, more
 * @param planting clean images to make a control with; the evaluation images where there is to be none
 * @param calibration images that choose activation ranges, null when no scheme needs any; none of them is evaluated on
 *     unless the caller named both
 * @param training possibly poisoned training images
 * @param trigger a known trigger
 */
record AuditData(
        DataInfo info,
        ImagesRef evaluation,
        ImagesRef clean,
        ImagesRef planting,
        @Nullable ImagesRef calibration,
        @Nullable ImagesRef training,
        @Nullable TriggerRef trigger) {

    /**
     * Loads what a request names, at the size of the model's input, and writes it to the audit's folder.
     *
     * @param calibrates whether any scheme chooses activation ranges
     * @throws InvalidDataException if something is missing or damaged, or is not for this model
     */
    static AuditData gather(AuditRequest request, ClassifierPorts ports, boolean calibrates, OutFolder folder) {
        AuditRequest.Images images = request.images();
        Allowance allowance = Allowance.of(request.budget());
        ImageSet all = load(images.evaluation(), ports);
        Parts parts = divide(request, all, calibrates, ports);
        ImageSet calibration = parts.calibration();
        ImageSet evaluation = allowance.sample(parts.evaluation(), request.seed());
        ImageSet clean = allowance.sampleOfEachLabel(parts.evaluation(), request.seed());
        Trigger trigger = trigger(images.trigger(), ports);
        ImageSet training = training(images, trigger, ports, request.seed());
        DataInfo info = new DataInfo(
                images.evaluation().toString(),
                evaluation.size(),
                evaluation.sha256(),
                calibration == null ? "none" : describeCalibration(images),
                calibration == null ? 0 : calibration.size(),
                describe(request.preprocessing().withLayout(ports.layout().name())),
                evaluation.classNames(),
                trigger == null ? null : "%s, to class %d".formatted(images.trigger(), trigger.target()));
        ImagesRef stored = ImagesRef.store(folder, "evaluation", evaluation);
        return new AuditData(
                info,
                stored,
                clean.size() == evaluation.size() ? stored : ImagesRef.store(folder, "clean", clean),
                request.plan().controls()
                        ? ImagesRef.store(
                                folder, "planting", allowance.sampleForControls(parts.evaluation(), request.seed()))
                        : stored,
                calibration == null ? null : ImagesRef.store(folder, "calibration", calibration),
                training == null
                        ? null
                        : ImagesRef.store(folder, "training", allowance.sampleOfEachLabel(training, request.seed())),
                trigger == null ? null : TriggerRef.store(folder, trigger));
    }

    /** The same images to judge on, for a model with a backdoor of its own. */
    AuditData with(@Nullable ImagesRef otherTraining, TriggerRef otherTrigger) {
        return new AuditData(info, evaluation, clean, planting, calibration, otherTraining, otherTrigger);
    }

    private static @Nullable ImageSet training(
            AuditRequest.Images images, @Nullable Trigger trigger, ClassifierPorts ports, long seed) {
        if (images.training() == null) {
            return null;
        }
        ImageSet given = load(images.training(), ports);
        double poisonRate = images.triggerUse().poisonRate();
        return trigger == null || poisonRate == 0
                ? given
                : new KnownTrigger(trigger, poisonRate).poison(given, seed).images();
    }

    private record Parts(ImageSet evaluation, @Nullable ImageSet calibration) {}

    private static Parts divide(AuditRequest request, ImageSet all, boolean calibrates, ClassifierPorts ports) {
        if (!calibrates) {
            return new Parts(all, null);
        }
        DataSpec given = request.images().calibration();
        if (given != null) {
            return new Parts(all, load(given, ports));
        }
        Split split = Split.of(all, Allowance.of(request.budget()).calibrationImagesOf(all.size()), request.seed());
        return new Parts(split.evaluation(), split.calibration());
    }

    private static ImageSet load(DataSpec spec, ClassifierPorts ports) {
        ImageSet images = spec.load(ports.height(), ports.width());
        if (images.classes() > ports.classes()) {
            throw new InvalidDataException("%s: expected labels below the model's %d classes, got %d classes"
                    .formatted(spec, ports.classes(), images.classes()));
        }
        return images;
    }

    private static @Nullable Trigger trigger(@Nullable Path file, ClassifierPorts ports) {
        if (file == null) {
            return null;
        }
        Trigger trigger = Trigger.read(file, ports.height(), ports.width());
        if (trigger.target() >= ports.classes()) {
            throw new InvalidDataException("%s: expected a target below the model's %d classes, got %d"
                    .formatted(file, ports.classes(), trigger.target()));
        }
        return trigger;
    }

    private static String describeCalibration(AuditRequest.Images images) {
        return images.calibration() == null
                ? images.evaluation() + ", kept apart from evaluation"
                : images.calibration().toString();
    }

    private static String describe(Preprocessing preprocessing) {
        return "%s, %s, pixels as %s..%s, mean %s, std %s"
                .formatted(
                        preprocessing.order(),
                        preprocessing.layout(),
                        preprocessing.low(),
                        preprocessing.high(),
                        preprocessing.mean(),
                        preprocessing.std());
    }
}
