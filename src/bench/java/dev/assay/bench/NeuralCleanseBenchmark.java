package dev.assay.bench;

import dev.assay.data.DataSpec;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.defense.DefenseResult;
import dev.assay.defense.Defenses;
import dev.assay.defense.NeuralCleanse;
import dev.assay.defense.Suspect;
import dev.assay.ir.DataType;
import dev.assay.ir.Model;
import dev.assay.onnx.OnnxReader;
import dev.assay.onnx.OnnxWriter;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Quantizer;
import dev.assay.quant.Scheme;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.SessionSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long {@link NeuralCleanse} takes on all classes of an artifact, gradient health included, at the standard budget;
 * which share of that its threads are inside ONNX Runtime, by samples of their stacks; and how often as long a rival takes.
 *
 * <p>Arguments: model file, scheme, data specification, threads; then, if wanted, the rival's command, which prints a JSON
 * object with {@code seconds}. Pixels go in as 0..1.
 */
public final class NeuralCleanseBenchmark {
    private static final int IMAGES = 2256;
    private static final int CALIBRATION_IMAGES = 512;
    private static final int SAMPLE_MILLIS = 20;
    private static final int SEED = 1;

    private NeuralCleanseBenchmark() {}

    public static void main(String[] args) throws IOException {
        if (args.length < 4) {
            throw new IllegalArgumentException("expected MODEL SCHEME DATA THREADS [RIVAL...]");
        }
        Path path = Path.of(args[0]);
        Scheme scheme = GradientBenchmark.scheme(args[1]);
        SessionSpec spec = SessionSpec.cpu(Integer.parseInt(args[3]));
        ImageClassifier model = ImageClassifier.of(OnnxReader.read(path), path.toString(), ImageClassifier.Hints.NONE);
        ClassifierPorts ports = model.ports();
        ImageSet images = DataSpec.parse(args[2])
                .load(ports.height(), ports.width())
                .drawn(IMAGES + CALIBRATION_IMAGES, new SplittableRandom(SEED));
        Preprocessing preprocessing =
                Preprocessing.DEFAULT.withLayout(ports.layout().name());
        ImageSource calibration = ImageSource.of(images.slice(IMAGES, images.size()), preprocessing, DataType.FLOAT);
        Model artifact = Quantizer.quantize(model, scheme, QuantConfig.DEFAULTS, calibration, spec.threads())
                .model();
        Path file = Files.createTempFile("assay-bench", ".onnx");
        try (Sampler sampler = new Sampler()) {
            OnnxWriter.write(artifact, file);
            long start = System.nanoTime();
            Suspect suspect = new Suspect(
                            file,
                            ImageClassifier.of(
                                    artifact,
                                    path.toString(),
                                    new ImageClassifier.Hints(ports.layout(), ports.height(), ports.width())),
                            spec,
                            preprocessing,
                            images.slice(0, IMAGES),
                            null,
                            null,
                            null,
                            List.of(),
                            List.of(),
                            SEED)
                    .withGradient();
            DefenseResult result = Defenses.inspect(new NeuralCleanse(NeuralCleanse.Config.DEFAULTS), suspect);
            double seconds = (System.nanoTime() - start) * 1e-9;
            System.out.printf(
                    "%s %s threads %d: %s %s in %.1f s, %.1f %% of it inside ONNX Runtime%n",
                    path.getFileName(),
                    scheme.id(),
                    spec.threads(),
                    result.decision(),
                    result.flaggedClasses(),
                    seconds,
                    100 * sampler.share());
            if (args.length > 4) {
                List<String> rival = Arrays.asList(args).subList(4, args.length);
                double theirs = Rival.measure(rival, "seconds");
                System.out.printf("rival %.1f s: %.2f times as long%n", theirs, theirs / seconds);
            }
        } finally {
            Files.delete(file);
        }
    }

    /** Looks every so often at the stacks of the threads that work for Assay. */
    private static final class Sampler implements AutoCloseable {
        private final Timer timer = new Timer("sampler", true);
        private final LongAdder working = new LongAdder();
        private final LongAdder inside = new LongAdder();

        Sampler() {
            timer.schedule(
                    new TimerTask() {
                        @Override
                        public void run() {
                            look();
                        }
                    },
                    SAMPLE_MILLIS,
                    SAMPLE_MILLIS);
        }

        private void look() {
            Thread.getAllStackTraces().forEach((thread, stack) -> {
                boolean isOurs = Arrays.stream(stack)
                        .anyMatch(frame -> frame.getClassName().startsWith("dev.assay.")
                                && !frame.getClassName().startsWith("dev.assay.bench."));
                if (isOurs && thread.getState() == Thread.State.RUNNABLE) {
                    working.increment();
                    if (stack[0].getClassName().startsWith("ai.onnxruntime.")) {
                        inside.increment();
                    }
                }
            });
        }

        /** The share of the samples of running threads that were inside the runtime. */
        double share() {
            return inside.doubleValue() / working.doubleValue();
        }

        @Override
        public void close() {
            timer.cancel();
        }
    }
}
