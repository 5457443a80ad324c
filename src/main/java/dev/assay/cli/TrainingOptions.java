package dev.assay.cli;

import dev.assay.train.Augmentation;
import dev.assay.train.Schedule;
import dev.assay.train.TrainingConfig;
import dev.assay.train.TrainingConfig.Method;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How to train. */
final class TrainingOptions {
    private static final TrainingConfig USUAL = TrainingConfig.DEFAULTS;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the images. Default: 15.")
    private int epochs = USUAL.epochs();

    @Option(names = "--batch", paramLabel = "N", description = "Images a step. Default: 128.")
    private int batch = USUAL.batch();

    @Option(names = "--optimizer", paramLabel = "NAME", description = "sgd (Nesterov) or adamw. Default: sgd.")
    private Method method = USUAL.method();

    @Option(
            names = "--lr",
            paramLabel = "RATE",
            description = "Peak learning rate. Default: 0.1 for sgd, 0.001 for adamw.")
    private @Nullable Double rate;

    @Option(
            names = "--schedule",
            paramLabel = "NAME",
            description = "one-cycle, cosine or constant. Default: one-cycle.")
    private Schedule schedule = USUAL.schedule();

    @Option(names = "--momentum", paramLabel = "SHARE", description = "Of sgd. Default: 0.9.")
    private double momentum = USUAL.momentum();

    @Option(
            names = "--weight-decay",
            paramLabel = "RATE",
            description = "Of weights, not of norms and biases. Default: 0.0005.")
    private double weightDecay = USUAL.weightDecay();

    @Option(
            names = "--label-smoothing",
            paramLabel = "SHARE",
            description = "Share of each label that goes to all classes alike. Default: 0.")
    private double labelSmoothing = USUAL.labelSmoothing();

    @Option(
            names = "--crop",
            paramLabel = "PIXELS",
            description = "Width of the black border that random crops are taken out of. Default: 4.")
    private int padding = USUAL.augmentation().padding();

    @Option(
            names = "--flip",
            negatable = true,
            description = "Mirror half of the images; for photographs, not for signs. Default: for cifar10 and folder.")
    private @Nullable Boolean flip;

    @Option(
            names = "--colour",
            paramLabel = "SHARE",
            description = "How far brightness, contrast and saturation may each move. Default: 0.")
    private double colour = USUAL.augmentation().colour();

    @Option(names = "--seed", paramLabel = "N", description = "Seed of everything random. Default: 7.")
    private long seed = USUAL.seed();

    /**
     * The settings.
     *
     * @param photographs whether the images may be mirrored where the options do not say
     * @throws ParameterException if one is out of its range
     */
    TrainingConfig config(boolean photographs) {
        try {
            return new TrainingConfig(
                    method,
                    rate == null ? method.usualRate() : rate,
                    momentum,
                    weightDecay,
                    labelSmoothing,
                    schedule,
                    epochs,
                    batch,
                    new Augmentation(padding, flip == null ? photographs : flip, colour),
                    seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "Invalid setting: " + e.getMessage(), e);
        }
    }
}
