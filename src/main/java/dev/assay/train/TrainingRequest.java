package dev.assay.train;

import dev.assay.data.ImageSet;
import dev.assay.runtime.SessionSpec;
import dev.assay.train.net.Network;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A network to be trained from scratch into a file.
 *
 * @param network its kind
 * @param width its width
 * @param set images to train on
 * @param test to measure accuracy and attack success on; null to measure none
 * @param planted what backdoor is in the training set; null where it is clean
 * @param config how to train; its seed also chooses the weights to start from
 * @param quantizedEpochs passes over the images with the rounding of int8-static afterwards; 0 for none
 * @param spec where to train and to measure
 * @param out the ONNX file; the sidecar goes beside it, with the checkpoint until the end
 * @param resume whether to continue from a checkpoint that an interrupted run left there
 * @param source where the images are from, for the sidecar
 */
public record TrainingRequest(
        Network network,
        int width,
        TrainingSet set,
        @Nullable ImageSet test,
        @Nullable Planted planted,
        TrainingConfig config,
        int quantizedEpochs,
        SessionSpec spec,
        Path out,
        boolean resume,
        Source source) {
    /** The same for another file. */
    TrainingRequest withOut(Path file) {
        return new TrainingRequest(
                network, width, set, test, planted, config, quantizedEpochs, spec, file, resume, source);
    }

    /**
     * Where images are from.
     *
     * @param trainingData the training images' specification
     * @param testData the test images' specification; null without
     * @param command what was typed
     */
    public record Source(String trainingData, @Nullable String testData, String command) {}
}
