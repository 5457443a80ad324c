package dev.assay;

import dev.assay.ir.DataType;
import dev.assay.ir.Model;
import dev.assay.ir.Tensor;
import dev.assay.onnx.OnnxWriter;
import dev.assay.quant.Artifact;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Quantizer;
import dev.assay.quant.Scheme;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.KernelEvidence;
import dev.assay.runtime.KernelEvidence.Kernel;
import dev.assay.runtime.Kernels;
import dev.assay.runtime.SessionSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A model with images: quantizes it, runs it, and says which kernels ran. */
public record Bench(Model model, ImageClassifier classifier, ImageSource images) {
    public static final SessionSpec CPU = SessionSpec.cpu(1);

    public static Bench of(Model model) {
        return of(model, RandomImages.of(48));
    }

    public static Bench of(Model model, ImageSource images) {
        return new Bench(model, ImageClassifier.of(model, "test", ImageClassifier.Hints.NONE), images);
    }

    public Artifact quantize(Scheme scheme) {
        return quantize(scheme, QuantConfig.DEFAULTS);
    }

    public Artifact quantize(Scheme scheme, QuantConfig config) {
        return Quantizer.quantize(classifier, scheme, config, images, 1);
    }

    /** The output's scores for all images. */
    public float[] scores(Model artifact, SessionSpec spec) {
        return scores(artifact, images, spec);
    }

    public float[] scores(Model artifact, ImageSource on, SessionSpec spec) {
        try (Classifier session = Classifier.open(OnnxWriter.toBytes(artifact), "test", classifier, spec)) {
            return session.scores(on);
        }
    }

    /** Root mean square difference from the float model's scores, relative to their own deviation from their mean. */
    public double relativeError(Model artifact, SessionSpec spec) {
        float[] expected = scores(model, spec);
        float[] actual = scores(artifact, spec);
        double mean = 0;
        for (float value : expected) {
            mean += value / expected.length;
        }
        double error = 0;
        double signal = 0;
        for (int i = 0; i < expected.length; i++) {
            error += Math.pow(expected[i] - actual[i], 2);
            signal += Math.pow(expected[i] - mean, 2);
        }
        return Math.sqrt(error / signal);
    }

    public KernelEvidence evidence(Model artifact, SessionSpec spec) {
        int batch = classifier.ports().batch(Math.min(8, images.size()));
        long[] dims = classifier.ports().inputShape(batch);
        DataType type = classifier.ports().type();
        ByteBuffer buffer = ByteBuffer.allocate(
                        Math.toIntExact(type.bytesFor(Tensor.elements(dims)).orElseThrow()))
                .order(ByteOrder.LITTLE_ENDIAN);
        images.fill(0, batch, buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN));
        Path file = null;
        try {
            file = Files.createTempFile("bench", ".onnx");
            OnnxWriter.write(artifact, file);
            ImageClassifier artifactClassifier = ImageClassifier.of(
                    artifact,
                    "test",
                    new ImageClassifier.Hints(
                            classifier.ports().layout(),
                            classifier.ports().height(),
                            classifier.ports().width()));
            return Kernels.observe(
                    file,
                    artifact.graph(),
                    artifactClassifier.observation(),
                    spec,
                    Map.of(classifier.ports().input(), Tensor.of(type, dims, buffer.array())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (file != null) {
                file.toFile().delete();
            }
        }
    }

    /** The kernels that multiplied and accumulated, as the runtime names them. */
    public List<String> productKernels(Model artifact, SessionSpec spec) {
        return evidence(artifact, spec).nodes().stream()
                .filter(kernel -> kernel.macs() > 0)
                .map(Kernel::executedAs)
                .toList();
    }
}
