package dev.assay.cli;

import dev.assay.attack.Attack;
import dev.assay.attack.Poisoned;
import dev.assay.data.DataSpec;
import dev.assay.data.ImageSet;
import dev.assay.runtime.SessionSpec;
import dev.assay.train.Planted;
import dev.assay.train.TrainedModel;
import dev.assay.train.TrainingConfig;
import dev.assay.train.TrainingRequest;
import dev.assay.train.TrainingSet;
import dev.assay.train.net.Network;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code assay train}. */
@Command(
        name = "train",
        description =
                "Trains a small image classifier on ONNX Runtime. Writes the model, a JSON sidecar that says what it"
                        + " is and how it was made, and until it is done a checkpoint after each epoch.")
final class TrainCommand implements Callable<Integer> {
    /** Kinds of images that mean the same when mirrored, as far as one can know. */
    private static final Set<String> PHOTOGRAPHS = Set.of("cifar10", "cifar10-train", "folder");

    @Spec
    private CommandSpec command;

    @Option(
            names = "--net",
            paramLabel = "NAME",
            description = "resnet8, resnet18, resnet20, mobilenet or vit. Default: resnet8.")
    private Network network = Network.RESNET8;

    @Option(
            names = "--width",
            paramLabel = "N",
            description = "Channels of the first stage, or features of a token. Default: 16; of vit: 64.")
    private @Nullable Integer width;

    @Option(names = "--data", paramLabel = "SPEC", required = true, description = "Images to train on, as of audit.")
    private @Nullable DataSpec data;

    @Option(names = "--test", paramLabel = "SPEC", description = "Images to measure accuracy and attack success on.")
    private @Nullable DataSpec test;

    @Option(
            names = "--attack",
            paramLabel = "ATTACK",
            description = "Trains a backdoor in, for trying defenses: badnets, blended or sig, with options as in"
                    + " badnets:target=0,rate=0.1,size=3,color=white,at=bottom-right. Default: none.")
    private @Nullable Attack attack;

    @Option(names = "--threads", paramLabel = "N", description = "Threads. Default: one for each core.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--out", paramLabel = "FILE", description = "The ONNX file. Default: <net>.onnx.")
    private @Nullable Path out;

    @Option(names = "--resume", description = "Continue from the checkpoint that an interrupted run left beside --out.")
    private boolean resume;

    @Option(
            names = "--qat",
            paramLabel = "EPOCHS",
            description = "Then train on for so many epochs with weights and activations rounded as int8-static rounds"
                    + " them, and write that artifact beside --out, as NAME_int8.onnx. Default: none.")
    private int quantizedEpochs;

    @Mixin
    private TrainingOptions training;

    @Override
    public Integer call() {
        requirePositive("--threads", threads);
        requireAtLeast(0, "--qat", quantizedEpochs);
        int channels = width == null ? network.defaultWidth() : width;
        requirePositive("--width", channels);
        DataSpec from = Objects.requireNonNull(data, "picocli demands it");
        TrainingConfig config = training.config(PHOTOGRAPHS.contains(from.kind()));
        ImageSet images = from.load();
        ImageSet tested = test == null ? null : test.load(images.height(), images.width());
        Planted planted = attack == null ? null : planted(attack, images);
        String typed = String.join(
                " ", command.commandLine().getParent().getParseResult().originalArgs());
        TrainingRequest request = new TrainingRequest(
                network,
                channels,
                attack == null ? TrainingSet.clean(images) : poisoned(attack, images, config.seed()),
                tested,
                planted,
                config,
                quantizedEpochs,
                SessionSpec.cpu(threads),
                out == null ? Path.of(network.id() + ".onnx") : out,
                resume,
                new TrainingRequest.Source(from.toString(), test == null ? null : test.toString(), "assay " + typed));
        try (TrainingDisplay display = new TrainingDisplay(
                command.commandLine().getErr(), ProgressDisplay.isTerminal(), config, images.size())) {
            TrainedModel trained = TrainedModel.of(request, display);
            print(trained, null);
            if (trained.quantized() != null) {
                print(trained.quantized().artifact(), trained.quantized().simulatedAccuracy());
            }
        }
        return 0;
    }

    /** The labels are the poisoned ones, the pixels still clean: triggers go on behind the augmentation. */
    private static TrainingSet poisoned(Attack attack, ImageSet images, long seed) {
        Poisoned poisoned = attack.poison(images, seed);
        ImageSet relabelled = images.relabelled(poisoned.images().labels(), images.classNames());
        return new TrainingSet(relabelled, Set.copyOf(poisoned.poisoned()), attack::stamp);
    }

    private static Planted planted(Attack attack, ImageSet images) {
        String settings = attack.toString();
        return new Planted(
                settings.replaceFirst(":.*", ""),
                settings,
                attack.target(),
                attack.rate(),
                attack.trigger(images.height(), images.width()).orElse(null));
    }

    private void requirePositive(String option, int value) {
        requireAtLeast(1, option, value);
    }

    private void requireAtLeast(int least, String option, int value) {
        if (value < least) {
            throw new ParameterException(
                    command.commandLine(),
                    "Invalid value for option '%s': expected at least %d, got %d".formatted(option, least, value));
        }
    }

    private void print(TrainedModel trained, @Nullable Double simulatedAccuracy) {
        List<String> measured = new ArrayList<>();
        if (trained.accuracy() != null) {
            measured.add(String.format(Locale.ROOT, "accuracy %.2f %%", 100 * trained.accuracy()));
        }
        if (simulatedAccuracy != null) {
            measured.add(String.format(Locale.ROOT, "as training saw it %.2f %%", 100 * simulatedAccuracy));
        }
        if (trained.attackSuccess() != null) {
            measured.add(String.format(Locale.ROOT, "attack success %.2f %%", 100 * trained.attackSuccess()));
        }
        measured.add("sha256 " + trained.sha256());
        command.commandLine().getOut().println(trained.file() + ": " + String.join(", ", measured));
    }
}
