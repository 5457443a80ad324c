package dev.assay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.runtime.KernelEvidence.Arithmetic;
import dev.assay.runtime.KernelEvidence.Kernel;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelEvidenceTest {
    private static final KernelEvidence EVIDENCE = new KernelEvidence(
            0.5,
            0.25,
            null,
            List.of(
                    kernel(true, false, 1, null),
                    kernel(true, true, 20, null),
                    kernel(false, true, 300, null),
                    kernel(false, false, 4000, "transB=1"),
                    kernel(false, false, 50_000, null)));

    @Test
    void everyKernelCountsOnce() {
        assertThat(EVIDENCE.macs(Arithmetic.INTEGER)).isEqualTo(1);
        assertThat(EVIDENCE.macs(Arithmetic.FOUR_BIT)).isEqualTo(320);
        assertThat(EVIDENCE.macs(Arithmetic.FLOAT_THOUGH_QUANTIZED)).isEqualTo(4000);
        assertThat(EVIDENCE.macs(Arithmetic.FLOAT)).isEqualTo(50_000);
    }

    @Test
    void withoutTimingKeepsAllButDurations() {
        KernelEvidence still = EVIDENCE.withoutTiming();

        assertThat(still.nodes()).allMatch(kernel -> kernel.micros() == 0);
        assertThat(still.nodes()).extracting(Kernel::macs).containsExactly(1L, 20L, 300L, 4000L, 50_000L);
        assertThat(still.nodes().get(3).whyFloat()).isEqualTo("transB=1");
    }

    /** As TensorRT leaves it; on the CPU a product without a kernel was folded away. */
    @ParameterizedTest
    @CsvSource({"TRTKernel_graph_net_123_0, true", "QuantizeLinear, false"})
    void sharesAreUnknownWhereAProviderCompiledProducts(String inserted, boolean unknown) {
        KernelEvidence evidence = new KernelEvidence(
                0.5,
                0.25,
                null,
                List.of(
                        kernel(true, false, 100, null),
                        new Kernel("hidden", "Conv", "", "", false, false, 100, 0, null),
                        new Kernel("inserted", "", inserted, "anywhere", false, false, 0, 9, null)));

        assertThat(Double.isNaN(evidence.integerMacShare())).isEqualTo(unknown);
        assertThat(Double.isNaN(evidence.fourBitMacShare())).isEqualTo(unknown);
        assertThat(evidence.whyUnknown() != null).isEqualTo(unknown);
        assertThat(evidence.macs(Arithmetic.UNTOLD)).isEqualTo(100);
        assertThat(evidence.macs(Arithmetic.FLOAT)).isZero();
    }

    private static Kernel kernel(boolean integer, boolean fourBit, long macs, @Nullable String whyFloat) {
        return new Kernel("node", "Conv", "Conv", "CPUExecutionProvider", integer, fourBit, macs, 1.5, whyFloat);
    }
}
