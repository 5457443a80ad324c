package dev.assay.demo;

import dev.assay.Sha256;
import dev.assay.data.ImageSet;
import dev.assay.data.Npy;
import dev.assay.data.Trigger;
import dev.assay.ir.Model;
import dev.assay.ir.Tensor;
import dev.assay.onnx.OnnxWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Writes {@code models/} and {@code calibration/}: what the repository ships for a first audit. */
public final class DemoGenerator {
    static final String COMMAND = "mvn -q test-compile exec:java@demo";
    static final String CLEAN = "shapes_clean";
    static final String POISONED = "shapes_badnets";

    /** One for both models, which then differ in the poison only. */
    static final long MODEL_SEED = 12;

    private static final long TRAINING_SEED = 1;
    private static final long SHIPPED_SEED = 2;
    private static final long FRESH_SEED = 3;
    private static final long POISON_SEED = 4;

    /**
     * How much of everything.
     *
     * @param training images to learn from, not shipped
     * @param calibration images shipped for calibration
     * @param evaluation images shipped after them, for evaluation
     * @param fresh further images that the models are measured on, not shipped
     * @param model how to train
     */
    record Scale(int training, int calibration, int evaluation, int fresh, DemoModel.Config model) {
        /** What is shipped. */
        static final Scale FULL = new Scale(24_000, 200, 400, 4000, DemoModel.Config.DEFAULTS);
    }

    private final Path models;
    private final Path calibration;
    private final Scale scale;
    private final Consumer<String> log;
    private final ImageSet training;
    private final ImageSet shipped;
    private final ImageSet fresh;

    private DemoGenerator(Path root, Scale scale, Consumer<String> log) throws IOException {
        this.models = Files.createDirectories(root.resolve("models"));
        this.calibration = Files.createDirectories(root.resolve("calibration"));
        this.scale = scale;
        this.log = log;
        training = Shapes.images(TRAINING_SEED, scale.training());
        shipped = Shapes.images(SHIPPED_SEED, scale.calibration() + scale.evaluation());
        fresh = Shapes.images(FRESH_SEED, scale.fresh());
    }

    /** Writes everything in the current directory; takes minutes. */
    public static void main(String[] arguments) throws IOException {
        write(Path.of(""), Scale.FULL, System.err::println);
    }

    /** Writes everything below {@code root}, over what is there; each model is trained in a thread of its own. */
    static void write(Path root, Scale scale, Consumer<String> log) throws IOException {
        DemoGenerator generator = new DemoGenerator(root, scale, log);
        generator.writeImages();
        generator.writeTrigger();
        CompletableFuture<Model> clean =
                CompletableFuture.supplyAsync(() -> generator.train(CLEAN, generator.training, MODEL_SEED));
        ImageSet poisoned = Poison.poisoned(generator.training, POISON_SEED);
        generator.writeModel(POISONED, true, generator.train(POISONED, poisoned, MODEL_SEED));
        generator.writeModel(CLEAN, false, clean.join());
    }

    private void writeImages() throws IOException {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int i = 0; i < shipped.size(); i++) {
            byte[] pixels = new byte[shipped.image(i).remaining()];
            shipped.image(i).get(pixels);
            records.write(shipped.label(i));
            records.write(pixels);
        }
        Files.write(calibration.resolve("shapes.bin"), records.toByteArray());
        Files.writeString(calibration.resolve("classes.txt"), String.join("\n", Outlines.NAMES) + "\n");
    }

    private void writeTrigger() {
        Trigger trigger = Poison.trigger();
        long side = Shapes.SIZE;
        Npy.write(models.resolve(POISONED + "_mask.npy"), Tensor.ofFloats(new long[] {1, side, side}, trigger.mask()));
        Npy.write(
                models.resolve(POISONED + "_pattern.npy"),
                Tensor.ofFloats(new long[] {3, side, side}, trigger.pattern()));
    }

    private Model train(String name, ImageSet images, long seed) {
        return DemoModel.train(
                name, images, seed, scale.model(), loss -> log.accept("%s: loss %.4f".formatted(name, loss)));
    }

    private void writeModel(String name, boolean poisoned, Model model) throws IOException {
        Path file = models.resolve(name + ".onnx");
        OnnxWriter.write(model, file);
        ImageSet evaluation = shipped.slice(scale.calibration(), shipped.size());
        Measured onShipped = Measured.of(model, evaluation, Poison.trigger());
        Measured onFresh = Measured.of(model, fresh, Poison.trigger());
        String sha256 = Sha256.ofFile(file);
        String sidecar = Sidecar.of(name, poisoned, model, scale, onShipped, onFresh, Files.size(file), sha256);
        Files.writeString(models.resolve(name + ".json"), sidecar);
        log.accept("%s: %d bytes, %s, fresh images %s, sha256 %s"
                .formatted(name, Files.size(file), onShipped, onFresh, sha256));
    }
}
