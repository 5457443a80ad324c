package dev.assay.bench;

import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.grad.Deployed;
import dev.assay.grad.FiniteDifferenceTriggerLoss;
import dev.assay.grad.GraphTriggerLoss;
import dev.assay.grad.Pullback;
import dev.assay.grad.TriggerBatch;
import dev.assay.grad.TriggerLoss;
import dev.assay.ir.Model;
import dev.assay.ir.Tensor;
import dev.assay.onnx.OnnxReader;
import dev.assay.onnx.OnnxWriter;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Quantizer;
import dev.assay.quant.Scheme;
import dev.assay.runtime.Binding;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.Session;
import dev.assay.runtime.SessionSpec;
import dev.assay.runtime.SideBySide;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * How many images a second an artifact classifies, how many it classifies and differentiates, in one run of a session and
 * spread over threads as {@link GraphTriggerLoss} spreads them, how many a search for triggers does, and how many are
 * classified for finite differences.
 *
 * <p>Arguments: model file, scheme, batch, threads, runs; then, if wanted, a rival's command, which prints a JSON object
 * with {@code gradient_images_per_s}. Images are noise, which costs what photographs cost. The best of the runs counts:
 * other load on the machine only slows runs down.
 */
public final class GradientBenchmark {
    private static final int CALIBRATION_IMAGES = 64;
    private static final int IMAGES_PER_TRIGGER = 32;

    private GradientBenchmark() {}

    public static void main(String[] args) throws IOException {
        if (args.length < 5) {
            throw new IllegalArgumentException("expected MODEL SCHEME BATCH THREADS RUNS [RIVAL...]");
        }
        Path path = Path.of(args[0]);
        Scheme scheme = scheme(args[1]);
        int batch = Integer.parseInt(args[2]);
        SessionSpec spec = SessionSpec.cpu(Integer.parseInt(args[3]));
        double ours = measure(path, scheme, batch, spec, Integer.parseInt(args[4]), System.out);
        if (args.length > 5) {
            double theirs = Rival.measure(Arrays.asList(args).subList(5, args.length), "gradient_images_per_s");
            System.out.printf("rival %.0f: %.2f times as many spread%n", theirs, ours / theirs);
        }
    }

