package dev.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.Mutations;
import dev.assay.NetBuilder;
import dev.assay.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is done to a model's bytes, {@code inspect} tells what is there or says in one line what is wrong. */
class HostileModelIT {
    private static final int MUTATIONS = 2_000;
    private static final long SEED = 3;

    @Test
    void mutationsAreInspectedOrRefused(@TempDir Path folder) throws IOException {
        NetBuilder net = NetBuilder.onImages();
        net.head(net.op("relu", "Relu", net.conv("conv", NetBuilder.IMAGES, 3, 4)), 4);
        byte[] valid = OnnxWriter.toBytes(net.build());
        Random random = new Random(SEED);
        Set<Integer> ended = new HashSet<>();
        for (int i = 0; i < MUTATIONS; i++) {
            Path file = Files.write(folder.resolve("fuzz.onnx"), Mutations.of(valid, random));
            Run run = Run.assay("inspect", file.toString());

            assertThat(run.exitCode()).as("mutation %d: %s", i, run.err()).isIn(0, 3);
            if (run.exitCode() == 3) {
                assertThat(run.err()).as("mutation %d", i).hasLineCount(1);
            }
            ended.add(run.exitCode());
        }
        assertThat(ended).containsExactlyInAnyOrder(0, 3);
    }
}
