package dev.assay.quant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.Bench;
import dev.assay.RandomImages;
import dev.assay.Sha256;
import dev.assay.onnx.OnnxWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The same model, images and settings give the same bytes in another Java machine, where sets have another order. */
class ArtifactBytesIT {
    /** Prints the digest of every scheme's artifact of every net. */
    public static void main(String[] args) {
        for (String net : new TreeSet<>(QuantNets.SHAPES.keySet())) {
            Bench bench = Bench.of(Objects.requireNonNull(QuantNets.SHAPES.get(net)), RandomImages.of(32));
            for (Scheme scheme : Scheme.values()) {
                MessageDigest digest = Sha256.newDigest();
                digest.update(OnnxWriter.toBytes(bench.quantize(scheme).model()));
                System.out.println(net + " " + scheme + " " + Sha256.hex(digest));
            }
        }
    }

    @Test
    void bytesAreTheSameInEveryJavaMachine() throws IOException {
        List<String> first = digests();

        assertThat(first).hasSize(QuantNets.SHAPES.size() * Scheme.values().length);
        assertThat(digests()).isEqualTo(first);
    }

    private static List<String> digests() throws IOException {
        Process machine = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ArtifactBytesIT.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStreamReader output = new InputStreamReader(machine.getInputStream(), StandardCharsets.UTF_8)) {
            return new BufferedReader(output).lines().toList();
        }
    }
}
