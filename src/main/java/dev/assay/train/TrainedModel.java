package dev.assay.train;

import dev.assay.OutputException;
import dev.assay.Sha256;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.Optimization;
import dev.assay.train.net.NetworkSpec;
import java.io.IOException;
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
 * @param quantized what further training with rounding made of it; null without
 */
public record TrainedModel(
        Path file,
        Path sidecar,
        String sha256,
        List<Epoch> history,
        @Nullable Double accuracy,
        @Nullable Double attackSuccess,
        @Nullable Quantized quantized) {
    public TrainedModel {
        history = List.copyOf(history);
    }

    /**
     * A network that was trained on with the rounding of int8-static.
     *
     * @param artifact that artifact; its history is of the further training
     * @param simulatedAccuracy what training would measure on the test images, on float kernels; null without test images
     */
    public record Quantized(TrainedModel artifact, @Nullable Double simulatedAccuracy) {}

    /**
     * Builds, trains, measures and writes; with further epochs of quantization-aware training into a second file, {@code
     * NAME_int8.onnx}, which is not part of the checkpoint.
     *
     * @throws dev.assay.InvalidDataException if images do not suit the network, or a checkpoint the training
     * @throws dev.assay.InvalidModelException if the loss leaves the finite numbers
     * @throws OutputException if a file cannot be written
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
        ImageClassifier classifier = new ImageClassifier(trained.model(), start.observation(), start.ports());
        TrainedModel result = new Writer(request, network).write(classifier, trained.history(), null);
        if (request.quantizedEpochs() > 0) {
            result = result.with(quantized(request, network, classifier, listener));
        }
        delete(checkpoint);
        return result;
    }

    private TrainedModel with(Quantized further) {
        return new TrainedModel(file, sidecar, sha256, history, accuracy, attackSuccess, further);
    }

    private static Quantized quantized(
            TrainingRequest request, NetworkSpec network, ImageClassifier trained, TrainingListener listener) {
        TrainingConfig config = request.config().tuning(request.quantizedEpochs());
        QuantizationAware tuned = QuantizationAware.train(
                new Trainee(
                        trained,
                        Preprocessing.DEFAULT,
                        Trainee.Normalization.AS_DEPLOYED,
                        request.network().id()),
                request.set(),
                config,
                request.spec(),
                listener);
        ImageClassifier simulation = tuned.simulation();
        ImageSet test = request.test();
        Double simulated = test == null
                ? null
                : Accuracy.of(
                                OnnxWriter.toBytes(simulation.model()),
                                simulation,
                                test,
                                request.spec().at(Optimization.NONE),
                                request.network().id())
                        .labelled();
        Path file = request.out()
                .resolveSibling(String.valueOf(request.out().getFileName()).replaceFirst("(\\.onnx)?$", "_int8.onnx"));
        ImageClassifier artifact = new ImageClassifier(tuned.artifact(), simulation.observation(), simulation.ports());
        TrainedModel written = new Writer(request.withOut(file), network)
                .write(artifact, tuned.history(), new Sidecar.Rounding(config, simulated));
        return new Quantized(written, simulated);
    }

    /** Measures a network and writes it with its sidecar. */
    private record Writer(TrainingRequest request, NetworkSpec network) {
        TrainedModel write(ImageClassifier classifier, List<Epoch> history, Sidecar.@Nullable Rounding rounding) {
            byte[] bytes = OnnxWriter.toBytes(classifier.model());
            MessageDigest digest = Sha256.newDigest();
            digest.update(bytes);
            Path sidecar = Preprocessing.sidecarOf(request.out());
            TrainedModel result = new TrainedModel(
                    request.out(),
                    sidecar,
                    Sha256.hex(digest),
                    history,
                    accuracy(bytes, classifier),
                    attackSuccess(bytes, classifier),
                    null);
            OnnxWriter.write(classifier.model(), request.out());
            Planted planted = request.planted();
            Trigger trigger = planted == null ? null : planted.trigger();
            Map<String, String> triggerFiles = trigger == null ? Map.of() : trigger.writeArrays(sidecar);
            TrainedModel.write(
                    sidecar,
                    Sidecar.of(request, network, classifier.model(), result, triggerFiles, bytes.length, rounding));
            return result;
        }

        private @Nullable Double accuracy(byte[] bytes, ImageClassifier classifier) {
            ImageSet test = request.test();
            return test == null
                    ? null
                    : (Double) measured(bytes, classifier, test).labelled();
        }

        private @Nullable Double attackSuccess(byte[] bytes, ImageClassifier classifier) {
            ImageSet test = request.test();
            Planted planted = request.planted();
            return test == null || planted == null
                    ? null
                    : (Double) measured(bytes, classifier, request.set().stamp().apply(test))
                            .ledTo(planted.target());
        }

        private Accuracy measured(byte[] bytes, ImageClassifier classifier, ImageSet images) {
            return Accuracy.of(
                    bytes, classifier, images, request.spec(), request.out().toString());
        }
    }

    private static void makeFolder(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw new OutputException(file + ": its folder cannot be made: " + e.getMessage(), e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new OutputException(file + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new OutputException(file + ": cannot be deleted: " + e.getMessage(), e);
        }
    }
}