    /** The scheme of an id. */
    static Scheme scheme(String id) {
        return Arrays.stream(Scheme.values())
                .filter(scheme -> scheme.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scheme '" + id + "'"));
    }

    /** Prints all figures; gives back the images a second that are classified and differentiated, spread over threads. */
    private static double measure(Path path, Scheme scheme, int batch, SessionSpec spec, int runs, PrintStream out)
            throws IOException {
        ImageClassifier model = ImageClassifier.of(OnnxReader.read(path), path.toString(), ImageClassifier.Hints.NONE);
        ClassifierPorts ports = model.ports();
        ImageSource noise = new Noise(ports);
        Model artifact = Quantizer.quantize(model, scheme, QuantConfig.DEFAULTS, noise, spec.threads())
                .model();
        ImageClassifier deployed = ImageClassifier.of(
                artifact, path.toString(), new ImageClassifier.Hints(ports.layout(), ports.height(), ports.width()));
        int images = ports.batch(batch);
        long[] in = ports.inputShape(images);
        long[] scores = deployed.observation().of(ports.output()).orElseThrow().shapeAt(images);
        try (Session alone = Session.open(OnnxWriter.toBytes(artifact), "artifact", spec);
                Binding forward = alone.bind(Map.of(ports.input(), in), Map.of(ports.output(), scores))) {
            noise.fill(0, images, forward.buffer(ports.input()));
            int perRun = ports.batch(IMAGES_PER_TRIGGER);
            double spread = differentiated(deployed, noise, images, perRun, spec.withThreads(1), spec.threads(), runs);
            out.printf(
                    "%s %s batch %d threads %d: forward %.0f images/s, forward and gradient %.0f in one run,"
                            + " %.0f spread, search %.0f, finite differences %.0f%n",
                    path.getFileName(),
                    scheme.id(),
                    images,
                    spec.threads(),
                    images / best(runs, forward::run),
                    differentiated(deployed, noise, images, images, spec, 1, runs),
                    spread,
                    searched(artifact, deployed, batch, spec, runs),
                    differenced(artifact, deployed, batch, spec, runs));
            return spread;
        }
    }

    /** Images a second, so many of them in each run of a session, each of whose threads is a run of its own. */
    private static double differentiated(
            ImageClassifier deployed,
            ImageSource noise,
            int images,
            int perRun,
            SessionSpec spec,
            int threads,
            int runs) {
        ClassifierPorts ports = deployed.ports();
        Pullback pullback = Pullback.of(deployed, "pullback");
        long[] in = ports.inputShape(perRun);
        long[] scores = deployed.observation().of(ports.output()).orElseThrow().shapeAt(perRun);
        try (Session joint = Session.open(OnnxWriter.toBytes(pullback.model()), "pullback", spec);
                SideBySide side = new SideBySide(threads)) {
            List<Binding> bindings = Stream.generate(() -> joint.bind(
                            Map.of(ports.input(), in, pullback.weights(), scores),
                            Map.of(ports.output(), scores, pullback.gradient(), in)))
                    .limit(threads)
                    .toList();
            SplittableRandom random = new SplittableRandom(1);
            for (Binding binding : bindings) {
                noise.fill(0, perRun, binding.buffer(ports.input()));
                FloatBuffer weights = binding.buffer(pullback.weights()).asFloatBuffer();
                while (weights.hasRemaining()) {
                    weights.put((float) random.nextGaussian());
                }
            }
            double seconds = best(runs, () -> {
                AtomicInteger left = new AtomicInteger(images / perRun);
                side.run(bindings.stream()
                        .<Supplier<Binding>>map(binding -> () -> {
                            while (left.getAndDecrement() > 0) {
                                binding.run();
                            }
                            return binding;
                        })
                        .toList());
            });
            bindings.forEach(Binding::close);
            return images / seconds;
        }
    }

    private static double searched(Model artifact, ImageClassifier model, int batch, SessionSpec spec, int runs)
            throws IOException {
        int triggers = Math.max(1, batch / IMAGES_PER_TRIGGER);
        return evaluated(artifact, model, spec, runs, 1, at -> GraphTriggerLoss.open(at, triggers, IMAGES_PER_TRIGGER));
    }

    private static double differenced(Model artifact, ImageClassifier model, int batch, SessionSpec spec, int runs)
            throws IOException {
        return evaluated(
                artifact,
                model,
                spec,
                runs,
                FiniteDifferenceTriggerLoss.EVALUATIONS,
                at -> FiniteDifferenceTriggerLoss.open(at, batch, 1));
    }

    /** Images a second of a loss that classifies each of its images so often. */
    private static double evaluated(
            Model artifact,
            ImageClassifier model,
            SessionSpec spec,
            int runs,
            int evaluations,
            Function<Deployed, TriggerLoss> opened)
            throws IOException {
        ClassifierPorts ports = model.ports();
        int plane = ports.height() * ports.width();
        byte[] pixels = new byte[CALIBRATION_IMAGES * ClassifierPorts.CHANNELS * plane];
        SplittableRandom random = new SplittableRandom(1);
        random.nextBytes(pixels);
        ImageSet images = ImageSet.of(ports.height(), ports.width(), pixels, new int[CALIBRATION_IMAGES], List.of());
        Path file = Files.createTempFile("assay-bench", ".onnx");
        OnnxWriter.write(artifact, file);
        Preprocessing preprocessing =
                Preprocessing.DEFAULT.withLayout(ports.layout().name());
        try (TriggerLoss loss = opened.apply(new Deployed(file, model, spec, preprocessing, images))) {
            TriggerBatch batch = new TriggerBatch(loss.slots(), loss.imagesPerSlot(), plane);
            Arrays.setAll(batch.images(), i -> i % CALIBRATION_IMAGES);
            Arrays.fill(batch.masks(), 0.1f);
            return evaluations * batch.images().length / best(runs, () -> loss.evaluate(batch));
        } finally {
            Files.delete(file);
        }
    }

    /** The seconds of the fastest run. */
    private static double best(int runs, Runnable job) {
        double best = Double.POSITIVE_INFINITY;
        for (int run = 0; run < runs; run++) {
            long start = System.nanoTime();
            job.run();
            best = Math.min(best, (System.nanoTime() - start) * 1e-9);
        }
        return best;
    }

    /** Uniform pixels. */
    private record Noise(ClassifierPorts ports) implements ImageSource {
        @Override
        public int size() {
            return CALIBRATION_IMAGES;
        }

        @Override
        public void fill(int from, int count, ByteBuffer out) {
            SplittableRandom random = new SplittableRandom(from);
            FloatBuffer pixels = out.asFloatBuffer();
            long elements = Tensor.elements(ports.inputShape(count));
            for (long i = 0; i < elements; i++) {
                pixels.put((float) random.nextDouble());
            }
        }
    }
}
