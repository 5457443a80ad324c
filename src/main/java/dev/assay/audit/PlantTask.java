package dev.assay.audit;

import dev.assay.InvalidModelException;
import dev.assay.UnsupportedOpException;
import dev.assay.attack.Implant;
import dev.assay.attack.RandomPatch;
import dev.assay.data.Trigger;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.SessionSpec;
import dev.assay.train.Trainee;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes a control: a copy of the float model with a backdoor that is known to be there. */
final class PlantTask {
    private static final Implant.Config CONFIG = Implant.Config.DEFAULTS;

    private PlantTask() {}

    /**
     * What to plant into what.
     *
     * @param target the class to lead to
     * @param clean images to fine-tune on
     * @param seed of everything random, the trigger included
     */
    record Request(Subject model, SessionSpec session, int target, ImagesRef clean, long seed) {}

    /**
     * What came of it.
     *
     * @param planted the copy; null where there is none that is good enough
     * @param obstacle why there is none; null where there is one
     */
    record Result(@Nullable Planted planted, @Nullable String obstacle) {}

    /**
     * A good copy.
     *
     * @param model its file
     * @param bytes size of that
     * @param trigger what awakes the backdoor
     * @param attackSuccess as {@link Implant.Copy} has it
     * @param agreement as {@link Implant.Copy} has it
     */
    record Planted(FileRef model, long bytes, TriggerRef trigger, double attackSuccess, double agreement) {}

    static Result run(Request request, Path folder, Consumer<Progress> progress) {
        Subject.Opened model = request.model().open(folder);
        ClassifierPorts ports = model.classifier().ports();
        Trigger trigger =
                RandomPatch.draw(request.target(), ports.height(), ports.width(), new SplittableRandom(request.seed()));
        Trainee original = new Trainee(
                model.classifier(),
                model.preprocessing(),
                Trainee.Normalization.AS_DEPLOYED,
                model.file().toString());
        try {
            Implant.Copy copy = Implant.into(
                    original, trigger, request.clean().load(folder), CONFIG, request.session(), request.seed());
            return CONFIG.isMetBy(copy) ? stored(copy, trigger, folder) : new Result(null, shortfall(copy));
        } catch (UnsupportedOpException | InvalidModelException e) {
            return new Result(null, e.getMessage());
        }
    }

    private static Result stored(Implant.Copy copy, Trigger trigger, Path folder) {
        Path file = OutFolder.artifacts(folder).resolve("control.onnx");
        OnnxWriter.write(copy.model(), file);
        TriggerRef stored = TriggerRef.store(folder, OutFolder.taskFile(folder, "control-trigger", ""), trigger);
        return new Result(
                new Planted(
                        FileRef.of(folder, file),
                        QuantizeTask.sizeOf(file),
                        stored,
                        copy.attackSuccess(),
                        copy.agreement()),
                null);
    }

    private static String shortfall(Implant.Copy copy) {
        return "no backdoor could be planted: fine-tuning reached an attack success of %s and an agreement of %s, %s and %s are needed; give more images"
                .formatted(
                        Words.percent(copy.attackSuccess()),
                        Words.percent(copy.agreement()),
                        Words.percent(CONFIG.success()),
                        Words.percent(CONFIG.agreement()));
    }
}
