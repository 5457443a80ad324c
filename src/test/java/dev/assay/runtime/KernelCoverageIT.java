package dev.assay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.Bench;
import dev.assay.RandomImages;
import dev.assay.SharedModels;
import dev.assay.SharedModels.Entry;
import dev.assay.ir.Model;
import dev.assay.onnx.OnnxReader;
import dev.assay.quant.Quantizer;
import dev.assay.quant.Scheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** On every real model, each multiply-accumulate is accounted for by a kernel that can multiply and accumulate. */
class KernelCoverageIT {
    /** Not convolutional: products of activations around operators without integer kernels. */
    private static final Set<String> TRANSFORMERS = Set.of("cifar10_vnn_vit_ibp_3_3_8.onnx");

    static Stream<Entry> models() {
        return Files.isDirectory(SharedModels.DATA)
                ? Stream.concat(SharedModels.published().stream(), SharedModels.zoo().stream())
                : Stream.empty();
    }

    static List<Path> lightGraphs() throws IOException {
        Path folder = SharedModels.DATA.resolve("onnx_light");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".onnx"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("models")
    void productsOfRealModels(Entry entry) {
        Bench bench = bench(entry);
        assertAllMapped(bench.evidence(bench.model(), Bench.CPU));
        if (Quantizer.isQuantized(bench.model().graph())) {
            return;
        }
        KernelEvidence quantized =
                bench.evidence(bench.quantize(Scheme.INT8_STATIC).model(), Bench.CPU);
        assertAllMapped(quantized);
        if (!TRANSFORMERS.contains(entry.toString())) {
            assertThat(quantized.integerMacShare()).isGreaterThanOrEqualTo(0.99);
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("lightGraphs")
    void productsOfLightGraphs(Path path) {
        Model model = OnnxReader.read(path);
        ImageClassifier classifier = ImageClassifier.of(model, path.toString(), ImageClassifier.Hints.NONE);
        int elements = 3 * classifier.ports().height() * classifier.ports().width();
        Bench bench = new Bench(model, classifier, new RandomImages(2, elements));
        assertEachRanOrATwinDid(bench.evidence(model, Bench.CPU));
    }

    /** All weights of these graphs are equal, and the runtime computes equal branches once. */
    private static void assertEachRanOrATwinDid(KernelEvidence evidence) {
        Set<Long> ran = evidence.nodes().stream()
                .filter(kernel -> !kernel.executedAs().isEmpty())
                .map(KernelEvidence.Kernel::macs)
                .collect(Collectors.toSet());
        assertThat(evidence.nodes())
                .filteredOn(kernel -> kernel.macs() > 0)
                .isNotEmpty()
                .allMatch(kernel -> ran.contains(kernel.macs()));
    }

    private static void assertAllMapped(KernelEvidence evidence) {
        assertThat(evidence.nodes())
                .filteredOn(kernel -> kernel.macs() > 0)
                .isNotEmpty()
                .noneMatch(kernel -> kernel.executedAs().isEmpty());
    }

    private static Bench bench(Entry entry) {
        Model model = OnnxReader.read(entry.path());
        ImageClassifier classifier = ImageClassifier.of(model, entry.toString(), ImageClassifier.Hints.NONE);
        String dataset = entry.dataset().startsWith("vww") ? "cifar10" : entry.dataset();
        return new Bench(
                model,
                classifier,
                SharedModels.source(
                        SharedModels.testImages(dataset).slice(0, 64), entry.preprocessing(), classifier.ports()));
    }
}
