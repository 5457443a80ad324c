package dev.assay.bench;

import dev.assay.data.DataSpec;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.onnx.OnnxReader;
import dev.assay.onnx.OnnxWriter;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Quantizer;
import dev.assay.quant.Scheme;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageClassifier.Hints;
import dev.assay.runtime.ImageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Quantizing a model to {@code int8-static} with ranges from extremes, from the model's file to the artifact's: reading,
 * probing, simplifying, preprocessing and running the calibration images, writing. Loading the images' pixels is not in
 * it, nor is the start of Java. Pixels go in as 0..1 whatever the model wants, which takes as long.
 */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class QuantizeBenchmark {
    /** The model's file. */
    @Param("models/signs_clean.onnx")
    public String model = "";

    /** The calibration images, as {@code --calibration} takes them. */
    @Param("records:calibration/signs.bin")
    public String calibration = "";

    /** Threads for calibration. */
    @Param("2")
    public int threads;

    private Path artifact = Path.of("");
    private ImageSet images = ImageSet.of(1, 1, new byte[0], new int[0], List.of());

    /** Loads the images; the runtime is left to the first call. */
    @Setup
    public void load() throws IOException {
        artifact = Files.createTempFile("assay-bench", ".onnx");
        images = DataSpec.parse(calibration).load();
    }

    /** Deletes what was written. */
    @TearDown
    public void delete() throws IOException {
        Files.delete(artifact);
    }

    /** The first call in a process: native libraries are loaded, and nothing is compiled yet. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @Fork(5)
    @Warmup(iterations = 0)
    @Measurement(iterations = 1)
    public void first() {
        quantize();
    }

    /** Once Java has compiled what is called often, which takes seconds: its compiler shares the cores. */
    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    @Fork(1)
    @Warmup(iterations = 3, time = 5)
    @Measurement(iterations = 5, time = 2)
    public void warm() {
        quantize();
    }

    private void quantize() {
        ImageClassifier classifier = ImageClassifier.of(OnnxReader.read(Path.of(model)), model, Hints.NONE);
        ClassifierPorts ports = classifier.ports();
        ImageSource source = ImageSource.of(
                images.resized(ports.height(), ports.width()),
                Preprocessing.DEFAULT.withLayout(ports.layout().name()),
                ports.type());
        OnnxWriter.write(
                Quantizer.quantize(classifier, Scheme.INT8_STATIC, QuantConfig.DEFAULTS, source, threads)
                        .model(),
                artifact);
    }
}
