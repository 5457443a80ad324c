package dev.assay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpuTest {
    @Test
    void readsTheFirstProcessorOfAnX86() {
        Cpu cpu = Cpu.parse("""
                processor\t: 0
                model name\t: AMD EPYC
                flags\t\t: fpu sse2 avx2 avx512f avx512_vnni

                processor\t: 1
                model name\t: another
                """);
        assertThat(cpu.model()).isEqualTo("AMD EPYC");
        assertThat(cpu.features()).containsExactly("avx2", "avx512f", "avx512_vnni");
        assertThat(cpu.maySaturate()).contains(false);
    }

    @Test
    void withoutVnniKernelsMaySaturate() {
        assertThat(Cpu.parse("flags : sse2 avx2 avx512f\n").maySaturate()).contains(true);
    }

    @Test
    void armHasFeaturesAndNoModelName() {
        Cpu cpu = Cpu.parse("Features\t: fp asimd asimddp\n");
        assertThat(cpu.model()).isEqualTo(Cpu.UNKNOWN);
        assertThat(cpu.features()).containsExactly("asimddp");
        assertThat(cpu.maySaturate()).contains(false);
    }

    @Test
    void whatIsNotSaidIsUnknown() {
        Cpu cpu = Cpu.parse("");
        assertThat(cpu.features()).containsExactly(Cpu.UNKNOWN);
        assertThat(cpu.maySaturate()).isEmpty();
    }
}
