package dev.assay.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The processor, as far as it decides which integer kernels ONNX Runtime picks. Known on Linux only.
 *
 * @param model its name, or {@link #UNKNOWN}
 * @param features instruction sets that integer kernels use, as Linux spells them; {@link #UNKNOWN} alone elsewhere
 */
public record Cpu(String model, List<String> features) {
    /** Stands for what the system does not tell. */
    public static final String UNKNOWN = "unknown";

    private static final List<String> RELEVANT =
            List.of("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm", "sve");

    /** Instruction sets whose 8-bit products add up in 32 bits. */
    private static final Set<String> EXACT = Set.of("avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm");

    public Cpu {
        features = List.copyOf(features);
    }

    /** The processor this runs on. */
    public static Cpu current() {
        try {
            return parse(Files.readString(Path.of("/proc/cpuinfo")));
        } catch (IOException e) {
            return new Cpu(UNKNOWN, List.of(UNKNOWN));
        }
    }

    /** Reads the first processor of a {@code /proc/cpuinfo}. */
    static Cpu parse(String cpuinfo) {
        Optional<String> flags = field(cpuinfo, "flags").or(() -> field(cpuinfo, "Features"));
        List<String> features = flags.map(line -> Arrays.asList(line.split(" ")))
                .map(all -> RELEVANT.stream().filter(all::contains).toList())
                .orElse(List.of(UNKNOWN));
        return new Cpu(field(cpuinfo, "model name").orElse(UNKNOWN), features);
    }

    private static Optional<String> field(String cpuinfo, String key) {
        return cpuinfo.lines()
                .map(line -> line.split(":", 2))
                .filter(field -> field.length == 2 && field[0].strip().equals(key))
                .map(field -> field[1].strip())
                .findFirst();
    }

    /**
     * Whether kernels that multiply u8 by s8 may saturate: on x86 without VNNI they add pairs of products in 16 bits.
     * Empty when the instruction sets are unknown.
     */
    public Optional<Boolean> maySaturate() {
        return features.contains(UNKNOWN)
                ? Optional.empty()
                : Optional.of(features.contains("avx2") && features.stream().noneMatch(EXACT::contains));
    }
}
