package dev.assay.train;

import dev.assay.InvalidDataException;
import dev.assay.InvalidModelException;
import dev.assay.Sha256;
import dev.assay.data.ImageSet;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Model;
import dev.assay.ir.Tensor;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.SessionSpec;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Trains classifiers. The same classifier, images, settings and threads give the same bytes on the same machine,
 * interrupted or not.
 */
public final class Trainer {
    private final ImageClassifier classifier;
    private final Trainee.Rounding rounding;
    private final TrainingSet set;
    private final ImageSet images;
    private final TrainingConfig config;
    private final TrainingGraph graph;
    private final List<float[]> parameters = new ArrayList<>();
    private final List<float[]> gradients = new ArrayList<>();
    private final RunningStatistics statistics;
    private final Optimizer optimizer;
    private final String run;
    private final int batch;
    private final int steps;
    private final List<Epoch> history = new ArrayList<>();

    private Trainer(Trainee trainee, TrainingSet set, TrainingConfig config, SessionSpec spec) {
        this.classifier = trainee.classifier();
        this.rounding = trainee.rounding();
        this.set = set;
        this.images = set.images();
        this.config = config;
        this.graph = TrainingGraph.of(trainee);
        for (Parameter parameter : graph.parameters()) {
            parameters.add(parameter.initial().floats());
            gradients.add(new float[parameter.size()]);
        }
        this.batch = Math.min(config.batch(), images.size());
        this.steps = images.size() / batch;
        this.statistics = new RunningStatistics(graph, classifier.model().graph(), batch);
        this.optimizer = config.optimizer(graph.parameters());
        this.run = digest(spec);
    }

    /**
     * A trained classifier.
     *
     * @param model the classifier with trained constants
     * @param history what was seen of each epoch
     */
    public record Trained(Model model, List<Epoch> history) {
        public Trained {
            history = List.copyOf(history);
        }
    }

    /**
     * Where the state is kept from epoch to epoch.
     *
     * @param file written after each epoch
     * @param resume whether to continue from it where it is there
     */
    public record Keeping(Path file, boolean resume) {}

    /**
     * Trains.
     *
     * @param trainee a float model
     * @param set images of its size and with no more classes than it has
     * @param keeping the checkpoint, or null for none
     * @throws InvalidDataException if images and classifier do not fit, or the checkpoint does not
     * @throws InvalidModelException if it has nothing to train, or if the loss leaves the finite numbers
     * @throws dev.assay.UnsupportedOpException if an operator has no gradient
     */
    public static Trained train(
            Trainee trainee,
            TrainingSet set,
            TrainingConfig config,
            SessionSpec spec,
            @Nullable Keeping keeping,
            TrainingListener listener) {
        requireFit(trainee.classifier().ports(), set.images(), trainee.place());
        Trainer trainer = new Trainer(trainee, set, config, spec);
        try (TrainingStep step = TrainingStep.open(trainer.graph, trainer.batch, spec, trainee.place())) {
            return trainer.train(step, keeping, listener);
        }
    }

    private static void requireFit(ClassifierPorts ports, ImageSet images, String place) {
        if (images.size() < 2) {
            throw new InvalidDataException(
                    "%s: expected two images or more to train on, got %d".formatted(place, images.size()));
        }
        if (images.height() != ports.height() || images.width() != ports.width()) {
            throw new InvalidDataException("%s: expected images of %dx%d, got %dx%d"
                    .formatted(place, ports.height(), ports.width(), images.height(), images.width()));
        }
        if (images.classes() > ports.classes()) {
            throw new InvalidDataException(
                    "%s: expected labels of %d classes, got %d".formatted(place, ports.classes(), images.classes()));
        }
    }

    private String digest(SessionSpec spec) {
        MessageDigest digest = Sha256.newDigest();
        digest.update(OnnxWriter.toBytes(classifier.model()));
        digest.update(HexFormat.of().parseHex(set.sha256()));
        digest.update(HexFormat.of().parseHex(Sha256.ofText(config + " " + spec)));
        return Sha256.hex(digest);
    }

    private Trained train(TrainingStep step, @Nullable Keeping keeping, TrainingListener listener) {
        if (keeping != null && keeping.resume() && Files.exists(keeping.file())) {
            history.addAll(Checkpoint.read(keeping.file(), run, state()));
        }
        listener.started(config.epochs());
        while (history.size() < config.epochs()) {
            Epoch epoch = epoch(step, history.size(), listener);
            history.add(epoch);
            if (keeping != null) {
                new Checkpoint(run, history, state()).write(keeping.file());
            }
            listener.epochEnded(epoch);
        }
        return new Trained(model(), history);
    }

    private List<float[]> state() {
        List<float[]> state = new ArrayList<>(parameters);
        state.addAll(statistics.values());
        state.addAll(optimizer.state());
        return state;
    }

    private Epoch epoch(TrainingStep step, int epoch, TrainingListener listener) {
        long start = System.nanoTime();
        int[] order = Shuffle.order(images.size(), config.seed(), epoch);
        double loss = 0;
        int correct = 0;
        for (int i = 0; i < steps; i++) {
            fill(step, order, i * batch, epoch);
            step.run(rounded());
            if (!Float.isFinite(step.loss())) {
                throw new InvalidModelException("epoch %d, step %d: expected a finite loss, got %s; lower --lr"
                        .formatted(epoch + 1, i + 1, step.loss()));
            }
            update(step, (long) epoch * steps + i);
            loss += step.loss();
            correct += step.correct();
            listener.stepped(epoch, i + 1, steps, loss / (i + 1), (double) correct / ((i + 1) * batch));
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        int seen = steps * batch;
        return new Epoch(epoch, loss / steps, (double) correct / seen, seen / seconds);
    }

    /** What the step computes with, in the graph's order. */
    private List<float[]> rounded() {
        List<String> names = graph.parameters().stream().map(Parameter::name).toList();
        Map<String, float[]> values = new HashMap<>();
        for (int i = 0; i < parameters.size(); i++) {
            values.put(names.get(i), parameters.get(i));
        }
        Map<String, float[]> rounded = rounding.of(values);
        return names.stream()
                .map(name -> Objects.requireNonNull(rounded.get(name), name))
                .toList();
    }

    private void fill(TrainingStep step, int[] order, int from, int epoch) {
        ByteBuffer pixels = step.images();
        FloatBuffer targets = step.targets();
        for (int i = from; i < from + batch; i++) {
            SplittableRandom random = Shuffle.of(order[i], config.seed(), epoch);
            set.write(order[i], config.augmentation(), random, pixels);
            set.writeTarget(order[i], classifier.ports().classes(), config.labelSmoothing(), targets);
        }
    }

    private void update(TrainingStep step, long number) {
        double rate = config.schedule().rate(config.rate(), number, (long) steps * config.epochs());
        for (int i = 0; i < parameters.size(); i++) {
            step.gradient(i, gradients.get(i));
            optimizer.update(i, parameters.get(i), gradients.get(i), rate, number);
        }
        statistics.update(step);
    }

    /** The classifier with the values that its constants have now. */
    private Model model() {
        GraphEditor edit = classifier.model().graph().edit();
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = graph.parameters().get(i);
            edit.setConstant(
                    parameter.name(), Tensor.ofFloats(parameter.initial().dims(), parameters.get(i)));
        }
        for (int i = 0; i < statistics.names().size(); i++) {
            float[] values = statistics.values().get(i);
            edit.setConstant(statistics.names().get(i), Tensor.ofFloats(new long[] {values.length}, values));
        }
        return classifier.model().withGraph(edit.commit());
    }
}
