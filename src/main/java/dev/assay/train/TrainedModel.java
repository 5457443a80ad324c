package dev.assay.train;

import dev.assay.Sha256;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.ir.Model;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.ImageClassifier;
import dev.assay.train.net.NetworkSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network that was trained and written.
 *
 * @param file the ONNX file
 * @param sidecar its description beside it
 * @param sha256 of the file
 * @param history what was seen of each epoch
 * @param accuracy on the test images, 0 to 1; null without test images
 * @param attackSuccess share of triggered test images of other classes that go to the target; null without either
 */
public record TrainedModel(
        Path file,
        Path sidecar,
        String sha256,
        List<Epoch> history,
        @Nullable Double accuracy,
        @Nullable Double attackSuccess) {
    public TrainedModel {
        history = List.copyOf(history);
    }

    /**
     * Builds, trains, measures and writes.
     *
     * @throws dev.assay.InvalidDataException if images do not suit the network, or a checkpoint the training
     * @throws dev.assay.InvalidModelException if the loss leaves the finite numbers
     * @throws UncheckedIOException if a file cannot be written
     */
    public static TrainedModel of(TrainingRequest request, TrainingListener listener) {
        ImageSet images = request.set().images();
        ChannelStatistics channels = ChannelStatistics.of(images);
        NetworkSpec network = new NetworkSpec(
                request.width(),
                images.height(),
                images.width(),
                images.classes(),
                channels.mean(),
                channels.std(),
                request.config().seed());
        String place = request.network().id();
        ImageClassifier start = ImageClassifier.of(request.network().build(network), place, ImageClassifier.Hints.NONE);
        Path checkpoint = Path.of(request.out() + ".checkpoint");
        makeFolder(checkpoint);
        Trainer.Trained trained = Trainer.train(
                new Trainee(start, Preprocessing.DEFAULT, Trainee.Normalization.BY_BATCH, place),
                request.set(),
                request.config(),
                request.spec(),
                new Trainer.Keeping(checkpoint, request.resume()),
                listener);
        TrainedModel result = written(request, network, trained, start);
        delete(checkpoint);
        return result;
    }

    private static TrainedModel written(
            TrainingRequest request, NetworkSpec network, Trainer.Trained trained, ImageClassifier start) {
        Model model = trained.model();
        byte[] bytes = OnnxWriter.toBytes(model);
        MessageDigest digest = Sha256.newDigest();
        digest.update(bytes);
        ImageClassifier classifier = new ImageClassifier(model, start.observation(), start.ports());
        String place = request.out().toString();
        ImageSet test = request.test();
        Planted planted = request.planted();
        Double accuracy = test == null
                ? null
                : Accuracy.of(bytes, classifier, test, request.spec(), place).labelled();
        Double success = test == null || planted == null
                ? null
                : Accuracy.of(bytes, classifier, request.set().stamp().apply(test), request.spec(), place)
                        .ledTo(planted.target());
        OnnxWriter.write(model, request.out());
        Path sidecar = Preprocessing.sidecarOf(request.out());
        TrainedModel result =
                new TrainedModel(request.out(), sidecar, Sha256.hex(digest), trained.history(), accuracy, success);
        Trigger trigger = planted == null ? null : planted.trigger();
        Map<String, String> triggerFiles = trigger == null ? Map.of() : trigger.writeArrays(sidecar);
        write(sidecar, Sidecar.of(request, network, model, result, triggerFiles, bytes.length));
        return result;
    }

    private static void makeFolder(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": its folder cannot be made: " + e.getMessage(), e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be deleted: " + e.getMessage(), e);
        }
    }
}
